"""Transfers, read alone; the member's name and the reasons are for those who may see members."""

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from rest_framework import serializers

from members.models import Transfer, TransferState
from orgs.api.base import Rows, RowSerializer
from orgs.api.filters import DayListFilter, KeyedOrdering
from orgs.api.schema import described
from orgs.api.writing import ActedOnViewSet

ORDERED_BY = ("id", "requested_on", "letter_on", "letter_valid_until", "received_on")


class TransferSerializer(RowSerializer):
    """A transfer of a member's organizational relation; one of its sides may lie outside the register."""

    id = serializers.IntegerField()
    member = serializers.CharField(source="member__member_no", help_text=_("Member number."))
    member_name = serializers.CharField(
        source="member__name", required=False, help_text=_("Only for those who may see members.")
    )
    state = serializers.ChoiceField(choices=TransferState.choices, help_text=_("On the day."))
    origin = serializers.CharField(
        source="origin__code", allow_null=True, help_text=_("Code; null where it lies outside the register.")
    )
    origin_elsewhere = serializers.CharField(help_text=_("The place outside the register, or empty."))
    destination = serializers.CharField(
        source="destination__code",
        allow_null=True,
        help_text=_("Code; null where it lies outside the register."),
    )
    destination_elsewhere = serializers.CharField(help_text=_("The place outside the register, or empty."))
    requested_on = serializers.DateField()
    letter_number = serializers.CharField()
    letter_on = serializers.DateField(allow_null=True)
    letter_valid_until = serializers.DateField(
        allow_null=True, help_text=_("The first day on which the letter is no longer valid.")
    )
    received_on = serializers.DateField(
        allow_null=True, help_text=_("The first day at the new organization.")
    )
    receipt_number = serializers.CharField()
    returned_on = serializers.DateField(allow_null=True)
    cancelled_on = serializers.DateField(allow_null=True)
    end_reason = serializers.CharField(required=False, help_text=_("Only for those who may see members."))


class TransferFilter(DayListFilter):
    """The filters of transfers."""

    search_columns: ClassVar[tuple[str, ...]] = ("member__member_no",)

    state = ChoiceFilter(choices=TransferState.choices, method="filter_state", label=_("On the day."))
    ordering = KeyedOrdering("id", fields=ORDERED_BY)

    def filter_state(self, queryset: Any, name: str, value: str) -> QuerySet[Transfer]:
        """Those that had come so far by the day."""
        found: QuerySet[Transfer] = queryset.with_state_on(self.day).filter(state=value)
        return found

    def filter_on(self, queryset: Any, name: str, value: date) -> QuerySet[Transfer]:
        """Those that are under way on `value`."""
        found: QuerySet[Transfer] = queryset.under_way_on(value)
        return found

    class Meta:
        model = Transfer
        fields: tuple[str, ...] = ()


@described(
    _(
        "Transfers of organizational relations from or to an organization that the reader sees, also those that "
        "ended. Names and reasons are for those who may see members."
    )
)
class TransferViewSet(ActedOnViewSet):
    queryset = Transfer.objects.all()
    table = Transfer
    place = "on"  # it lies where either side does, and stays there
    serializer_class = detail_serializer_class = TransferSerializer
    filterset_class = TransferFilter
    lookup_field = "id"
    lookup_value_regex = "[0-9]{1,18}"

    def hidden(self) -> Collection[str]:
        """The member's name and the reason, for those who may not see members."""
        return () if self.request.user.has_perm("members.view_member") else ("member_name", "end_reason")

    def rows(self, chosen: Any) -> Rows:
        """A row per transfer, with its state of the day."""
        return list(chosen.with_state_on(self.day).values(*TransferSerializer.columns(without=self.hidden())))
