"""What the pages of an import share: whose it is, and how a page is made."""

from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from sheets.models import Import


def user_of(request: HttpRequest) -> User:
    """The user: only who is signed in comes here."""
    return request.user  # type: ignore[return-value]


def importer(request: HttpRequest) -> User:
    """The user, who may import. Raises PermissionDenied."""
    user = user_of(request)
    if not user.has_perm("sheets.add_import"):
        raise PermissionDenied
    return user


def own_import(request: HttpRequest, pk: int) -> Import:
    """The import of the user. Raises PermissionDenied; Http404 where it is nobody's or another's."""
    return get_object_or_404(
        Import.objects.select_related("area", "made_by"), pk=pk, made_by=importer(request)
    )


def seen_import(request: HttpRequest, pk: int) -> Import:
    """The import, if the user may look at it. Raises PermissionDenied; Http404."""
    user = user_of(request)
    if not user.has_perm("sheets.view_import"):
        raise PermissionDenied
    return get_object_or_404(Import.objects.of(user).select_related("area", "made_by", "undone_by"), pk=pk)


def reads_chinese() -> bool:
    """Whether the page is in Chinese."""
    return (translation.get_language() or "").startswith("zh")


def to_page(import_: Import) -> HttpResponseRedirect:
    """On to the page of an import."""
    return HttpResponseRedirect(reverse("admin:sheets_import_change", args=[import_.pk]))


def page(request: HttpRequest, site: AdminSite, template: str, **context: Any) -> HttpResponse:
    """A page of the admin about imports."""
    request.current_app = site.name
    shared = {**site.each_context(request), "subtitle": None, "opts": Import._meta}
    return TemplateResponse(request, f"admin/sheets/import/{template}", {**shared, **context})
