"""Instructors, across enterprises."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orgs.actions.fitting import fit_to_locked
from orgs.admin.base import RefusableForm
from orgs.admin.filters import AreaFilter, PeriodDayFilter
from orgs.admin.protected import ProtectedAdmin
from orgs.models import Instructor


class InstructorForm(RefusableForm):
    """An instructor's work ends at the latest when the enterprise closes."""

    def clean(self) -> dict[str, Any] | None:
        """Fit the period to the enterprise."""
        cleaned = super().clean() or {}
        enterprise, valid_from = cleaned.get("enterprise"), cleaned.get("valid_from")
        if enterprise is None or valid_from is None or "valid_to" not in cleaned:
            return cleaned
        period = Instructor(valid_from=valid_from, valid_to=cleaned["valid_to"])
        try:
            fit_to_locked(period, enterprise=enterprise)
        except ValidationError as error:
            self.add_error(None, error)
        cleaned["valid_to"] = period.valid_to
        return cleaned


@admin.register(Instructor)
class InstructorAdmin(ProtectedAdmin):
    """Instructors, each at one enterprise for a period."""

    form = InstructorForm
    personal = ("phone",)
    list_display = ["name", "enterprise", "valid_from", "valid_to", "employer"]
    list_filter = [PeriodDayFilter, AreaFilter]
    search_fields = [
        "name__contains", "name_pinyin__icontains", "enterprise__name__contains",
        "enterprise__name_pinyin__icontains", "enterprise__uscc__istartswith",
    ]  # fmt: skip
    search_help_text = _("Name or pinyin of the instructor, or name, credit code or pinyin of the enterprise")
    sortable_by = ["name", "valid_from", "valid_to", "employer"]
    ordering = ["-valid_from", "-pk"]
    autocomplete_fields = ["enterprise"]

    def get_fields(self, request: HttpRequest, obj: Instructor | None = None) -> Any:
        return self.readable(request, obj, super().get_fields(request, obj))

    def with_columns(self, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        return rows.select_related("enterprise")
