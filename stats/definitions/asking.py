"""What the figures of enterprises that need an organization, or ask for one, mean: gaps and applications."""

from django.utils.translation import gettext_lazy as _

from stats.definitions.rules import (
    APPLICATIONS,
    CHOICE,
    DAYS,
    DECIDING,
    DENOMINATOR,
    FORMATION,
    INITIATIVE,
    MEMBERS,
    ORGANIZATIONS,
    SHARE,
    Definition,
)

GAPS = (
    Definition(
        "gaps.full_members",
        _("full members in the enterprise"),
        _("Members who are full on the day and whose current employer is the enterprise."),
        MEMBERS,
        FORMATION,
    ),
    Definition(
        "gaps.mode",
        _("how the enterprise is reached"),
        _(
            "The mode in which an enterprise in scale without an own or joint organization is reached on the day: "
            "by an instructor, by a community general branch, or not."
        ),
        CHOICE,
        DENOMINATOR,
    ),
    Definition(
        "gaps.recommended",
        _("what the rules recommend"),
        _("What the number of its full members asks for, by the numbers of policy of the day."),
        CHOICE,
        FORMATION,
    ),
)

APPLICATION_FIGURES = (
    Definition(
        "applications.received",
        _("applications received"),
        _("Applications that were submitted in the period; a supplement is no other application."),
        APPLICATIONS,
        DECIDING,
    ),
    Definition(
        "applications.approved",
        _("applications approved"),
        _("Applications that were approved in the period, founded or not by now."),
        APPLICATIONS,
        DECIDING,
    ),
    Definition(
        "applications.rejected",
        _("applications rejected"),
        _("Applications that were rejected in the period."),
        APPLICATIONS,
        DECIDING,
    ),
    Definition(
        "applications.withdrawn",
        _("applications withdrawn"),
        _("Applications that the applicant withdrew in the period."),
        APPLICATIONS,
        DECIDING,
    ),
    Definition(
        "applications.founded",
        _("applications founded"),
        _("Applications whose organization was founded in the period, by the day on which that was entered."),
        APPLICATIONS,
        DECIDING,
    ),
    Definition(
        "applications.decided",
        _("applications decided"),
        _("Applications that were approved or rejected in the period."),
        APPLICATIONS,
        DECIDING,
    ),
    Definition(
        "applications.days_to_decide.median",
        _("days to decide, median"),
        _("The median of the days from submission to decision, of the applications decided in the period."),
        DAYS,
        DECIDING,
    ),
    Definition(
        "applications.days_to_decide.mean",
        _("days to decide, mean"),
        _("The mean of the days from submission to decision, of the applications decided in the period."),
        DAYS,
        DECIDING,
    ),
    Definition(
        "applications.overdue",
        _("applications overdue"),
        _(
            "Applications that should have been decided before the last day of the period, or before today where that "
            "is sooner, and were the reviewers' to decide."
        ),
        APPLICATIONS,
        DECIDING,
    ),
    Definition(
        "applications.share_on_initiative.numerator",
        _("established on the enterprise's initiative"),
        _("Of the organizations established in the span, those that the enterprise asked for."),
        ORGANIZATIONS,
        INITIATIVE,
    ),
    Definition(
        "applications.share_on_initiative.denominator",
        _("organizations established in the span"),
        _("Established in the span, in force or not by now, without community general branches."),
        ORGANIZATIONS,
        INITIATIVE,
    ),
    Definition(
        "applications.share_on_initiative.rate",
        _("share founded on the enterprise's initiative"),
        _(
            "Those that the enterprise asked for, of the organizations established in the span, to four places; none "
            "where none was established."
        ),
        SHARE,
        INITIATIVE,
    ),
)
