"""What the figures through time mean: the flows of a series (`stats.series`)."""

from django.utils.translation import gettext_lazy as _

from stats.definitions.rules import ENTERPRISES, MEMBERS, ORGANIZATIONS, STOCKS, Definition

SERIES = (
    Definition(
        "series.organizations.opening",
        _("organizations at the beginning"),
        _("Organizations in force on the day before the period, without community general branches."),
        ORGANIZATIONS,
        STOCKS,
    ),
    Definition(
        "series.organizations.entered",
        _("organizations established"),
        _("Organizations that were established in the period."),
        ORGANIZATIONS,
        STOCKS,
    ),
    Definition(
        "series.organizations.left",
        _("organizations dissolved"),
        _("Organizations that were dissolved in the period."),
        ORGANIZATIONS,
        STOCKS,
    ),
    Definition(
        "series.organizations.moved_in",
        _("organizations moved in"),
        _("Organizations that came into the area in the period."),
        ORGANIZATIONS,
        STOCKS,
    ),
    Definition(
        "series.organizations.moved_out",
        _("organizations moved out"),
        _("Organizations that left the area in the period and are in force elsewhere."),
        ORGANIZATIONS,
        STOCKS,
    ),
    Definition(
        "series.organizations.closing",
        _("organizations at the end"),
        _("Organizations in force on the last day of the period: the opening stock and all flows."),
        ORGANIZATIONS,
        STOCKS,
    ),
    Definition(
        "series.members.opening",
        _("members at the beginning"),
        _(
            "Members counted on the day before the period: full and probationary, in organizations that are counted."
        ),
        MEMBERS,
        STOCKS,
    ),
    Definition(
        "series.members.entered",
        _("members counted from then on"),
        _(
            "Members who began to be counted in the period: admitted, restored, or come to an organization counted."
        ),
        MEMBERS,
        STOCKS,
    ),
    Definition(
        "series.members.left",
        _("members no longer counted"),
        _("Members who ceased to be counted in the period: the membership or the relation ended."),
        MEMBERS,
        STOCKS,
    ),
    Definition(
        "series.members.moved_in",
        _("members moved in"),
        _(
            "Members who came into the area in the period from an organization elsewhere, or along with their own."
        ),
        MEMBERS,
        STOCKS,
    ),
    Definition(
        "series.members.moved_out",
        _("members moved out"),
        _("Members who left the area in the period for an organization elsewhere, or along with their own."),
        MEMBERS,
        STOCKS,
    ),
    Definition(
        "series.members.closing",
        _("members at the end"),
        _("Members counted on the last day of the period: the opening stock and all flows."),
        MEMBERS,
        STOCKS,
    ),
    Definition(
        "series.enterprises.opening",
        _("enterprises at the beginning"),
        _("Non-public enterprises that operated on the day before the period, whatever their scale."),
        ENTERPRISES,
        STOCKS,
    ),
    Definition(
        "series.enterprises.entered",
        _("enterprises registered"),
        _("Non-public enterprises that were registered in the period."),
        ENTERPRISES,
        STOCKS,
    ),
    Definition(
        "series.enterprises.left",
        _("enterprises closed"),
        _("Non-public enterprises that were closed in the period."),
        ENTERPRISES,
        STOCKS,
    ),
    Definition(
        "series.enterprises.moved_in",
        _("enterprises moved in"),
        _("Non-public enterprises that came into the area in the period."),
        ENTERPRISES,
        STOCKS,
    ),
    Definition(
        "series.enterprises.moved_out",
        _("enterprises moved out"),
        _("Non-public enterprises that left the area in the period and operate elsewhere."),
        ENTERPRISES,
        STOCKS,
    ),
    Definition(
        "series.enterprises.closing",
        _("enterprises at the end"),
        _(
            "Non-public enterprises that operate on the last day of the period: the opening stock and all flows."
        ),
        ENTERPRISES,
        STOCKS,
    ),
)
