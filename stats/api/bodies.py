"""The shapes of figures in JSON: counts, shares, areas, and the coverage figures of a day."""

from collections.abc import Iterable
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from orgs.models import COUNTED_KINDS, Area, DesignationLevel, Level, Title
from orgs.modes import Mode
from stats.api.parameters import Fields
from stats.figures import CoverageFigures, Scale


def count_of(help_text: Any) -> serializers.IntegerField:
    """A number of things."""
    return serializers.IntegerField(min_value=0, help_text=help_text)


def _counts(name: str, choices: Iterable[TextChoices], help_text: Any) -> Any:
    """A nested object with a count for each of `choices`."""
    fields: Fields = {choice.value: count_of(choice.label) for choice in choices}
    return inline_serializer(name, fields, help_text=help_text)


class FiguresAreaSerializer(serializers.Serializer[Area]):
    """An area in the figures."""

    code = serializers.CharField(help_text=_("Division code."))
    name = serializers.CharField(
        source="display_name", help_text=_("The name; in English where that is asked for and known.")
    )
    level = serializers.ChoiceField(Level.choices)


class OrganizationFiguresSerializer(serializers.Serializer[Any]):
    """Organizations of the four kinds, without community general branches."""

    total = count_of(_("In force on the day."))
    standalone = count_of(_("Of them formed by one enterprise: all but joint branches."))
    joint = count_of(_("Of them joint branches."))
    by_kind = _counts("OrganizationsByKind", COUNTED_KINDS, _("In force, by the kind of that day."))
    established_this_year = count_of(_("Established from 1 January to the day, in force on it or not."))
    established_last_year = count_of(
        _("Established in the calendar year before, in force on the day or not.")
    )
    initiated_by_enterprise = count_of(_("In force and founded on the enterprise's initiative."))


class MemberFiguresSerializer(serializers.Serializer[Any]):
    """Members whose relation on the day is with an organization that is counted."""

    total = count_of(_("Full and probationary."))
    full = count_of(_("Full members on the day."))
    probationary = count_of(_("Probationary members on the day."))


class EnterpriseFiguresSerializer(serializers.Serializer[Any]):
    """Non-public enterprises, registered and not closed on the day."""

    operating = count_of(_("All of them."))
    in_scale = count_of(_("Of them above scale on the day, or all, as `scale` asks."))
    by_mode = _counts(
        "EnterprisesByMode",
        Mode,
        _("Those in scale, each under the first mode that holds for it on the day."),
    )


class ShareSerializer(serializers.Serializer[Any]):
    """A part of the enterprises in scale."""

    numerator = count_of(_("Enterprises that are covered."))
    denominator = count_of(_("Enterprises in scale."))
    rate = serializers.FloatField(
        allow_null=True,
        min_value=0,
        max_value=1,
        help_text=_("Numerator by denominator, to four places; null where there is no enterprise in scale."),
    )


class SharesSerializer(serializers.Serializer[CoverageFigures]):
    """Both kinds of coverage."""

    organizational = ShareSerializer(help_text=_("Standalone and joint."))
    work = ShareSerializer(help_text=_("Organizational, and instructor and community."))


class CoverageSerializer(serializers.Serializer[CoverageFigures]):
    """The coverage figures of one day."""

    as_of = serializers.DateField()
    area = FiguresAreaSerializer(allow_null=True, help_text=_("Null for the whole register."))
    scale = serializers.ChoiceField(Scale.choices)
    summary = serializers.CharField(help_text=_("The headline, always in English."))
    organizations = OrganizationFiguresSerializer()
    community_general_branches = count_of(
        _("Community general branches in force, which are not among the organizations.")
    )
    members = MemberFiguresSerializer()
    enterprises = EnterpriseFiguresSerializer()
    coverage = SharesSerializer(source="*")
    designations = inline_serializer(
        "DesignationsByTitle",
        {title.value: _counts("DesignationsByLevel", DesignationLevel, title.label) for title in Title},
        help_text=_("Titles held on the day by enterprises of the area, by title and level."),
    )
