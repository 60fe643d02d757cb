"""Enterprises: read as a list, made and changed one by one."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import FilteredRelation, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from rest_framework import serializers

from orgs.actions.endings import OutlastsItsOwner
from orgs.actions.enterprise import change_enterprise, register_enterprise
from orgs.actions.timelines import UNSAID
from orgs.api.base import Row, Rows, RowSerializer
from orgs.api.bodies import AreaReference, Body, Choice, Code, Day, Text, Whole
from orgs.api.filters import DayListFilter, KeyedOrdering
from orgs.api.periods import AreaPeriodSerializer, OrganizationReferenceSerializer, PeriodSerializer
from orgs.api.schema import described
from orgs.api.writing import WritableViewSet
from orgs.models import AboveScale, Coverage, Enterprise, EnterpriseArea, Ownership, default_ownership
from orgs.periods import holds_on
from orgs.records import PERIODS_OF_ENTERPRISES

_ABOVE_SCALE = ("above_scale_from", "above_scale_to")
"""What is loaded apart: the latest of several periods."""


class EnterpriseSerializer(RowSerializer):
    """An enterprise."""

    uscc = serializers.CharField(help_text=_("Unified social credit code."))
    name = serializers.CharField()
    area = serializers.CharField(
        source="place__area__code", allow_null=True, help_text=_("Code, on the day.")
    )
    legal_form = serializers.CharField()
    ownership = serializers.ChoiceField(choices=Ownership.choices)
    address = serializers.CharField()
    registered_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True, help_text=_("The first day on which it is closed."))
    above_scale_from = serializers.DateField(
        allow_null=True, help_text=_("Start of the latest period above scale.")
    )
    above_scale_to = serializers.DateField(
        allow_null=True, help_text=_("First day after the latest period above scale.")
    )
    employees = serializers.IntegerField(allow_null=True)


class EnterpriseCoverageSerializer(PeriodSerializer):
    """A period in which an organization covers the enterprise."""

    organization = OrganizationReferenceSerializer()


class EnterpriseDetailSerializer(EnterpriseSerializer):
    """An enterprise with its histories."""

    areas = AreaPeriodSerializer(many=True)
    above_scale_periods = PeriodSerializer(many=True)
    coverage = EnterpriseCoverageSerializer(many=True)


class EnterpriseBodySerializer(Body):
    """What may be written of an enterprise."""

    fixed = ("uscc",)

    uscc = Code(Enterprise, "uscc", help_text=_("Unified social credit code."))
    name = Text(Enterprise, "name")
    area = AreaReference(
        required=False, allow_null=True,
        help_text=_("Code, from the registration on; later it corrects the latest entry of the history."),
    )  # fmt: skip
    legal_form = Text(Enterprise, "legal_form", required=False)
    ownership = Choice(
        choices=Ownership.choices, required=False, allow_blank=True,
        help_text=_("If empty: as the legal form and the credit code tell."),
    )  # fmt: skip
    address = Text(Enterprise, "address", required=False)
    registered_on = Day()
    closed_on = Day(
        required=False, allow_null=True,
        help_text=_("Coverage, instructors and the status above scale end that day."),
    )  # fmt: skip
    above_scale_from = Day(
        required=False, allow_null=True,
        help_text=_("The first day of a period: one that exists is changed, a later one is added."),
    )  # fmt: skip
    above_scale_to = Day(required=False, allow_null=True)
    employees = Whole(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """An end needs the first day of its period."""
        if attrs.get("above_scale_to") is not None and attrs.get("above_scale_from") is None:
            raise serializers.ValidationError(
                {"above_scale_from": [gettext("An end needs the first day of its period.")]}
            )
        return attrs


class EnterpriseFilter(DayListFilter):
    """The filters of enterprises."""

    search_columns = ("uscc", "name", "name_pinyin")

    ownership = ChoiceFilter(choices=Ownership.choices)
    ordering = KeyedOrdering("uscc", fields=("uscc", "name", "registered_on", "closed_on", "employees"))

    def filter_on(self, queryset: Any, name: str, value: date) -> QuerySet[Enterprise]:
        """The enterprises that operate on `value`."""
        found: QuerySet[Enterprise] = queryset.operating_on(value)
        return found

    class Meta:
        model = Enterprise
        fields: tuple[str, ...] = ()


@described(_("Enterprises, also closed ones and those whose ownership does not count as non-public."))
class EnterpriseViewSet(WritableViewSet):
    queryset = Enterprise.objects.all()
    table = Enterprise
    body_class = EnterpriseBodySerializer
    names = {"valid_from": "above_scale_from", "valid_to": "above_scale_to"}
    place = "area"
    refusals = {OutlastsItsOwner: "closed_on"}
    periods_of_records = PERIODS_OF_ENTERPRISES
    serializer_class = EnterpriseSerializer
    detail_serializer_class = EnterpriseDetailSerializer
    filterset_class = EnterpriseFilter
    lookup_field = "uscc"

    def rows(self, chosen: Any) -> Rows:
        """A row per enterprise."""
        # A join and a plain query take half the time of a subquery per column.
        with_place = chosen.annotate(
            place=FilteredRelation("areas", condition=holds_on(self.day, prefix="areas__"))
        )
        rows: Rows = list(with_place.values("id", *EnterpriseSerializer.columns(without=_ABOVE_SCALE)))
        periods = AboveScale.objects.filter(enterprise__in=[row["id"] for row in rows])
        latest = {
            enterprise: (start, end)
            for enterprise, start, end in periods.order_by("valid_from").values_list(
                "enterprise", "valid_from", "valid_to"
            )
        }
        for row in rows:
            row["above_scale_from"], row["above_scale_to"] = latest.get(row["id"], (None, None))
        return rows

    def more(self, row: Row) -> Mapping[str, Any]:
        """Where it was, when it was above scale, and who covered it."""
        areas = EnterpriseArea.objects.filter(enterprise=row["id"]).order_by("valid_from")
        scales = AboveScale.objects.filter(enterprise=row["id"]).order_by("valid_from")
        coverage = Coverage.objects.filter(enterprise=row["id"]).order_by("valid_from", "organization__code")
        return {
            "areas": [
                {"valid_from": start, "valid_to": end, "area": code}
                for start, end, code in areas.values_list("valid_from", "valid_to", "area__code")
            ],
            "above_scale_periods": list(scales.values("valid_from", "valid_to")),
            "coverage": [
                {"valid_from": start, "valid_to": end, "organization": {"code": code, "name": name}}
                for start, end, code, name in coverage.values_list(
                    "valid_from", "valid_to", "organization__code", "organization__name"
                )
            ],
        }

    def make(self, values: dict[str, Any]) -> Enterprise:
        """Register an enterprise."""
        area = values.pop("area", None)
        first, end = values.pop("above_scale_from", None), values.pop("above_scale_to", None)
        values["ownership"] = values.get("ownership") or default_ownership(
            values.get("legal_form", ""), values["uscc"]
        )
        enterprise = Enterprise()
        self.assign(enterprise, values)
        return register_enterprise(
            enterprise=enterprise, area=area, above_scale_from=first, above_scale_to=end, by=self.writer
        )

    def change(self, record: Enterprise, values: dict[str, Any]) -> None:
        """Change an enterprise, and what goes with it."""
        area = values.pop("area", UNSAID)
        first, end = values.pop("above_scale_from", None), values.pop("above_scale_to", UNSAID)
        if values.get("ownership") == "":
            values["ownership"] = default_ownership(values.get("legal_form", record.legal_form), record.uscc)
        self.assign(record, values)
        named = None
        if first is not None:
            named = AboveScale(enterprise=record, valid_from=first, valid_to=None if end is UNSAID else end)
        change_enterprise(
            enterprise=record, area=area, above_scale=named, says_end=end is not UNSAID, by=self.writer
        )
