"""The pages of the checks in the admin: what each finds today of what the user sees, and its offenders one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import InvalidPage, Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from checks.check import Check, Severity
from checks.models import CheckRun
from checks.register import CHECKS, counts_on
from members.models import Transfer
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
    made = _made_for(request)
    found = next((check for check in CHECKS if check.code == code), None)
    if found is None:
        raise Http404
    if found not in made:
        raise PermissionDenied
    rows = found.offenders(timezone.localdate(), scope_of(request))
    if found.model in _NAMED_WITH:
        rows = rows.select_related(_NAMED_WITH[found.model])
    try:
        page = Paginator(rows, ROWS).page(request.GET.get("p", 1))
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
    }
    request.current_app = site.name
    return TemplateResponse(request, "admin/check.html", context)


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
