"""The history of a record: its own changes and those of its periods, in one list."""

from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from orgs.admin.scoping import DiscreetAdmin
from orgs.versions import Periods, changes_of, newest_first


class HistoryAdmin(DiscreetAdmin):
    """Each change of a record and of its periods: when, by whom, and what it changed.

    `history_of_periods` names the tables of periods, each with the field that points to the record.
    Made from django-simple-history's rows. Unlike its own admin class this one shows no old version as a
    form, which would reveal personal columns that history leaves out, and offers no way back to one, which
    would pass by the actions.
    """

    history_per_page = 50
    history_of_periods: ClassVar[Periods] = ()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's page, with a link to the history."""
        context = {**(extra_context or {}), "history_is_kept": True}
        return super().changeform_view(request, object_id, form_url, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, newest first."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        changes = changes_of(self.model, "id", record.pk)
        for model, owner in self.history_of_periods:
            if may_see(request, model):
                changes += changes_of(model, owner, record.pk)
        page = Paginator(newest_first(changes), self.history_per_page).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %s") % record,
            "subtitle": None,
            "opts": self.opts,
            "object": record,
            "original": record,
            "page": page,
            "has_view_permission": self.has_view_permission(request, record),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/record_history.html", context)


def may_see(request: HttpRequest, model: type[Model]) -> bool:
    """Whether the user may view or change rows of `model`, or sees them with the record that they belong to."""
    if not model._meta.default_permissions:
        return True
    label, name = model._meta.app_label, model._meta.model_name
    return any(request.user.has_perm(f"{label}.{action}_{name}") for action in ("view", "change"))
