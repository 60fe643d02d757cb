"""The page of an import, by its state, and how far the work on it is."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from sheets.models import UNDER_WAY, Import, Part, State
from sheets.pages.columns import ask
from sheets.pages.preview import preview
from sheets.pages.shared import page, seen_import, user_of
from sheets.parts import kept_json
from sheets.progress import progress_of
from sheets.resources import RESOURCES
from sheets.undo import may_undo


@require_safe
def import_page(request: HttpRequest, pk: int, *, site: AdminSite) -> HttpResponse:
    """What the state of an import asks for; what a file says is shown to who uploaded it alone."""
    import_ = seen_import(request, pk)
    is_own = import_.made_by_id == user_of(request).pk
    if import_.state in UNDER_WAY:
        title = import_.get_state_display()
        return page(
            request, site, "progress.html", title=capfirst(title), import_=import_, progress=_done(import_)
        )
    if is_own and import_.state == State.COLUMNS:
        return ask(request, site, import_)
    if is_own and import_.state == State.CHECKED:
        return preview(request, site, import_)
    return page(
        request, site, "result.html", title=gettext("Import"), import_=import_, is_own=is_own,
        list_address=_list_of(import_), may_undo=may_undo(import_, user_of(request)),
        obstacles=kept_json(import_, Part.OBSTACLES) if import_.state == State.DONE else None,
    )  # fmt: skip


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The state, whether something works on the import, and how many rows are done of how many."""
    import_ = seen_import(request, pk)
    told = {"state": import_.state, "is_under_way": import_.state in UNDER_WAY}
    return JsonResponse({**told, **_done(import_)})


def _done(import_: Import) -> dict[str, Any]:
    found = progress_of(import_)
    if found is None:
        return {"done": None, "rows": None, "text": ""}
    text = gettext("%(done)d of %(rows)d rows") % {"done": found.done, "rows": found.rows}
    return {"done": found.done, "rows": found.rows, "text": text}


def _list_of(import_: Import) -> str:
    """The address of the list of what was imported; "" where the admin has none."""
    meta = RESOURCES[import_.resource].model._meta
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    except NoReverseMatch:
        return ""
