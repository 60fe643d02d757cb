"""Areas: the tree of divisions."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orgs.admin.base import DeletableAdmin
from orgs.admin.filters import AreaFilter
from orgs.models import Area


@admin.register(Area)
class AreaAdmin(DeletableAdmin):
    """Areas; parents follow the codes, so every change arranges the tree anew."""

    list_display = ["code", "name", "name_en", "level", "parent"]
    list_filter = [AreaFilter, "level"]
    list_select_related = ["parent"]
    search_fields = ["code__startswith", "name__contains", "name_pinyin__icontains", "name_en__icontains"]
    search_help_text = _("Name, code, pinyin or its initials")
    sortable_by = ["code", "name", "name_en", "level"]
    ordering = ["code"]
    fields = ["code", "name", "name_en", "level"]

    def save_model(self, request: HttpRequest, obj: Area, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        Area.objects.rebuild_tree()

    def delete_model(self, request: HttpRequest, obj: Area) -> None:
        with transaction.atomic():
            super().delete_model(request, obj)
            Area.objects.rebuild_tree()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            super().delete_queryset(request, queryset)
            Area.objects.rebuild_tree()
