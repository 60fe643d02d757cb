"""Coverage periods: read as a list, made and changed one by one."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter
from rest_framework import serializers

from orgs.actions.organization import CoversAnotherEnterprise, cover
from orgs.api.base import Rows, RowSerializer
from orgs.api.bodies import Body, Day, EnterpriseReference, OrganizationReference
from orgs.api.filters import HoldingListFilter, KeyedOrdering
from orgs.api.schema import described
from orgs.api.writing import WritableViewSet
from orgs.models import Coverage


class CoveragePeriodSerializer(RowSerializer):
    """A period in which an organization covers an enterprise."""

    id = serializers.IntegerField()
    organization = serializers.CharField(source="organization__code", help_text=_("Code."))
    enterprise = serializers.CharField(source="enterprise__uscc", help_text=_("Credit code."))
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(
        allow_null=True, help_text=_("The first day on which it no longer holds; null while it lasts.")
    )


class CoveragePeriodBodySerializer(Body):
    """What may be written of a coverage period."""

    fixed = ("organization",)

    organization = OrganizationReference(help_text=_("Code."))
    enterprise = EnterpriseReference(help_text=_("Credit code."))
    valid_from = Day()
    valid_to = Day(
        required=False, allow_null=True,
        help_text=_("If null: until the organization is dissolved or the enterprise closed."),
    )  # fmt: skip


class CoverageFilter(HoldingListFilter):
    """The filters of coverage."""

    search_columns = (
        "organization__code",
        "organization__name",
        "organization__name_pinyin",
        "enterprise__uscc",
        "enterprise__name",
        "enterprise__name_pinyin",
    )

    organization = CharFilter(field_name="organization__code", max_length=30, label=_("Code."))
    enterprise = CharFilter(field_name="enterprise__uscc", max_length=18, label=_("Credit code."))
    ordering = KeyedOrdering(
        "id",
        fields={
            "id": "id",
            "organization__code": "organization",
            "enterprise__uscc": "enterprise",
            "valid_from": "valid_from",
            "valid_to": "valid_to",
        },
    )

    class Meta:
        model = Coverage
        fields: tuple[str, ...] = ()


@described(_("Which organization covers which enterprise, and when; it lies where the organization lies."))
class CoverageViewSet(WritableViewSet):
    queryset = Coverage.objects.all()
    serializer_class = detail_serializer_class = CoveragePeriodSerializer
    filterset_class = CoverageFilter
    lookup_field = "id"
    lookup_value_regex = "[0-9]{1,18}"
    table = Coverage
    body_class = CoveragePeriodBodySerializer
    place = "organization"
    owners = ("organization", "enterprise")
    refusals = {CoversAnotherEnterprise: "enterprise"}

    def rows(self, chosen: Any) -> Rows:
        """A row per period."""
        return list(chosen.values(*CoveragePeriodSerializer.columns()))

    def make(self, values: dict[str, Any]) -> Coverage:
        """Cover an enterprise."""
        return cover(coverage=Coverage(**values), by=self.writer)

    def change(self, record: Coverage, values: dict[str, Any]) -> None:
        """Change a period."""
        for name, value in values.items():
            setattr(record, name, value)
        cover(coverage=record, by=self.writer)
