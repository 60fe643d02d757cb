"""Filters of the lists: a day, an area with all areas in it, a kind, a mode of coverage.

The day rules the others: area, kind, mode and the columns are those of the day chosen, today's if none is.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgs.admin.scoping import narrow_choices
from orgs.models import Area, EnterpriseArea, Kind
from orgs.modes import Mode, in_mode
from orgs.periods import holds_on

DAY_PARAMETER = "on"


def chosen_day(request: HttpRequest) -> date:
    """The day chosen in the filter; today where none is, or what was typed is none."""
    try:
        return date.fromisoformat(request.GET.get(DAY_PARAMETER, ""))
    except ValueError:
        return timezone.localdate()


class FormFilter(admin.ListFilter):
    """A filter that is a small form in the side bar: one labelled field and a button, without scripts."""

    template = "admin/form_filter.html"
    parameter_name: str

    def __init__(
        self, request: HttpRequest, params: dict[str, list[str]], model: type[Any], model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        text = params.pop(self.parameter_name, [""])[-1]
        if text:
            self.used_parameters[self.parameter_name] = text
        form_class = type("FilterForm", (forms.Form,), {self.parameter_name: self.field()})
        self.form: forms.Form = form_class({self.parameter_name: text})
        narrow_choices(self.form, request)
        # Valid before the list is read: the list of a bad value is empty, and says why.
        self.is_valid = self.form.is_valid()
        if not self.is_valid:
            self.form.data = {}  # a forged key would break the field that shows its name

    def field(self) -> forms.Field:
        """The field of the form, which is called as the parameter."""
        raise NotImplementedError

    def filtered(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """`queryset` filtered by the field's value."""
        raise NotImplementedError

    @property
    def media(self) -> forms.Media:
        """Scripts and styles of the field."""
        return self.form.media

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return [self.parameter_name]

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """What the template needs: the form, and the parameters to keep while this one changes."""
        kept = [
            (name, value)
            for name, values in changelist.filter_params.items()
            if name != self.parameter_name
            for value in values
        ]
        without = changelist.get_query_string(remove=[self.parameter_name])
        yield {"form": self.form, "kept": kept, "clear": without if self.used_parameters else ""}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that the field lets through; none where its value is none."""
        if not self.is_valid:
            return queryset.none()
        value = self.form.cleaned_data[self.parameter_name]
        return queryset if value is None else self.filtered(queryset, value)


class DayFilter(FormFilter):
    """In force, operating, or with a relation on a day: `filtered` says what."""

    title = _("day")
    parameter_name = DAY_PARAMETER
    label = _("In force on")

    def field(self) -> forms.Field:
        return forms.DateField(
            label=self.label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d"],
        )  # fmt: skip


class InForceFilter(DayFilter):
    """Organizations in force on the day."""

    def filtered(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.filter(holds_on(value, start="established_on", end="dissolved_on"))


class OperatingFilter(DayFilter):
    """Enterprises that operate on the day."""

    label = _("Operating on")

    def filtered(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.filter(holds_on(value, start="registered_on", end="closed_on"))


class PeriodDayFilter(DayFilter):
    """Periods that hold on the day."""

    def filtered(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.filter(holds_on(value))


class AreaFilter(FormFilter):
    """Of an area, or an area in it, on the day chosen; the area is found by typing its name or code."""

    title = _("area")
    parameter_name = "area"

    def field(self) -> forms.Field:
        # Any link to an area serves: it tells the search which table to look in.
        link = EnterpriseArea._meta.get_field("area")
        return forms.ModelChoiceField(
            Area.objects.all(), label=_("Area, with all areas in it"), required=False,
            widget=AutocompleteSelect(link, admin.site),
        )  # fmt: skip

    def filtered(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.in_area(value, chosen_day(self.request))  # type: ignore[attr-defined, no-any-return]


class KindFilter(admin.SimpleListFilter):
    """Organizations of a kind on the day chosen."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.value, kind.label) for kind in Kind if kind != Kind.COMMUNITY_GENERAL_BRANCH]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The organizations of the kind, those of later days by their first kind."""
        if self.value() not in Kind.values:
            return queryset
        day = chosen_day(request)
        return queryset.with_kind_on(day).filter(kind=self.value())  # type: ignore[attr-defined, no-any-return]


class ModeFilter(admin.SimpleListFilter):
    """Enterprises by the mode in which they are covered on the day chosen."""

    title = _("mode of coverage")
    parameter_name = "mode"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(mode.value, mode.label) for mode in Mode]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The enterprises of the mode."""
        mode = self.value()
        if mode is None or mode not in Mode.values:
            return queryset
        return queryset.filter(in_mode(Mode(mode), chosen_day(request)))
