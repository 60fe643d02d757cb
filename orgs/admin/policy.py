"""Numbers of policy."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orgs.admin.base import DeletableAdmin
from orgs.admin.filters import PeriodDayFilter
from orgs.models import Policy, PolicyNumber


@admin.register(PolicyNumber)
class PolicyNumberAdmin(DeletableAdmin):
    """Thresholds, terms and deadlines, each with its days and its source."""

    list_display = ["policy", "value", "valid_from", "valid_to", "source"]
    list_filter = [PeriodDayFilter]
    search_fields = ["source__icontains"]
    search_help_text = _("Policy or source")
    ordering = ["policy", "valid_from"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Those whose source has every word, or whose policy, as the reader calls it, has the whole text."""
        text = search_term.strip().casefold()
        named = [policy for policy in Policy if text in str(policy.label).casefold()]
        cited, repeats = super().get_search_results(request, queryset, search_term)
        return cited | queryset.filter(policy__in=named), repeats
