"""Designations, across enterprises."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from orgs.admin.base import RecordAdmin
from orgs.admin.filters import AreaFilter, PeriodDayFilter
from orgs.models import Designation


@admin.register(Designation)
class DesignationAdmin(RecordAdmin):
    """Titles held by enterprises, from their award until they are revoked."""

    list_display = ["enterprise", "title", "level", "valid_from", "valid_to"]
    list_filter = [PeriodDayFilter, AreaFilter, "title", "level"]
    search_fields = [
        "enterprise__name__contains", "enterprise__name_pinyin__icontains", "enterprise__uscc__istartswith",
    ]  # fmt: skip
    search_help_text = _("Name, credit code or pinyin of the enterprise")
    sortable_by = ["title", "level", "valid_from", "valid_to"]
    ordering = ["-valid_from", "-pk"]
    autocomplete_fields = ["enterprise"]

    def with_columns(self, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        return rows.select_related("enterprise")
