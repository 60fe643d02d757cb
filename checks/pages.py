"""The pages of the checks in the admin: what each finds today of what the user sees, and its offenders one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import InvalidPage, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_safe

from checks.check import Check, Severity
from checks.models import CheckRun
from checks.register import CHECKS, counts_on
from members.models import Transfer
from orgs.api.files import FORMATS, NoSheetHoldsIt, keys_of, note_export, sent
from orgs.api.tables import Column, Table
from orgs.batches import in_batches
from orgs.models import Designation, Instructor
from stats.pages.asking import NO_CHOICE, scope_of

ROWS = 100
"""Offenders on a page."""

_NAMED_WITH: dict[type[Model], str] = {
    Designation: "enterprise",
    Instructor: "enterprise",
    Transfer: "member",
}
"""What else is read with the rows of a model to name them."""

_TITLES = {"record": _("Record"), "page": _("Its page")}


class SeverityForm(forms.Form):
    """Which checks are shown."""

    severity = forms.ChoiceField(
        label=_("Severity"),
        required=False,
        choices=[("", _("All")), *Severity.choices],
        error_messages={"invalid_choice": NO_CHOICE},
    )


@dataclass(frozen=True)
class Line:
    """A check, its offenders of today that the user sees, those of the last night, and how many more than before it.

    `last` and `change` are None where there was no such night, or it did not make the check.
    """

    check: Check
    found: int
    last: int | None
    change: int | None

    @property
    def severity(self) -> Severity:
        """How bad it is, with its name."""
        return Severity(self.check.severity)


@require_safe
def overview(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """How many offenders each check finds; to who sees the whole register, what the last nights found, too."""
    made = _made_for(request)
    form = SeverityForm(request.GET)
    chosen = form.cleaned_data["severity"] if form.is_valid() else ""
    found = counts_on(timezone.localdate(), scope_of(request), made)
    nights = _nights() if scope_of(request).everything else []
    lines = [_line(check, found[check.code], nights) for check in made if chosen in ("", check.severity)]
    totals = dict.fromkeys(Severity, 0)
    for check in made:
        totals[check.severity] += found[check.code]
    context = {
        **site.each_context(request),
        "title": gettext("Checks of the register"),
        "subtitle": None,
        "form": form,
        "totals": [(severity.label, count) for severity, count in totals.items()],
        "found": [line for line in lines if line.found],
        "passed": [line for line in lines if not line.found],
        "night": nights[0] if nights else None,
        "before": nights[1] if len(nights) > 1 else None,
        "sees_nights": scope_of(request).everything,
    }
    request.current_app = site.name
    status = 200 if form.is_valid() else 400
    return TemplateResponse(request, "admin/checks.html", context, status=status)


@require_safe
def offenders(request: HttpRequest, code: str, *, site: AdminSite) -> HttpResponse:
    """What a check means, how to mend it, and its offenders of today, each with the way to its page."""
    found = _check_called(code, request)
    rows = found.offenders(timezone.localdate(), scope_of(request))
    try:
        page = Paginator(_named(rows), ROWS).page(request.GET.get("p", 1))
    except InvalidPage as error:
        raise Http404 from error
    context = {
        **site.each_context(request),
        "title": found.title,
        "subtitle": None,
        "check": found,
        "severity": Severity(found.severity).label,
        "kind": capfirst(found.model._meta.verbose_name_plural),
        "page": page,
        "rows": [(_page_of(row, site), _called(row)) for row in page],
        "formats": FORMATS,
    }
    request.current_app = site.name
    return TemplateResponse(request, "admin/check.html", context)


@require_GET
def offenders_file(request: HttpRequest, code: str, format_: str, *, site: AdminSite) -> HttpResponseBase:
    """The offenders of a check, all of them, in a file of `format_`: what each is called, and the way to its page."""
    found = _check_called(code, request)
    if format_ not in FORMATS:
        raise Http404
    today = timezone.localdate()
    rows = found.offenders(today, scope_of(request))
    keys = keys_of(rows)
    pieces = (_named(rows.filter(pk__in=some)) for some in in_batches(keys))
    lines = (
        {"record": _called(row), "page": request.build_absolute_uri(_page_of(row, site))}
        for row in chain.from_iterable(pieces)
    )
    columns = [Column((name,), title=str(title)) for name, title in _TITLES.items()]
    try:
        answer = sent(Table(f"check-{code}-{today}", columns, lines), format_, count=len(keys))
    except NoSheetHoldsIt as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:check", code)
    note_export(request.user, f"check {code}", format_, count=len(keys))
    return answer


def _check_called(code: str, request: HttpRequest) -> Check:
    """The check with this code; raises Http404, or PermissionDenied where the user may not read of it."""
    made = _made_for(request)
    found = next((check for check in CHECKS if check.code == code), None)
    if found is None:
        raise Http404
    if found not in made:
        raise PermissionDenied
    return found


def _named(rows: QuerySet[Any]) -> QuerySet[Any]:
    """`rows` with what names them."""
    beside = _NAMED_WITH.get(rows.model)
    return rows.select_related(beside) if beside else rows


def _made_for(request: HttpRequest) -> list[Check]:
    """The checks of tables that the user may view. Raises PermissionDenied where the user sees nothing of them."""
    scope = scope_of(request)
    made = [check for check in CHECKS if request.user.has_perms(check.permissions)]
    if not made or not (scope.everything or scope.area):
        raise PermissionDenied
    return made


def _nights() -> Sequence[CheckRun]:
    """The last two nights that came to an end, the latest first; between them may lie others, that did not."""
    return list(CheckRun.objects.exclude(finished_at=None).order_by("-day")[:2])


def _line(check: Check, found: int, nights: Sequence[CheckRun]) -> Line:
    last, before = ([night.counts.get(check.code) for night in nights] + [None, None])[:2]
    change = None if last is None or before is None else last - before
    return Line(check, found, last, change)


def _page_of(row: Any, site: AdminSite) -> str:
    """The address of the record in the admin; that of an organization leads on to the page of its kind."""
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return reverse(name, args=[row.pk], current_app=site.name)


def _called(row: Any) -> str:
    """What the record is called, with the enterprise where it belongs to one."""
    enterprise = getattr(row, "enterprise", None)
    return str(row) if enterprise is None else f"{row} · {enterprise}"
