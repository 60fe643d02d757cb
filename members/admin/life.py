"""The page of a life: what happened to a member, an organization or an enterprise, as a time line."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from members.lives.entry import MOST, Entry
from orgs.admin.entering import EnteredAdmin
from orgs.admin.history import may_see


class LifeAdmin(EnteredAdmin):
    """A record whose life is told on a page, to who may see the record. A mixin of the record's admin class."""

    def life(self, request: HttpRequest, record: Any) -> Sequence[Entry]:
        """The entries of the life of `record` that the user may read."""
        raise NotImplementedError

    def beside_life(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """What the page shows beside the life, for its template."""
        return {}

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_life"
        view = self.admin_site.admin_view(self.life_view)
        return [path("<path:object_id>/life/", view, name=name), *super().get_urls()]

    def links(self, request: HttpRequest, record: Any) -> list[tuple[str, str]]:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_life"
        address = reverse(name, args=[record.pk], current_app=self.admin_site.name)
        return [(address, _("Time line")), *super().links(request, record)]

    def life_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The time line, the latest first."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        entries = self.life(request, record)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Time line: %(record)s") % {"record": record},
            "subtitle": None,
            "opts": self.opts,
            "record": record,
            "entries": [(entry, self._address_of(request, entry.about)) for entry in entries],
            "is_cut": len(entries) == MOST,
            "today": timezone.localdate(),
            **self.beside_life(request, record),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/life.html", context)

    def _address_of(self, request: HttpRequest, about: Model | None) -> str:
        """The page of the record that an entry is about; empty where the user may not open such records.

        Beyond the user's area that page is not found, as any other there.
        """
        if (
            about is None
            or not self.admin_site.is_registered(type(about))
            or not may_see(request, type(about))
        ):
            return ""
        name = f"admin:{about._meta.app_label}_{about._meta.model_name}_change"
        return reverse(name, args=[about.pk], current_app=self.admin_site.name)
