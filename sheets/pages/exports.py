"""Lists of the admin as files: all rows as filtered, searched and ordered, as far as the user sees them.

What can be imported is exported in the columns of its import, other lists in those that they show.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from orgs.api.files import FORMATS, NoSheetHoldsIt, keys_of, note_export, sent
from orgs.models import Coverage, Organization
from secrecy.numbers import is_personal_number
from sheets.exporting import sheet_of
from sheets.pages.shared import reads_chinese
from sheets.pages.shown import as_shown
from sheets.resources import RESOURCES
from sheets.resources.coverage import CoverageRows

AS_SHOWN = "shown"
"""What is exported of a list that no import knows."""


def exports_of(model: type[Model], user: Any) -> list[str]:
    """What `user` may export of a list of `model`: resources of imports, or else the list as it is shown."""
    concrete = model._meta.concrete_model
    names = [name for name, resource in RESOURCES.items() if resource.model is concrete]
    if concrete is Organization and user.has_perm("orgs.view_coverage"):
        names.append(CoverageRows.name)
    return names or [AS_SHOWN]


def export_links(request: HttpRequest, model: type[Model]) -> Iterator[tuple[str, str]]:
    """What each export of the list of `model` that `request` shows is called, and its address."""
    meta, asked = model._meta, f"?{request.GET.urlencode()}" if request.GET else ""
    for what in exports_of(model, request.user):
        label = (
            _("Their coverage as %(format)s") if what == CoverageRows.name else _("This list as %(format)s")
        )
        for format_ in FORMATS:
            address = reverse("export_list", args=[meta.app_label, meta.model_name, what, format_])
            yield label % {"format": format_.upper()}, f"{address}{asked}"


@require_GET
def export(
    request: HttpRequest, app_label: str, model_name: str, what: str, format_: str
) -> HttpResponseBase:
    """The rows that a list of the admin has for the query of `request`, in a file of `format_`.

    To what the list refuses the list itself answers.
    """
    try:
        model = apps.get_model(app_label, model_name)
    except LookupError:
        raise Http404 from None
    if not admin.site.is_registered(model):
        raise Http404
    listing = admin.site.get_model_admin(model)
    if not listing.has_view_permission(request):
        raise PermissionDenied
    if what not in exports_of(model, request.user) or format_ not in FORMATS:
        raise Http404
    back = f"{reverse(f'admin:{app_label}_{model_name}_changelist')}?{request.GET.urlencode()}"
    try:
        rows = _listed(listing, request)
    except IncorrectLookupParameters:
        return HttpResponseRedirect(back)
    if what == CoverageRows.name:
        order = ("organization__code", "enterprise__uscc", "valid_from")
        rows = Coverage.objects.filter(organization__in=rows.order_by().values("pk")).order_by(*order)
    keys = keys_of(rows)
    name = model_name if what == AS_SHOWN else what
    file = f"{name}-{timezone.localdate()}"
    if what == AS_SHOWN:
        table = as_shown(listing, request, keys, name=file)
    else:
        table = sheet_of(RESOURCES[what], keys, name=file, in_chinese=reads_chinese())
    try:
        answer = sent(table, format_, count=len(keys))
    except NoSheetHoldsIt as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back)
    note_export(request.user, name, format_, count=len(keys), asked=request.GET)
    return answer


def _listed(listing: ModelAdmin[Any], request: HttpRequest) -> QuerySet[Any]:
    """All rows of the list, on whichever page; raises IncorrectLookupParameters."""
    if is_personal_number(request.GET.get("q", "")):
        raise IncorrectLookupParameters
    asked = request.GET.copy()
    asked.pop("p", None)
    request.GET = asked  # type: ignore[assignment]  # the list reads it there
    rows: QuerySet[Any] = listing.get_changelist_instance(request).queryset
    return rows
