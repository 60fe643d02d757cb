"""Party-building instructors as a list; their names are for those who may see instructors."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from orgs.api.base import RegisterViewSet, Rows, RowSerializer
from orgs.api.filters import HoldingListFilter, KeyedOrdering, ListFilter
from orgs.api.schema import described
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
class InstructorViewSet(RegisterViewSet):
    queryset = Instructor.objects.all()
    serializer_class = detail_serializer_class = InstructorSerializer
    filterset_class = NamedInstructorFilter
    lookup_field = "id"
    lookup_value_regex = "[0-9]{1,18}"

    def may_see_names(self) -> bool:
        """Whether the user may know who the instructors are."""
        return self.request.user.has_perm("orgs.view_instructor")

    def get_filterset_class(self) -> type[ListFilter]:
        """Search and order by name only for those who may see it."""
        return NamedInstructorFilter if self.may_see_names() else InstructorFilter

    def rows(self, chosen: Any) -> Rows:
        """A row per instructor and enterprise."""
        hidden = () if self.may_see_names() else ("name",)
        return list(chosen.values(*InstructorSerializer.columns(without=hidden)))
