"""Filters of the lists: a day, an area with all areas in it, a kind, a mode of coverage.

The day rules the others: area, kind, mode and the columns are those of the day chosen, today's if none is.
Others, which figures ask by, stand in `orgs.admin.figure_filters`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgs.admin.scoping import narrow_choices
from orgs.models import COUNTED_KINDS, STANDALONE_KINDS, Area, EnterpriseArea, Kind, OrganizationKind
from orgs.modes import Mode, in_mode
from orgs.periods import holds_on

DAY_PARAMETER, AS_OF_PARAMETER = "on", "as_of"

DAY_FIELD = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
"""How an address writes a day, for the filter of the day and for the others alike."""


def named_day(request: HttpRequest) -> date | None:
    """The day that the address names: of what holds on it, or else as of which the other filters ask."""
    for parameter in (DAY_PARAMETER, AS_OF_PARAMETER):
        try:
            day: date | None = DAY_FIELD.clean(request.GET.get(parameter))
        except ValidationError:
            continue
        if day is not None:
            return day
    return None


def chosen_day(request: HttpRequest) -> date:
    """The day chosen in the filter; today where none is, or what was typed is none."""
    return named_day(request) or timezone.localdate()


class FormFilter(admin.ListFilter):
    """A filter that is a small form in the side bar: one labelled field and a button, without scripts."""

    template = "admin/form_filter.html"
    parameter_name: str

    def __init__(
        self, request: HttpRequest, params: dict[str, list[str]], model: type[Any], model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        text = self.asked(params)
        if text:
            self.used_parameters[self.parameter_name] = text
        form_class = type("FilterForm", (forms.Form,), {self.parameter_name: self.field()})
        self.form: forms.Form = form_class({self.parameter_name: text})
        narrow_choices(self.form, request)
        # Valid before the list is read: the list of a bad value is empty, and says why.
        self.is_valid = self.form.is_valid()
        if not self.is_valid:
            self.form.data = {}  # a forged key would break the field that shows its name

    def asked(self, params: dict[str, list[str]]) -> str:
        """What the address asks for, taken out of its `params`; empty for nothing."""
        return params.pop(self.parameter_name, [""])[-1]

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
        own = [name for name in self.expected_parameters() if name]
        kept = [
            (name, value)
            for name, values in changelist.filter_params.items()
            if name not in own
            for value in values
        ]
        without = changelist.get_query_string(remove=own)
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
    """Of an area, or an area in it, on the day chosen; the area is found by typing its name or code.

    A link from elsewhere names the area by its code, as `code_parameter`.
    """

    title = _("area")
    parameter_name = "area"
    code_parameter = "area_code"

    def asked(self, params: dict[str, list[str]]) -> str:
        code = params.pop(self.code_parameter, [""])[-1]
        key = super().asked(params)
        if not code:
            return key
        # No area has the key 0: the field says so.
        return str(Area.objects.filter(code=code).values_list("pk", flat=True).first() or 0)

    def expected_parameters(self) -> list[str | None]:
        return [self.parameter_name, self.code_parameter]

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
    """Organizations of a kind, or of several, on the day chosen."""

    title = _("kind")
    parameter_name = "kind"
    kinds: ClassVar[Mapping[str, tuple[Any, Sequence[Kind]]]] = {
        **{kind.value: (kind.label, (kind,)) for kind in COUNTED_KINDS},
        "standalone": (_("of one enterprise: all but joint branches"), STANDALONE_KINDS),
        "counted": (_("any of these"), COUNTED_KINDS),
    }
    """The choices: each with its label and the kinds that it lets through."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, label) for value, (label, _kinds) in self.kinds.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The organizations of the kind; where no day is named, those of later days by their first kind."""
        if self.value() not in self.kinds:
            return queryset
        _label, kinds = self.kinds[self.value() or ""]
        day = named_day(request)
        if day is None:
            return queryset.with_kind_on(timezone.localdate()).filter(kind__in=kinds)  # type: ignore[attr-defined, no-any-return]
        holding = OrganizationKind.objects.on(day).filter(kind__in=kinds)
        return queryset.filter(pk__in=holding.values("organization"))


class CommunityKindFilter(KindFilter):
    """Community general branches that are of that kind on the day chosen; offered where a link asks for it."""

    kinds: ClassVar[Mapping[str, tuple[Any, Sequence[Kind]]]] = {
        kind.value: (kind.label, (kind,)) for kind in Kind if kind not in COUNTED_KINDS
    }

    def has_output(self) -> bool:
        return self.value() is not None


class ModeFilter(admin.SimpleListFilter):
    """Enterprises by the mode in which they are covered on the day chosen."""

    title = _("mode of coverage")
    parameter_name = "mode"
    ORGANIZATIONAL, WORK = "organizational", "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            *((mode.value, mode.label) for mode in Mode),
            (self.ORGANIZATIONAL, _("organizational coverage")),
            (self.WORK, _("work coverage")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The enterprises of the mode, or of the modes that make the coverage."""
        asked, day = self.value() or "", chosen_day(request)
        if asked == self.ORGANIZATIONAL:
            return queryset.filter(in_mode(Mode.STANDALONE, day) | in_mode(Mode.JOINT, day))
        if asked == self.WORK:
            return queryset.exclude(in_mode(Mode.NONE, day))
        return queryset.filter(in_mode(Mode(asked), day)) if asked in Mode.values else queryset
