"""Party organizations, read as lists: the four counted kinds, and community general branches.

Who belongs to one keeps it from being dissolved, so the floor of the members adds what ends them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from rest_framework import serializers

from orgs.actions.endings import OutlastsItsOwner
from orgs.actions.organization import CoversAnotherEnterprise, change_organization, establish
from orgs.actions.timelines import UNSAID
from orgs.api.base import Row, Rows, RowSerializer
from orgs.api.bodies import AreaReference, Body, Choice, Day, OrganizationReference, Text
from orgs.api.filters import DayListFilter, KeyedOrdering
from orgs.api.periods import AreaPeriodSerializer, EnterpriseReferenceSerializer, PeriodSerializer
from orgs.api.writing import WritableViewSet
from orgs.incubation import brought_about_by
from orgs.models import (
    COUNTED_KINDS,
    CommunityGeneralBranch,
    Coverage,
    Initiative,
    Kind,
    Organization,
    OrganizationArea,
    OrganizationKind,
)
from orgs.records import PERIODS_OF_ORGANIZATIONS

COUNTED_CHOICES = [(kind.value, kind.label) for kind in COUNTED_KINDS]

ENDING = ("dissolved_on", "dissolution_reason", "successor")
"""The fields that tell of the end of an organization."""


class OrganizationSerializer(RowSerializer):
    """A Party organization."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices, help_text=_("On the day."))
    area = serializers.CharField(source="area_code", allow_null=True, help_text=_("Code, on the day."))
    place = serializers.CharField(help_text=_("Where it sits, if outside the district."))
    superior = serializers.CharField(source="superior__code", allow_null=True, help_text=_("Code."))
    established_on = serializers.DateField()
    approval_number = serializers.CharField()
    initiated_by = serializers.ChoiceField(choices=Initiative.choices, allow_blank=True)
    incubated_by = serializers.CharField(
        source="incubated_by__code", allow_null=True, help_text=_("Code of a community general branch.")
    )
    dissolved_on = serializers.DateField(
        allow_null=True, help_text=_("The first day on which it no longer exists.")
    )
    dissolution_reason = serializers.CharField()
    successor = serializers.CharField(source="successor__code", allow_null=True, help_text=_("Code."))
    enterprises = EnterpriseReferenceSerializer(many=True, help_text=_("Covered on the day."))


class KindPeriodSerializer(PeriodSerializer):
    """A period of one kind."""

    kind = serializers.ChoiceField(choices=Kind.choices)


class OrganizationCoverageSerializer(PeriodSerializer):
    """A period in which the organization covers an enterprise."""

    enterprise = EnterpriseReferenceSerializer()


class OrganizationDetailSerializer(OrganizationSerializer):
    """A Party organization with its histories."""

    kinds = KindPeriodSerializer(many=True)
    areas = AreaPeriodSerializer(many=True)
    coverage = OrganizationCoverageSerializer(many=True)


class IncubatedSerializer(serializers.Serializer[Row]):
    """An organization that a community general branch brought about."""

    code = serializers.CharField()
    name = serializers.CharField()
    established_on = serializers.DateField()


class CommunityGeneralBranchDetailSerializer(OrganizationDetailSerializer):
    """A community general branch with its histories, and what it brought about."""

    incubated = IncubatedSerializer(
        many=True, help_text=_("The organizations that it brought about, the earliest first.")
    )


class CommunityGeneralBranchBodySerializer(Body):
    """What may be written of a community general branch."""

    fixed = ("code",)

    code = Text(Organization, "code", is_key=True)
    name = Text(Organization, "name")
    area = AreaReference(
        required=False, allow_null=True,
        help_text=_("Code, from the establishment on; later it corrects the latest entry of the history."),
    )  # fmt: skip
    place = Text(
        Organization, "place", required=False, help_text=_("Where it sits, if outside the district.")
    )
    superior = OrganizationReference(required=False, allow_null=True, help_text=_("Code."))
    established_on = Day()
    approval_number = Text(Organization, "approval_number", required=False)
    initiated_by = Choice(choices=Initiative.choices, required=False, allow_blank=True)
    incubated_by = OrganizationReference(required=False, allow_null=True, help_text=_("Code."))
    dissolved_on = Day(
        required=False, allow_null=True, help_text=_("Coverage ends that day; nobody may belong to it then.")
    )
    dissolution_reason = Text(Organization, "dissolution_reason", required=False)
    successor = OrganizationReference(required=False, allow_null=True, help_text=_("Code."))


class OrganizationBodySerializer(CommunityGeneralBranchBodySerializer):
    """What may be written of an organization of the counted kinds."""

    kind = Choice(
        choices=COUNTED_CHOICES,
        help_text=_("From the establishment on; later it corrects the latest entry of the history."),
    )


class OrganizationFilter(DayListFilter):
    """The filters of organizations."""

    search_columns = ("code", "name", "name_pinyin")

    kind = ChoiceFilter(choices=Kind.choices, method="filter_kind", label=_("The kind on the day."))
    initiated_by = ChoiceFilter(choices=Initiative.choices)
    ordering = KeyedOrdering("code", fields=("code", "name", "established_on", "dissolved_on"))

    def filter_kind(self, queryset: Any, name: str, value: str) -> QuerySet[Organization]:
        """Those of kind `value` on the day."""
        found: QuerySet[Organization] = queryset.with_kind_on(self.day).filter(kind=value)
        return found

    def filter_on(self, queryset: Any, name: str, value: date) -> QuerySet[Organization]:
        """The organizations in force on `value`."""
        found: QuerySet[Organization] = queryset.in_force_on(value)
        return found

    class Meta:
        model = Organization
        fields: tuple[str, ...] = ()


class OrganizationViewSet(WritableViewSet):
    queryset = Organization.objects.without_community_general_branches()
    table: ClassVar[type[Organization]] = Organization
    body_class: ClassVar[type[Body]] = OrganizationBodySerializer
    place = "area"
    refusals: ClassVar[Mapping[type[Exception], str]] = {
        OutlastsItsOwner: "dissolved_on",
        CoversAnotherEnterprise: "kind",
    }
    periods_of_records = PERIODS_OF_ORGANIZATIONS
    serializer_class = OrganizationSerializer
    detail_serializer_class = OrganizationDetailSerializer
    filterset_class = OrganizationFilter
    lookup_field = "code"

    def rows(self, chosen: Any) -> Rows:
        """A row per organization, with the enterprises that it covers on the day."""
        rows = list(
            chosen.with_kind_on(self.day)
            .with_area_on(self.day)
            .values("id", *OrganizationSerializer.columns())
        )
        covered = Coverage.objects.on(self.day).filter(organization__in=[row["id"] for row in rows])
        for row in rows:
            row["enterprises"] = []
        by_id = {row["id"]: row["enterprises"] for row in rows}
        for organization, uscc, name in covered.order_by("enterprise__uscc").values_list(
            "organization", "enterprise__uscc", "enterprise__name"
        ):
            by_id[organization].append({"uscc": uscc, "name": name})
        return rows

    def more(self, row: Row) -> Mapping[str, Any]:
        """What it was, where it was, and whom it covered."""
        kinds = OrganizationKind.objects.filter(organization=row["id"]).order_by("valid_from")
        areas = OrganizationArea.objects.filter(organization=row["id"]).order_by("valid_from")
        coverage = Coverage.objects.filter(organization=row["id"]).order_by("valid_from", "enterprise__uscc")
        return {
            "kinds": list(kinds.values("valid_from", "valid_to", "kind")),
            "areas": [
                {"valid_from": start, "valid_to": end, "area": code}
                for start, end, code in areas.values_list("valid_from", "valid_to", "area__code")
            ],
            "coverage": [
                {"valid_from": start, "valid_to": end, "enterprise": {"uscc": uscc, "name": name}}
                for start, end, uscc, name in coverage.values_list(
                    "valid_from", "valid_to", "enterprise__uscc", "enterprise__name"
                )
            ],
        }

    def make(self, values: dict[str, Any]) -> Organization:
        """Establish an organization."""
        area = values.pop("area", None)
        kind = Kind(values.pop("kind", Kind.COMMUNITY_GENERAL_BRANCH))
        organization = Organization()
        self.assign(organization, values)
        return establish(organization=organization, kind=kind, area=area, enterprises=(), by=self.writer)

    def change(self, record: Organization, values: dict[str, Any]) -> None:
        """Change an organization, and what goes with it."""
        ending = {name: values.pop(name) for name in ENDING if name in values}
        kind, area = values.pop("kind", None), values.pop("area", UNSAID)
        self.assign(record, values)
        change_organization(
            organization=record, kind=None if kind is None else Kind(kind), area=area, by=self.writer
        )
        if ending:
            self.end(record, {**{name: getattr(record, name) for name in ENDING}, **ending})

    def end(self, record: Organization, ending: Mapping[str, Any]) -> None:
        """Dissolve `record`, or correct its end; `ending` has what is to be stored by the names of `ENDING`."""
        raise NotImplementedError


class CommunityGeneralBranchViewSet(OrganizationViewSet):
    queryset = Organization.objects.community_general_branches()
    table = CommunityGeneralBranch
    body_class = CommunityGeneralBranchBodySerializer
    detail_serializer_class = CommunityGeneralBranchDetailSerializer

    def more(self, row: Row) -> Mapping[str, Any]:
        """Its histories, and the organizations that it brought about."""
        incubated = brought_about_by(row["id"]).values("code", "name", "established_on")
        return {**super().more(row), "incubated": list(incubated)}
