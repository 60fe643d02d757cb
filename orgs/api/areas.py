"""Areas as a list: the tree of today."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from rest_framework import serializers

from orgs.api.base import RegisterViewSet, Rows, RowSerializer
from orgs.api.filters import KeyedOrdering, ListFilter
from orgs.api.schema import described
from orgs.models import Area, Level


class AreaSerializer(RowSerializer):
    """A division of the tree."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField(help_text=_("The name in English; may be empty."))
    level = serializers.ChoiceField(choices=Level.choices)
    parent = serializers.CharField(  # type: ignore[assignment]  # a Field has a `parent` of its own
        source="parent__code", allow_null=True, help_text=_("Code of the area that it lies in.")
    )


class AreaFilter(ListFilter):
    """The filters of areas."""

    search_columns = ("code", "name", "name_pinyin", "name_en")

    level = ChoiceFilter(choices=Level.choices)
    ordering = KeyedOrdering("code", fields=("code", "name", "name_en", "level"))

    class Meta:
        model = Area
        fields: tuple[str, ...] = ()


@described(_("Divisions, province to community: the tree of today."))
class AreaViewSet(RegisterViewSet):
    queryset = Area.objects.all()
    serializer_class = detail_serializer_class = AreaSerializer
    filterset_class = AreaFilter
    lookup_field = "code"
    asks_for_a_day = False

    def rows(self, chosen: Any) -> Rows:
        """A row per area."""
        return list(chosen.values("id", *AreaSerializer.columns()))
