"""Designations: read as a list, made and changed one by one."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from rest_framework import serializers

from orgs.actions.instructor import award
from orgs.api.base import Rows, RowSerializer
from orgs.api.bodies import Body, Choice, Day, EnterpriseReference
from orgs.api.filters import HoldingListFilter, KeyedOrdering
from orgs.api.schema import described
from orgs.api.writing import WritableViewSet
from orgs.models import Designation, DesignationLevel, Title


class DesignationSerializer(RowSerializer):
    """A title that an enterprise holds."""

    id = serializers.IntegerField()
    enterprise = serializers.CharField(source="enterprise__uscc", help_text=_("Credit code."))
    title = serializers.ChoiceField(choices=Title.choices)
    level = serializers.ChoiceField(choices=DesignationLevel.choices)
    awarded_on = serializers.DateField(source="valid_from")
    revoked_on = serializers.DateField(
        source="valid_to", allow_null=True, help_text=_("The first day without the title; null while held.")
    )


class DesignationBodySerializer(Body):
    """What may be written of a designation."""

    enterprise = EnterpriseReference(help_text=_("Credit code."))
    title = Choice(choices=Title.choices)
    level = Choice(choices=DesignationLevel.choices)
    awarded_on = Day(source="valid_from")
    revoked_on = Day(source="valid_to", required=False, allow_null=True)


class DesignationFilter(HoldingListFilter):
    """The filters of designations."""

    search_columns = ("enterprise__uscc", "enterprise__name", "enterprise__name_pinyin")

    title = ChoiceFilter(choices=Title.choices)
    level = ChoiceFilter(choices=DesignationLevel.choices)
    ordering = KeyedOrdering(
        "id",
        fields={
            "id": "id",
            "enterprise__uscc": "enterprise",
            "level": "level",
            "valid_from": "awarded_on",
            "valid_to": "revoked_on",
        },
    )

    class Meta:
        model = Designation
        fields: tuple[str, ...] = ()


@described(_("Titles awarded to enterprises, also revoked ones."))
class DesignationViewSet(WritableViewSet):
    queryset = Designation.objects.all()
    table = Designation
    body_class = DesignationBodySerializer
    place = "enterprise"
    owners = ("enterprise",)
    serializer_class = detail_serializer_class = DesignationSerializer
    filterset_class = DesignationFilter
    lookup_field = "id"
    lookup_value_regex = "[0-9]{1,18}"

    def rows(self, chosen: Any) -> Rows:
        """A row per designation."""
        return list(chosen.values(*DesignationSerializer.columns()))

    def make(self, values: dict[str, Any]) -> Designation:
        """Award a title."""
        return award(designation=Designation(**values), by=self.writer)

    def change(self, record: Designation, values: dict[str, Any]) -> None:
        """Change a designation."""
        for name, value in values.items():
            setattr(record, name, value)
        award(designation=record, by=self.writer)
