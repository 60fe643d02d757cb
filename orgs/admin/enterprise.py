"""Enterprises, with what an organizer asks about each; the members' floor registers them, with theirs."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget, AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from orgs.actions.endings import outlasting
from orgs.actions.enterprise import (
    register_enterprise,
)
from orgs.admin.base import RefusableForm
from orgs.admin.entering import EnteredAdmin
from orgs.admin.figure_filters import CountedFilter, OutsideFilter
from orgs.admin.filters import AreaFilter, ModeFilter, OperatingFilter
from orgs.admin.periods import PeriodFormSet, PeriodInline, ReadOnlyInline
from orgs.admin.protected import ProtectedAdmin, with_a_way_to_reveal
from orgs.models import (
    AboveScale,
    Area,
    Coverage,
    Designation,
    Enterprise,
    EnterpriseArea,
    Instructor,
    default_ownership,
)
from orgs.modes import Mode, mode_on
from orgs.records import PERIODS_OF_ENTERPRISES


class CreditCodeField(forms.CharField):
    """A credit code as people type it: in small letters, too."""

    def to_python(self, value: Any) -> str:
        """The code without surrounding spaces, in capital letters."""
        return (super().to_python(value) or "").upper()


class EnterpriseForm(RefusableForm):
    """An enterprise; an ownership left empty is told from the legal form and the credit code."""

    uscc = Enterprise._meta.get_field("uscc").formfield(form_class=CreditCodeField)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "ownership" in self.fields:
            self.fields["ownership"].required = False
            self.fields["ownership"].help_text = gettext(
                "If left empty: as the legal form and the credit code tell."
            )

    def clean(self) -> dict[str, Any] | None:
        """Fill in the ownership; a closing day must fit what ends with the enterprise."""
        cleaned = super().clean() or {}
        if not cleaned.get("ownership") and "ownership" not in self.errors:
            cleaned["ownership"] = default_ownership(cleaned.get("legal_form", ""), cleaned.get("uscc", ""))
        closed_on = cleaned.get("closed_on")
        count = self.instance.coverage.filter(outlasting(closed_on)).count() if closed_on is not None else 0
        if count:
            self.add_error(
                "closed_on",
                ngettext(
                    "%(count)d coverage period lasts longer; change it first at its organization.",
                    "%(count)d coverage periods last longer; change them first at their organizations.",
                    count,
                )
                % {"count": count},
            )
        return cleaned


class RegisterForm(EnterpriseForm):
    """A new enterprise, with its area and its above-scale status."""

    area = forms.ModelChoiceField(
        Area.objects.all(), label=_("Area"), required=False,
        widget=AutocompleteSelect(EnterpriseArea._meta.get_field("area"), admin.site),
    )  # fmt: skip
    above_scale_from = forms.DateField(label=_("Above scale from"), required=False, widget=AdminDateWidget())


class AreaFormSet(PeriodFormSet):
    first_day = "registered_on"


class EndingWithTheEnterpriseFormSet(PeriodFormSet):
    last_day = "closed_on"


class AreaInline(PeriodInline):
    model = EnterpriseArea
    formset = AreaFormSet
    autocomplete_fields = ["area"]


class AboveScaleInline(PeriodInline):
    model = AboveScale
    formset = EndingWithTheEnterpriseFormSet


class InstructorInline(PeriodInline):
    model = Instructor
    formset = EndingWithTheEnterpriseFormSet

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """With the phone for those who may change it."""
        fields = super().get_fields(request, obj)
        return fields if self.has_change_permission(request, obj) else [f for f in fields if f != "phone"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return with_a_way_to_reveal(super().formfield_for_dbfield(db_field, request, **kwargs), db_field)


class DesignationInline(PeriodInline):
    model = Designation


class CoverageInline(ReadOnlyInline):
    """By which organizations the enterprise is covered; entered at the organization."""

    model = Coverage
    fields = ["organization", "valid_from", "valid_to"]
    readonly_fields = ["organization", "valid_from", "valid_to"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("organization").order_by("valid_from", "pk")


class EnterpriseAdmin(ProtectedAdmin, EnteredAdmin):
    """The enterprises of the register; unregistered here, see members.admin.enterprise."""

    form = EnterpriseForm
    add_form = RegisterForm
    personal = ("contact_name", "contact_phone")
    inlines = [AreaInline, AboveScaleInline, CoverageInline, InstructorInline, DesignationInline]
    history_of_periods = PERIODS_OF_ENTERPRISES
    list_display = ["uscc", "name_sorted", "area_today", "mode_today", "registered_on"]
    list_filter = [OperatingFilter, AreaFilter, OutsideFilter, CountedFilter, ModeFilter, "ownership"]
    search_fields = ["uscc__istartswith", "name__contains", "name_pinyin__icontains"]
    search_help_text = _("Name, credit code, pinyin or its initials")
    ordering = ["uscc"]

    @admin.display(description=_("name"), ordering="name_pinyin")
    def name_sorted(self, row: Enterprise) -> str:
        return row.name

    @admin.display(description=_("area"))
    def area_today(self, row: Any) -> str | None:
        return row.area_name  # type: ignore[no-any-return]

    @admin.display(description=_("mode of coverage"))
    def mode_today(self, row: Any) -> str:
        return str(Mode(row.mode).label)

    def with_columns(self, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        return rows.with_area_on(day).annotate(mode=mode_on(day))  # type: ignore[attr-defined, no-any-return]

    def get_fieldsets(self, request: HttpRequest, obj: Enterprise | None = None) -> Any:
        lasting = ["uscc", "name", "legal_form", "ownership"]
        if obj is None:
            days = ["registered_on", "area", "above_scale_from"]
        else:
            days = ["registered_on"] if obj.closed_on is None else ["registered_on", "closed_on"]
        return [
            (None, {"fields": [*lasting, *days]}),
            (
                _("Particulars"),
                {"fields": self.readable(request, obj, ["address", "employees", *self.personal])},
            ),
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            register_enterprise(
                enterprise=obj, area=form.cleaned_data["area"],
                above_scale_from=form.cleaned_data["above_scale_from"], by=request.user,  # type: ignore[arg-type]
            )  # fmt: skip
