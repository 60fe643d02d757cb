"""What the coverage figures of a day mean (`stats.figures`)."""

from django.utils.translation import gettext_lazy as _

from orgs.models import Kind
from orgs.modes import Mode
from stats.definitions.rules import (
    ABOVE_SCALE,
    COMMUNITIES,
    DENOMINATOR,
    ENTERPRISES,
    FORMATION,
    FORMING,
    INITIATIVE,
    JOINT,
    MEMBERS,
    NON_PUBLIC_ENTERPRISES,
    ONE_ORGANIZATION,
    ORGANIZATIONS,
    REPORTED,
    SHARE,
    SIZES,
    STAGES,
    TITLES,
    TWO_COUNTS,
    Definition,
)

COVERAGE = (
    Definition(
        "organizations.total",
        _("Party organizations"),
        _(
            "Committees, general branches, branches and joint branches in force on the day, whatever the scale and "
            "ownership of their enterprises; community general branches are counted apart."
        ),
        ORGANIZATIONS,
        FORMING,
    ),
    Definition(
        "organizations.standalone",
        _("standalone organizations"),
        _("Of the organizations in force, those formed by one enterprise alone: all but joint branches."),
        ORGANIZATIONS,
        TWO_COUNTS,
    ),
    Definition(
        "organizations.joint",
        _("joint organizations"),
        _("Of the organizations in force, those formed by several enterprises: joint branches."),
        ORGANIZATIONS,
        TWO_COUNTS,
    ),
    Definition(
        "organizations.by_kind.committee",
        Kind.COMMITTEE.label,
        _("Organizations in force that are committees on the day."),
        ORGANIZATIONS,
        SIZES,
    ),
    Definition(
        "organizations.by_kind.general_branch",
        Kind.GENERAL_BRANCH.label,
        _("Organizations in force that are general branches on the day."),
        ORGANIZATIONS,
        SIZES,
    ),
    Definition(
        "organizations.by_kind.branch",
        Kind.BRANCH.label,
        _("Organizations in force that are branches of one enterprise on the day."),
        ORGANIZATIONS,
        SIZES,
    ),
    Definition(
        "organizations.by_kind.joint_branch",
        Kind.JOINT_BRANCH.label,
        _("Organizations in force that are joint branches on the day."),
        ORGANIZATIONS,
        JOINT,
    ),
    Definition(
        "organizations.established_this_year",
        _("established this year"),
        _(
            "Established from 1 January to the day, in force on the day or not, without community general branches; "
            "they count where they lie on the day."
        ),
        ORGANIZATIONS,
        REPORTED,
    ),
    Definition(
        "organizations.established_last_year",
        _("established last year"),
        _(
            "Established in the calendar year before the day's, in force on the day or not, without community general "
            "branches; they count where they lie on the day."
        ),
        ORGANIZATIONS,
        REPORTED,
    ),
    Definition(
        "organizations.initiated_by_enterprise",
        _("founded on the enterprise's initiative"),
        _("Of the organizations in force, those that the enterprise asked for, whenever they were founded."),
        ORGANIZATIONS,
        INITIATIVE,
    ),
    Definition(
        "community_general_branches",
        _("community general Party branches"),
        _("Community general branches in force on the day."),
        ORGANIZATIONS,
        COMMUNITIES,
    ),
    Definition(
        "members.total",
        _("Party members"),
        _("Full and probationary members whose relation on the day is with an organization that is counted."),
        MEMBERS,
        ONE_ORGANIZATION,
    ),
    Definition(
        "members.full",
        _("full members"),
        _("Of them, those who are full on the day: from the day of becoming full until the membership ends."),
        MEMBERS,
        STAGES,
    ),
    Definition(
        "members.probationary",
        _("probationary members"),
        _("Of them, those who are probationary on the day: from the admission until full, or until the end."),
        MEMBERS,
        STAGES,
    ),
    Definition(
        "enterprises.operating",
        _("operating enterprises"),
        _("Non-public enterprises that are registered and not closed on the day."),
        ENTERPRISES,
        NON_PUBLIC_ENTERPRISES,
    ),
    Definition(
        "enterprises.in_scale",
        _("enterprises in scale"),
        _("Of the operating enterprises, those above scale on the day, or all of them, as is asked."),
        ENTERPRISES,
        ABOVE_SCALE,
    ),
    Definition(
        "enterprises.by_mode.standalone",
        Mode.STANDALONE.label,
        _("Of the enterprises in scale, those that a standalone organization in force covers on the day."),
        ENTERPRISES,
        FORMATION,
    ),
    Definition(
        "enterprises.by_mode.joint",
        Mode.JOINT.label,
        _("Of the others, those that a joint branch in force covers on the day."),
        ENTERPRISES,
        JOINT,
    ),
    Definition(
        "enterprises.by_mode.instructor",
        Mode.INSTRUCTOR.label,
        _("Of the others, those to which an instructor is assigned on the day."),
        ENTERPRISES,
        FORMATION,
    ),
    Definition(
        "enterprises.by_mode.community",
        _("reached by a community general branch"),
        _(
            "Of the others, those that a community general branch in force covers on the day, or whose area is or "
            "contains theirs."
        ),
        ENTERPRISES,
        COMMUNITIES,
    ),
    Definition(
        "enterprises.by_mode.none",
        Mode.NONE.label,
        _("The enterprises in scale that nothing reaches on the day."),
        ENTERPRISES,
        DENOMINATOR,
    ),
    Definition(
        "coverage.organizational.numerator",
        _("enterprises with organizational coverage"),
        _("Enterprises in scale with a standalone organization or in a joint branch."),
        ENTERPRISES,
        DENOMINATOR,
    ),
    Definition(
        "coverage.organizational.denominator",
        _("enterprises in scale, for organizational coverage"),
        _("What organizational coverage is a share of: the enterprises in scale."),
        ENTERPRISES,
        DENOMINATOR,
    ),
    Definition(
        "coverage.organizational.rate",
        _("organizational coverage"),
        _(
            "Enterprises with a standalone organization or in a joint branch, of the enterprises in scale, to four "
            "places; none where there is no enterprise in scale."
        ),
        SHARE,
        DENOMINATOR,
    ),
    Definition(
        "coverage.work.numerator",
        _("enterprises with work coverage"),
        _(
            "Enterprises in scale with organizational coverage, or reached by an instructor or a community general "
            "branch."
        ),
        ENTERPRISES,
        DENOMINATOR,
    ),
    Definition(
        "coverage.work.denominator",
        _("enterprises in scale, for work coverage"),
        _("What work coverage is a share of: the enterprises in scale."),
        ENTERPRISES,
        DENOMINATOR,
    ),
    Definition(
        "coverage.work.rate",
        _("work coverage"),
        _(
            "Enterprises with organizational coverage, or reached by an instructor or a community general branch, of "
            "the enterprises in scale, to four places; none where there is no enterprise in scale."
        ),
        SHARE,
        DENOMINATOR,
    ),
    Definition(
        "designations.vigorous_harmonious.city",
        _("vigorous and harmonious enterprises, city level"),
        _("Titles awarded by the city and not revoked on the day, of all enterprises of the area."),
        TITLES,
        REPORTED,
    ),
    Definition(
        "designations.vigorous_harmonious.district",
        _("vigorous and harmonious enterprises, district level"),
        _("Titles awarded by the district and not revoked on the day, of all enterprises of the area."),
        TITLES,
        REPORTED,
    ),
)
