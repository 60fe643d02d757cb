"""Members as a list; names are for those who may see members, other personal data for nobody."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from rest_framework import serializers

from members.models import EndReason, Member, Membership, Sex, Stage
from orgs.api.base import RegisterViewSet, Row, Rows, RowSerializer
from orgs.api.filters import DayListFilter, KeyedOrdering, ListFilter
from orgs.api.periods import OrganizationReferenceSerializer, PeriodSerializer
from orgs.api.schema import described

ORDERED_BY = (
    "member_no",
    "applied_on",
    "activist_on",
    "candidate_on",
    "probationary_on",
    "full_on",
    "ended_on",
)

_RELATION = {
    "organization": "organization__code",
    "relation_from": "valid_from",
    "relation_to": "valid_to",
}
"""The columns of a relation, by the fields of a member's row."""


class MemberSerializer(RowSerializer):
    """A member, or a person on the way to membership."""

    member_no = serializers.CharField()
    name = serializers.CharField(required=False, help_text=_("Only for those who may see members."))
    sex = serializers.ChoiceField(choices=Sex.choices, allow_blank=True)
    enterprise = serializers.CharField(
        source="employer__uscc", allow_null=True, help_text=_("Credit code of the current employer.")
    )
    organization = serializers.CharField(allow_null=True, help_text=_("Code, on the day."))
    relation_from = serializers.DateField(allow_null=True)
    relation_to = serializers.DateField(
        allow_null=True, help_text=_("The first day on which the relation no longer holds.")
    )
    stage = serializers.ChoiceField(choices=Stage.choices, allow_null=True, help_text=_("On the day."))
    applied_on = serializers.DateField(allow_null=True)
    activist_on = serializers.DateField(allow_null=True)
    candidate_on = serializers.DateField(allow_null=True)
    probationary_on = serializers.DateField(allow_null=True)
    full_on = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True, help_text=_("The first day without membership."))
    ended_reason = serializers.ChoiceField(choices=EndReason.choices, allow_blank=True)


class MembershipSerializer(PeriodSerializer):
    """A period in which the member belongs to an organization."""

    organization = OrganizationReferenceSerializer()


class MemberDetailSerializer(MemberSerializer):
    """A member with the organizational relations of all times."""

    memberships = MembershipSerializer(many=True)


class MemberFilter(DayListFilter):
    """The filters of members, for those who may not see their names."""

    search_columns: ClassVar[tuple[str, ...]] = ("member_no",)

    sex = ChoiceFilter(choices=Sex.choices)
    stage = ChoiceFilter(choices=Stage.choices, method="filter_stage", label=_("The stage on the day."))
    ended_reason = ChoiceFilter(choices=EndReason.choices)
    ordering = KeyedOrdering("member_no", fields=ORDERED_BY)

    def filter_stage(self, queryset: Any, name: str, value: str) -> QuerySet[Member]:
        """Those at stage `value` on the day."""
        found: QuerySet[Member] = queryset.with_stage_on(self.day).filter(stage=value)
        return found

    def filter_on(self, queryset: Any, name: str, value: date) -> QuerySet[Member]:
        """The members with a relation on `value`."""
        found: QuerySet[Member] = queryset.in_relation_on(value)
        return found

    class Meta:
        model = Member
        fields: tuple[str, ...] = ()


class NamedMemberFilter(MemberFilter):
    """The filters of members, for those who may see their names."""

    search_columns = ("member_no", "name", "name_pinyin")

    ordering = KeyedOrdering("member_no", fields=(*ORDERED_BY, "name"))


@described(
    _(
        "Members and persons on the way to membership, also those whose membership ended. Names, and search "
        "and order by name, are for those who may see members."
    )
)
class MemberViewSet(RegisterViewSet):
    queryset = Member.objects.all()
    serializer_class = MemberSerializer
    detail_serializer_class = MemberDetailSerializer
    filterset_class = NamedMemberFilter
    lookup_field = "member_no"

    def may_see_names(self) -> bool:
        """Whether the user may know who the members are."""
        return self.request.user.has_perm("members.view_member")

    def get_filterset_class(self) -> type[ListFilter]:
        """Search and order by name only for those who may see it."""
        return NamedMemberFilter if self.may_see_names() else MemberFilter

    def rows(self, chosen: Any) -> Rows:
        """A row per member, with the relation of the day."""
        hidden = () if self.may_see_names() else ("name",)
        columns = MemberSerializer.columns(without=(*_RELATION, *hidden))
        rows: Rows = list(chosen.with_stage_on(self.day).values("id", *columns))
        relations = Membership.objects.on(self.day).filter(member__in=[row["id"] for row in rows])
        by_member = {
            relation["member"]: relation for relation in relations.values("member", *_RELATION.values())
        }
        for row in rows:
            relation = by_member.get(row["id"], {})
            row.update({name: relation.get(column) for name, column in _RELATION.items()})
        return rows

    def more(self, row: Row) -> Mapping[str, Any]:
        """The relations of all times."""
        memberships = Membership.objects.filter(member=row["id"]).order_by("valid_from")
        return {
            "memberships": [
                {"valid_from": start, "valid_to": end, "organization": {"code": code, "name": name}}
                for start, end, code, name in memberships.values_list(
                    "valid_from", "valid_to", "organization__code", "organization__name"
                )
            ]
        }
