"""The approval letter, taken from the page of an application."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from applications.letters.approval import has_letter, letter
from applications.models import Application
from members.admin.letters import handed_out
from members.letters.word import FormIsUnusable
from orgs.admin.entering import EnteredAdmin


class LetterMixin(EnteredAdmin):
    """Offers the letter of an application that was approved.

    A mixin in front of the application's own admin class.
    """

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.letter_view)
        return [
            path("<path:object_id>/letter/", view, name="applications_application_letter"),
            *super().get_urls(),
        ]

    def links(self, request: HttpRequest, record: Any) -> list[tuple[str, str]]:
        """The buttons above `record`: address and label."""
        found = super().links(request, record)
        if not (has_letter(record) and self._may_take(request)):
            return found
        address = reverse("admin:applications_application_letter", args=[record.pk])
        return [(address, gettext("Letter (Word)")), *found]

    def letter_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The letter as a file, for who reviews; the access log tells that it was taken."""
        if not self._may_take(request):
            raise PermissionDenied
        record: Application | None = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        back = HttpResponseRedirect(reverse("admin:applications_application_change", args=[record.pk]))
        if not has_letter(record):
            text = gettext(
                "There is no letter yet: the application is not approved, or the district has not filed the approval."
            )
            self.message_user(request, text, messages.WARNING)
            return back
        try:
            return handed_out(request, record, write=letter, name=f"approval-letter-{record.reference}")
        except FormIsUnusable as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return back

    def _may_take(self, request: HttpRequest) -> bool:
        return request.user.has_perm("applications.change_application")
