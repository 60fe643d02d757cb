"""The record, for administrators to search: the access log, and the changes of all records."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from record.changes import latest_changes, tables_of_history
from record.models import AccessEntry

PAGE = 50
"""Changes on a page."""

SHORT = 8
"""Letters of a request's id that tell it from its neighbours in a list."""


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ChangesForm(forms.Form):
    """Which changes are asked for."""

    table = forms.ChoiceField(label=_("Record"), required=False)
    user = forms.CharField(label=_("Whole user name"), required=False, max_length=150)
    since = forms.DateField(label=_("From"), required=False, widget=_day())
    until = forms.DateField(label=_("Through"), required=False, widget=_day())
    request_id = forms.CharField(label=_("Request"), required=False, max_length=36)
    before = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tables = {
            model._meta.db_table: (model, capfirst(str(model.instance_type._meta.verbose_name)))  # type: ignore[attr-defined]
            for model in tables_of_history()
        }
        named = sorted(
            ((table, name) for table, (_model, name) in self.tables.items()), key=lambda row: row[1]
        )
        self.fields["table"].choices = [("", _("All")), *named]  # type: ignore[attr-defined]

    def changes(self) -> list[Any]:
        """The changes that are asked for, one more than a page where there are more."""
        asked = self.cleaned_data
        table = asked["table"]
        users = get_user_model()._default_manager.filter(username=asked["user"]) if asked["user"] else None
        return latest_changes(
            limit=PAGE + 1,
            models_of_history=[self.tables[table][0]] if table else tables_of_history(),
            users=users,
            since=_midnight(asked["since"]),
            until=_midnight(asked["until"], days=1),
            request_id=asked["request_id"],
            before=asked["before"],
        )


def _midnight(day: Any, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    try:
        return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min))
    except OverflowError:  # the last day there is
        return None


@admin.register(AccessEntry)
class AccessEntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The access log: read, never written, by nobody."""

    list_display = ["at", "event", "user", "subject", "detail", "reason", "client_address", "short_request"]
    list_filter = ["event"]
    list_select_related = ["user"]
    list_per_page = PAGE
    date_hierarchy = "at"
    ordering = ["-at", "-pk"]
    sortable_by = ["at"]
    search_fields = [
        "user__username__exact",
        "subject",
        "detail",
        "client_address__exact",
        "request_id__exact",
    ]
    search_help_text = _("User name, table and key, detail, address or request")
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    actions = None
    change_list_template = "record/access_list.html"
    fields = ["at", "event", "user", "subject", "detail", "reason", "client_address", "request"]
    readonly_fields = ["request"]

    @admin.display(description=_("request"))
    def request(self, entry: AccessEntry) -> str:
        """The request's id, which leads to the changes that it made."""
        return _link_to_changes(entry.request_id, entry.request_id)

    @admin.display(description=_("request"))
    def short_request(self, entry: AccessEntry) -> str:
        """The beginning of the request's id, for which a list has room."""
        return _link_to_changes(entry.request_id, entry.request_id[:SHORT])

    def get_urls(self) -> list[URLPattern]:
        changes = path(
            "changes/", self.admin_site.admin_view(self.changes_view), name="record_accessentry_changes"
        )
        return [changes, *super().get_urls()]

    def changes_view(self, request: HttpRequest) -> HttpResponse:
        """The changes of all records, newest first, as asked for in the address."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ChangesForm(request.GET)
        found = form.changes() if form.is_valid() else []
        rows = [_described(row) for row in found[:PAGE]]
        older = request.GET.copy()
        if len(found) > PAGE:
            older["before"] = str(found[PAGE - 1].pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Changes of all records"),
            "opts": self.opts,
            "form": form,
            "rows": rows,
            "short": f":{SHORT}",
            "older": older.urlencode() if len(found) > PAGE else "",
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "record/changes.html", context)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """The event, or a year, month or day: an address asks for nothing else."""
        is_number = value.isascii() and value.isdigit() and len(value) <= 4
        return lookup == "event__exact" or (lookup in {"at__year", "at__month", "at__day"} and is_number)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """An entry has no history: it is one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        raise Http404

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """What Django answers where it does not find an entry: raises Http404."""
        raise Http404


def _link_to_changes(request_id: str, text: str) -> str:
    address = reverse("admin:record_accessentry_changes")
    return format_html('<a href="{}?request_id={}">{}</a>', address, request_id, text)


def _described(row: Any) -> dict[str, Any]:
    model: type[Model] = row.instance_type
    return {
        "change": row,
        "record": f"{capfirst(str(model._meta.verbose_name))} {row.id}",
        "address": _page_of(model, row.id),
    }


def _page_of(model: type[Model], key: Any) -> str:
    """The address of the history of a record; "" for a period, which has no page."""
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_history", args=[key])
    except NoReverseMatch:
        return ""
