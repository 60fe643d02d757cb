"""Party-building instructors; their names are for those who may see instructors, phones are only written."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from orgs.actions.instructor import assign_instructor
from orgs.api.base import Rows, RowSerializer
from orgs.api.bodies import Body, Day, EnterpriseReference, Text, Whole
from orgs.api.filters import HoldingListFilter, KeyedOrdering, ListFilter
from orgs.api.schema import described
from orgs.api.writing import WritableViewSet
from orgs.models import Instructor

ORDERED_BY = {
    "id": "id",
    "enterprise__uscc": "enterprise",
    "valid_from": "valid_from",
    "valid_to": "valid_to",
    "employer": "employer",
}


class InstructorSerializer(RowSerializer):
    """An instructor's work for an enterprise."""

    id = serializers.IntegerField()
    name = serializers.CharField(required=False, help_text=_("Only for those who may see instructors."))
    enterprise = serializers.CharField(source="enterprise__uscc", help_text=_("Credit code."))
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(
        allow_null=True, help_text=_("The first day on which it no longer holds; null while it lasts.")
    )
    employer = serializers.CharField()
    days_per_month = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text=_(
            "Days a month given to the enterprise; null if not told. Only for those who may see instructors."
        ),
    )


class InstructorBodySerializer(Body):
    """What may be written of an instructor."""

    name = Text(Instructor, "name")
    enterprise = EnterpriseReference(help_text=_("Credit code."))
    valid_from = Day()
    valid_to = Day(required=False, allow_null=True, help_text=_("If null: until the enterprise is closed."))
    phone = Text(Instructor, "phone", required=False, help_text=_("Never answered."))
    employer = Text(Instructor, "employer", required=False)
    days_per_month = Whole(required=False, allow_null=True, help_text=_("At most 31."))


class InstructorFilter(HoldingListFilter):
    """The filters of instructors, for those who may not see their names."""

    search_columns: ClassVar[tuple[str, ...]] = (
        "enterprise__uscc",
        "enterprise__name",
        "enterprise__name_pinyin",
        "employer",
    )

    ordering = KeyedOrdering("id", fields=ORDERED_BY)

    class Meta:
        model = Instructor
        fields: tuple[str, ...] = ()


class NamedInstructorFilter(InstructorFilter):
    """The filters of instructors, for those who may see their names."""

    search_columns = (*InstructorFilter.search_columns, "name", "name_pinyin")

    ordering = KeyedOrdering("id", fields={**ORDERED_BY, "name": "name"})


@described(_("Party-building instructors and the enterprises they are sent to."))
class InstructorViewSet(WritableViewSet):
    queryset = Instructor.objects.all()
    table = Instructor
    body_class = InstructorBodySerializer
    names = {"phone_changes": "phone"}
    place = "enterprise"
    owners = ("enterprise",)
    serializer_class = detail_serializer_class = InstructorSerializer
    filterset_class = NamedInstructorFilter
    lookup_field = "id"
    lookup_value_regex = "[0-9]{1,18}"

    def may_see_names(self) -> bool:
        """Whether the user may know who the instructors are, and how much each of them does."""
        return self.request.user.has_perm("orgs.view_instructor")

    def get_filterset_class(self) -> type[ListFilter]:
        """Search and order by name only for those who may see it."""
        return NamedInstructorFilter if self.may_see_names() else InstructorFilter

    def hidden(self) -> Collection[str]:
        """Who it is and how much they do, for those who may not see it."""
        return () if self.may_see_names() else ("name", "days_per_month")

    def rows(self, chosen: Any) -> Rows:
        """A row per instructor and enterprise."""
        return list(chosen.values(*InstructorSerializer.columns(without=self.hidden())))

    def make(self, values: dict[str, Any]) -> Instructor:
        """Send an instructor."""
        return assign_instructor(instructor=Instructor(**values), by=self.writer)

    def change(self, record: Instructor, values: dict[str, Any]) -> None:
        """Change an instructor's work."""
        for name, value in values.items():
            setattr(record, name, value)
        assign_instructor(instructor=record, by=self.writer)
