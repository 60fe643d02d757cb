"""Numbers of policy."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from orgs.admin.base import DeletableAdmin
from orgs.admin.filters import PeriodDayFilter
from orgs.models import PolicyNumber


@admin.register(PolicyNumber)
class PolicyNumberAdmin(DeletableAdmin):
    """Thresholds, terms and deadlines, each with its days and its source."""

    list_display = ["policy", "value", "valid_from", "valid_to", "source"]
    list_filter = [PeriodDayFilter]
    search_fields = ["policy__icontains", "source__contains"]
    search_help_text = _("Source")
    ordering = ["policy", "valid_from"]
