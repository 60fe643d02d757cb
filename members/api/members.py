"""Members; names are for those who may see members, other personal data is written and never answered."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from rest_framework import serializers

from members.actions.member import change_member, refuse_half_a_relation, register_member
from members.actions.posts import PostWithoutRelation
from members.identity_numbers import identity_number
from members.models import EndReason, Member, Membership, Sex, Stage
from orgs.actions.endings import OutlastsItsOwner
from orgs.actions.timelines import UNSAID
from orgs.api.base import Row, Rows, RowSerializer
from orgs.api.bodies import Body, Choice, Day, EnterpriseReference, OrganizationReference, Reference, Text
from orgs.api.filters import DayListFilter, KeyedOrdering, ListFilter
from orgs.api.parameters import parse_day
from orgs.api.periods import OrganizationReferenceSerializer, PeriodSerializer
from orgs.api.schema import described
from orgs.api.writing import WritableViewSet
from orgs.models import Organization

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
    """A member with the steps beside the stages, and the organizational relations of all times."""

    talked_on = serializers.DateField(allow_null=True)
    approved_on = serializers.DateField(allow_null=True, help_text=_("Of the admission."))
    probation_until = serializers.DateField(
        allow_null=True, help_text=_("The first day after an extended probation.")
    )
    first_voucher = serializers.CharField(
        source="first_voucher__member_no", allow_null=True, required=False,
        help_text=_("Number of the member who vouched. Only for those who may see members."),
    )  # fmt: skip
    second_voucher = serializers.CharField(
        source="second_voucher__member_no", allow_null=True, required=False,
        help_text=_("Number of the other one. Only for those who may see members."),
    )  # fmt: skip
    memberships = MembershipSerializer(many=True)


class IdentityNumber(Text):
    """An identity number, taken in upper case."""

    def to_internal_value(self, data: Any) -> str:
        """The number, its check digit and birth date verified."""
        number = super().to_internal_value(data)
        try:
            return identity_number(number) if number else ""
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error


class RelationReference(OrganizationReference):
    """An organization that the writer sees, or the one of the relation that the body names by its first day."""

    def referred_to(self, key: str) -> Organization | None:
        """That organization, if the relation is with it: one that was given up is not taken again."""
        member: Member | None = getattr(self.parent, "instance", None)
        try:
            first = parse_day(self.parent.initial_data.get("relation_from"))
        except (TypeError, ValueError):  # told at its own field
            return None
        held = Organization.objects.filter(
            memberships__member=member, memberships__valid_from=first, code=key
        )
        return held.first() if member is not None else None


class MemberReference(Reference):
    """A member by the member number."""

    model = Member
    key = "member_no"


class MemberBodySerializer(Body):
    """What may be written of a member; the identity number, phone and birth date are never answered."""

    fixed = ("member_no",)

    member_no = Text(Member, "member_no", is_key=True)
    name = Text(Member, "name")
    sex = Choice(choices=Sex.choices, required=False, allow_blank=True)
    birth_date = Day(required=False, allow_null=True, help_text=_("Never answered."))
    id_number = IdentityNumber(Member, "id_number", required=False, help_text=_("Never answered."))
    phone = Text(Member, "phone", required=False, help_text=_("Never answered."))
    enterprise = EnterpriseReference(
        source="employer", required=False, allow_null=True,
        help_text=_("Credit code of the current employer."),
    )  # fmt: skip
    organization = RelationReference(
        required=False, allow_null=True, help_text=_("Code of the organization of the relation.")
    )
    relation_from = Day(
        required=False, allow_null=True,
        help_text=_("The first day of a relation: one that exists is changed, a later one is added."),
    )  # fmt: skip
    relation_to = Day(required=False, allow_null=True)
    applied_on = Day(required=False, allow_null=True)
    activist_on = Day(required=False, allow_null=True)
    candidate_on = Day(required=False, allow_null=True)
    probationary_on = Day(required=False, allow_null=True)
    full_on = Day(required=False, allow_null=True)
    ended_on = Day(required=False, allow_null=True, help_text=_("The open relation ends that day."))
    ended_reason = Choice(choices=EndReason.choices, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A relation needs its organization, unless it exists, and its first day."""
        first, organization = attrs.get("relation_from"), attrs.get("organization")
        if first is None and attrs.get("relation_to") is not None:
            message = gettext("An end needs the first day of its period.")
            raise serializers.ValidationError({"relation_from": [message]})
        if first is not None and "organization" not in attrs and self.instance is not None:
            held = self.instance.memberships.filter(valid_from=first).select_related("organization").first()
            organization = held.organization if held is not None else None
        refuse_half_a_relation(organization, first)
        return {**attrs, "organization": organization}


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
class MemberViewSet(WritableViewSet):
    queryset = Member.objects.all()
    table = Member
    body_class = MemberBodySerializer
    names = {
        "valid_from": "relation_from",
        "valid_to": "relation_to",
        # Of protected columns the index is unique, and the count of changes is in the history.
        "id_number_index": "id_number",
        "id_number_changes": "id_number",
        "phone_changes": "phone",
    }
    place = "organization"
    refusals = {OutlastsItsOwner: "ended_on", PostWithoutRelation: "relation_from"}
    periods_of_records = ((Membership, "member"),)
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

    def hidden(self) -> Collection[str]:
        """Names, for those who may not see them."""
        return () if self.may_see_names() else ("name",)

    def rows(self, chosen: Any) -> Rows:
        """A row per member, with the relation of the day."""
        columns = MemberSerializer.columns(without=(*_RELATION, *self.hidden()))
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
        """The steps beside the stages, who vouched, and the relations of all times."""
        names = ["talked_on", "approved_on", "probation_until"]
        if self.may_see_names():
            names += ["first_voucher__member_no", "second_voucher__member_no"]
        steps = Member.objects.filter(pk=row["id"]).values(*names).get()
        memberships = Membership.objects.filter(member=row["id"]).order_by("valid_from")
        return {
            **steps,
            "memberships": [
                {"valid_from": start, "valid_to": end, "organization": {"code": code, "name": name}}
                for start, end, code, name in memberships.values_list(
                    "valid_from", "valid_to", "organization__code", "organization__name"
                )
            ],
        }

    def make(self, values: dict[str, Any]) -> Member:
        """Register a member."""
        organization = values.pop("organization", None)
        first, end = values.pop("relation_from", None), values.pop("relation_to", None)
        member = Member()
        self.assign(member, values)
        return register_member(
            member=member, organization=organization, relation_from=first, relation_to=end, by=self.writer
        )

    def change(self, record: Member, values: dict[str, Any]) -> None:
        """Change a member, and the relation that is named."""
        organization = values.pop("organization", None)
        first, end = values.pop("relation_from", None), values.pop("relation_to", UNSAID)
        self.assign(record, values)
        relation = None
        if first is not None:
            relation = Membership(
                member=record, organization=organization, valid_from=first,
                valid_to=None if end is UNSAID else end,
            )  # fmt: skip
        change_member(member=record, relation=relation, says_end=end is not UNSAID, by=self.writer)
