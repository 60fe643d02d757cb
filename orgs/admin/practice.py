"""Practices worth telling."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from orgs.admin.base import DeletableAdmin
from orgs.admin.filters import AreaFilter
from orgs.models import Practice


@admin.register(Practice)
class PracticeAdmin(DeletableAdmin):
    """Practices, entered here alone."""

    list_display = ["title", "enterprise", "day"]
    list_filter = [AreaFilter]
    list_select_related = ["enterprise"]
    search_fields = [
        "title__icontains", "enterprise__name__contains", "enterprise__name_pinyin__icontains",
        "enterprise__uscc__istartswith",
    ]  # fmt: skip
    search_help_text = _("Title, or name, credit code or pinyin of the enterprise")
    sortable_by = ["title", "day"]
    ordering = ["-day", "-pk"]
    autocomplete_fields = ["enterprise"]
