"""Imports in the admin: their list, and the addresses of their pages."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from orgs.admin.scoping import DiscreetAdmin
from sheets.models import Import
from sheets.pages import columns, files, result, steps, undo, upload


@admin.register(Import)
class ImportAdmin(DiscreetAdmin):
    """Imports, each with a page that shows what its state asks for: nothing is changed here, nor deleted."""

    list_display = [
        "made_at", "resource", "state", "file_name", "made_by", "created", "updated", "unchanged", "wrong",
    ]  # fmt: skip
    list_select_related = ["made_by"]
    list_filter = ["resource", "state"]
    list_per_page = 50
    ordering = ["-made_at", "-pk"]
    sortable_by = ["made_at"]
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Import]:
        """The own ones; of who sees the whole register, everybody's."""
        return Import.objects.of(request.user)  # type: ignore[arg-type]  # who is signed in

    def get_urls(self) -> list[URLPattern]:
        """The list, the upload, and what belongs to an import: none of Django's pages of records."""
        pages: list[tuple[str, Any, str]] = [
            ("", self.changelist_view, "changelist"),
            ("add/", partial(upload.upload_page, site=self.admin_site), "add"),
            ("template/<slug:name>/", files.template_file, "template"),
            ("<int:pk>/", partial(result.import_page, site=self.admin_site), "change"),
            ("<int:pk>/columns/", partial(columns.columns_page, site=self.admin_site), "columns"),
            ("<int:pk>/undo/", partial(undo.undo_page, site=self.admin_site), "undo"),
            ("<int:pk>/wrong-rows/", files.wrong_rows_file, "wrong_rows"),
            ("<int:pk>/progress/", result.progress, "progress"),
            *((f"<int:pk>/{name}/", step, name.replace("-", "_")) for name, step in steps.STEPS.items()),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"sheets_import_{name}")
            for route, view, name in pages
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who may import something; what, the page of the upload asks."""
        return request.user.has_perm("sheets.add_import")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
