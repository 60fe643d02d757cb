"""Practices worth telling."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from orgs.admin.base import DeletableAdmin, RefusableForm
from orgs.admin.filters import AreaFilter
from orgs.models import Practice


class PracticeForm(RefusableForm):
    """A practice; its lines end as they are stored, so that only what was typed is a change."""

    def clean_text(self) -> str:
        """The text with the line ends of the database, not those that browsers send."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")


@admin.register(Practice)
class PracticeAdmin(DeletableAdmin):
    """Practices, entered here alone."""

    form = PracticeForm
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
