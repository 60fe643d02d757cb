"""Filters by which figures are told apart: a link from a figure opens the rows behind it.

They are offered where the address asks for them, so that the side bar of a list stays short.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orgs.admin.filters import AS_OF_PARAMETER, DayFilter, FormFilter, chosen_day, named_day
from orgs.models import Area, Level


class AsOfFilter(DayFilter):
    """The day as of which the other filters ask, of what need not hold on it."""

    title = _("day of the other filters")
    parameter_name = AS_OF_PARAMETER
    label = _("As of")

    def has_output(self) -> bool:
        return bool(self.used_parameters)

    def filtered(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset


class OutsideFilter(admin.SimpleListFilter):
    """What lies in no area of a level on the day chosen."""

    title = _("outside all areas of a level")
    parameter_name = "outside"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(level.value, level.label) for level in Level]

    def has_output(self) -> bool:
        return self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """What lies in none of them."""
        level = self.value()
        if level is None or level not in Level.values:
            return queryset
        rows: Any = queryset.model._default_manager
        inside = rows.in_any_of(Area.objects.lying_in(Level(level)), chosen_day(request))
        return queryset.exclude(pk__in=inside.values("pk"))


class CountedFilter(admin.SimpleListFilter):
    """Enterprises that figures count: the non-public ones, or of them those above scale on the day chosen."""

    title = _("counted")
    parameter_name = "scale"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("non-public")), ("above", _("non-public, above scale"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The enterprises that were asked for."""
        match self.value():
            case "all":
                return queryset.non_public()  # type: ignore[attr-defined, no-any-return]
            case "above":
                return queryset.non_public().above_scale_on(chosen_day(request))  # type: ignore[attr-defined, no-any-return]
        return queryset


class EstablishedFilter(FormFilter):
    """Organizations established in a year; where a day is named, by that day."""

    title = _("year of establishment")
    parameter_name = "established"
    label = _("Established in the year")
    lookup: ClassVar[str] = "established_on__year"

    def has_output(self) -> bool:
        return bool(self.used_parameters)

    def field(self) -> forms.Field:
        return forms.IntegerField(label=self.label, required=False, min_value=1, max_value=9999)

    def filtered(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        day = named_day(self.request)
        found = queryset.filter(**{self.lookup: value})
        return found if day is None else found.filter(established_on__lte=day)


class EstablishedByFilter(EstablishedFilter):
    """Organizations established in a year or before; where a day is named, by that day."""

    title = _("year of establishment at the latest")
    parameter_name = "established_by"
    label = _("Established in the year or before")
    lookup = "established_on__year__lte"
