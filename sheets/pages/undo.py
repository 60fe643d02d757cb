"""The page that asks whether an import is to be undone, and says what is in the way."""

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from sheets import tasks
from sheets.imports import NotNow
from sheets.models import State
from sheets.pages.shared import importer, page, seen_import, to_page
from sheets.undo import may_undo, why_not_undone


def undo_page(request: HttpRequest, pk: int, *, site: AdminSite) -> HttpResponse:
    """Ask, or leave the undo to the worker; for who made the import, or sees the whole register."""
    user = importer(request)
    import_ = seen_import(request, pk)
    if import_.state != State.DONE:
        if request.method == "POST":
            messages.warning(request, str(NotNow()))
        return to_page(import_)
    if not may_undo(import_, user):
        raise PermissionDenied
    if request.method != "POST":
        return page(
            request, site, "undo.html", title=gettext("Undo the import"), import_=import_,
            reasons=why_not_undone(import_, by=user),
        )  # fmt: skip
    try:
        tasks.undo_soon(import_, by=user)
    except NotNow as error:
        messages.warning(request, str(error))
    return to_page(import_)
