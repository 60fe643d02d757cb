"""The page of the yearly list: a file and its day, what it changes, and the confirmation of just that.

Between the two nothing is kept on the server: the list goes to the browser and comes back, signed, with a mark of
what was shown. Where it would change something else by then, the page shows that instead of writing.
"""

import io
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.actions.above_scale import ComesToSomethingElse, Comparison, Move
from orgs.models import Area, Enterprise, Scope
from orgs.models.enterprise import EnterpriseQuerySet
from orgs.values import EARLIEST_YEAR
from sheets.problems import ImportRefused, Problem, Problems
from sheets.run import Run
from sheets.yearly_list import Listed, YearlyList, compare, follow, read_list

LISTED = 200
"""Enterprises that enter, and that leave, which the page names; more are counted."""

_ENDS = 20
_SALT = "sheets.yearly_list"
_MOST_TIME = timedelta(hours=1)
# Of the body that brings the list back, for what comes with it.
_SPARE = 16 * 1024


class ListForm(forms.Form):
    """A file, the day from which its list holds, and for whom all areas are open, whose list it is."""

    required_css_class = "required"

    on = forms.DateField(
        label=_("Day"),
        help_text=_("The first day on which the list holds, normally 1 January."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    area = forms.ModelChoiceField(
        Area.objects.order_by("code"), label=_("Area"), required=False, empty_label=_("The whole register"),
        help_text=_("The list is about the enterprises that lie in it on that day."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or XLSX with the columns 统一社会信用代码 (uscc) and, where you have them, 企业名称 (name) "
            "and 主营业务收入 (revenue, in yuan)."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not _scope_of(request).everything:
            del self.fields["area"]

    def clean_on(self) -> date:
        """A day that no slip of the hand made."""
        day: date = self.cleaned_data["on"]
        if day.year < EARLIEST_YEAR:
            raise forms.ValidationError(gettext("a year before %(earliest)d") % {"earliest": EARLIEST_YEAR})
        return day


def yearly_list(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Ask for the list, show what it changes, or follow it; for those who may change enterprises."""
    if not request.user.has_perm("orgs.change_enterprise"):
        raise PermissionDenied
    if request.method == "POST" and "list" in request.POST:
        return _confirmed(request, site)
    if request.method != "POST":
        first = timezone.localdate().replace(month=1, day=1)
        return _page(request, site, ListForm(initial={"on": first}, request=request))
    form = ListForm(request.POST, request.FILES, request=request)
    if not form.is_valid():
        return _page(request, site, form)
    on, area = form.cleaned_data["on"], form.cleaned_data.get("area")
    run = _run(request, on, area)
    rows = read_list(io.BytesIO(form.cleaned_data["file"].read()), run)
    return _preview(request, site, form, rows, run)


def _scope_of(request: HttpRequest) -> Scope:
    return request.user.scope  # type: ignore[union-attr]  # only who is signed in comes here


def _run(request: HttpRequest, on: date, area: Area | None) -> Run:
    return Run(area=area, by=request.user, day=on)  # type: ignore[arg-type]  # who is signed in


def _listing(request: HttpRequest, rows: Sequence[Listed], run: Run) -> YearlyList:
    """The list that is about what lay in the chosen area that day; of others than administrators, in their own.

    What they do not see today is absent to them, wherever it lay that day.
    """
    scope, on = _scope_of(request), run.day
    among: EnterpriseQuerySet = Enterprise.objects.all()
    if not scope.everything:
        among = among.within(scope, on).within(scope, timezone.localdate())
    elif run.area is not None:
        among = among.in_area(run.area, on)
    return YearlyList(rows, on, among, is_of_area=not scope.everything or run.area is not None)


def _preview(
    request: HttpRequest,
    site: AdminSite,
    form: ListForm,
    rows: Sequence[Listed],
    run: Run,
    *,
    stale: str = "",
) -> HttpResponse:
    """What the list changes, with a button to confirm it; where it has errors, these."""
    comparison = None
    if rows:
        comparison = compare(_listing(request, rows, run), run)
    if run.errors or comparison is None:
        return _page(request, site, form, run=run)
    signed = signing.dumps(
        {
            "by": request.user.pk,
            "on": run.day.isoformat(),
            "area": run.area.pk if run.area is not None else None,
            "seen": comparison.digest(),
            "rows": [
                (row.line, row.uscc, row.name, str(row.revenue) if row.revenue is not None else None)
                for row in rows
            ],
        },
        salt=_SALT,
        compress=True,
    )
    if len(signed) + _SPARE > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        message = gettext("the list is too long for this page; load it with the command import_above_scale")
        run.errors.add(Problem(1, gettext("file"), message))
        return _page(request, site, form, run=run)
    return _page(request, site, form, run=run, comparison=comparison, signed=signed, stale=stale)


def _confirmed(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Follow the list that the page sent back, if it changes what the page showed."""
    try:
        sent = signing.loads(request.POST["list"], salt=_SALT, max_age=_MOST_TIME)
    except signing.BadSignature:
        sent = None
    if sent is None or sent["by"] != request.user.pk:
        messages.warning(request, gettext("This preview is no longer valid. Choose the file again."))
        return HttpResponseRedirect(request.path)
    area = Area.objects.filter(pk=sent["area"]).first()
    if area is None and sent["area"] is not None:
        messages.warning(request, gettext("The area is no longer there. Choose the file again."))
        return HttpResponseRedirect(request.path)
    on = date.fromisoformat(sent["on"])
    rows = [
        Listed(line, uscc, name, None if revenue is None else Decimal(revenue))
        for line, uscc, name, revenue in sent["rows"]
    ]
    form = ListForm(initial={"on": on, "area": area}, request=request)
    run = _run(request, on, area)
    try:
        done = follow(_listing(request, rows, run), run, seen=sent["seen"])
    except ImportRefused:
        return _page(request, site, form, run=run)
    except ComesToSomethingElse as refusal:
        return _preview(request, site, form, rows, _run(request, on, area), stale=str(refusal))
    messages.success(
        request,
        gettext("The list was followed: %(entered)d entered, %(stayed)d stayed, %(left)d left.")
        % {"entered": len(done.entering), "stayed": done.staying, "left": len(done.leaving)},
    )
    return HttpResponseRedirect(reverse("admin:orgs_enterprise_changelist", current_app=site.name))


def _page(
    request: HttpRequest,
    site: AdminSite,
    form: ListForm,
    *,
    run: Run | None = None,
    comparison: Comparison | None = None,
    signed: str = "",
    stale: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": gettext("Yearly list of above-scale enterprises"),
        "subtitle": None,
        "opts": Enterprise._meta,
        "form": form,
        "whose": _scope_of(request).area if "area" not in form.fields else None,
        "signed": signed,
        "stale": stale,
        "media": form.media,
    }
    if run is not None:
        context |= {
            "on": run.day,
            "area": run.area,
            "ignored": ", ".join(run.ignored),
            "problems": _problems(run.errors),
            "warnings": _problems(run.warnings),
        }
    if comparison is not None and run is not None:
        today = timezone.localdate()
        context |= {
            "comparison": comparison,
            "parts": [
                _part(gettext("Enterprises that enter"), comparison.entering),
                _part(gettext("Enterprises that leave"), comparison.leaving),
            ],
            "is_past": run.day < today,
            "gained_today": _lasting(comparison.entering, today),
            "lost_today": _lasting(comparison.leaving, today),
        }
    request.current_app = site.name
    return TemplateResponse(request, "admin/yearly_list.html", context)


def _problems(problems: Problems) -> dict[str, Any]:
    first = problems.first()
    return {"count": problems.count, "first": first, "more": problems.count - len(first)}


def _part(title: str, moves: Sequence[Move]) -> dict[str, Any]:
    """The enterprises that move one way: the first by name, all by the day until which they do."""
    ends = Counter(move.until for move in moves)
    known = sorted(ends.items(), key=lambda end: end[0] or date.max)
    return {
        "title": title,
        "count": len(moves),
        "named": moves[:LISTED],
        "more": max(len(moves) - LISTED, 0),
        "ends": known[:_ENDS],
        "more_ends": sum(count for _day, count in known[_ENDS:]),
    }


def _lasting(moves: Sequence[Move], day: date) -> int:
    """How many of `moves` still change `day`, which lies behind the list's own."""
    return sum(1 for move in moves if move.until is None or move.until > day)
