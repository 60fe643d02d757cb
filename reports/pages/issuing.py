"""The list of issued reports, and the page that issues one."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from reports.actions import RegisterChanged, definitions_in_every_language, issue_report
from reports.figures import body_of, figures_of
from reports.models import Report
from reports.pages.seeing import seen_reports
from stats.bulletin import bulletin
from stats.figures import coverage_figures
from stats.pages.asking import Asked, AskingForm, staff_page

PER_PAGE = 50


@require_safe
@staff_page
def reports(request: HttpRequest) -> HttpResponse:
    """The issued reports that the user sees, newest first."""
    found = seen_reports(request).without_bodies().select_related("area").order_by("-issued_at", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/list.html", {"page": page})


class IssueForm(AskingForm):
    """What a report is to be about: a day that has come, an area within the user's scope, a scale."""

    def clean_as_of(self) -> date:
        """The day, which is no later than today."""
        day: date = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet: a report is about a day that has."))
        return day


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def issue(request: HttpRequest) -> HttpResponse:
    """What the report of the day, area and scale asked for would say; by POST it is issued, once per form."""
    if not request.user.has_perm("reports.add_report"):
        raise PermissionDenied
    form = IssueForm(request)
    problem, status = "", 200 if form.is_valid() else 400
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("report", _issued(request, form.asked).number)
        except forms.ValidationError:
            problem, status = gettext("The form came without its key. Send it again."), 400
        except RegisterChanged as refusal:
            problem, status = str(refusal), 409
    return render(request, "reports/issue.html", {**_shown(form), "problem": problem}, status=status)


def _issued(request: HttpRequest, asked: Asked) -> Report:
    """The report that this form has issued, now or before. Raises ValidationError where it has no key."""
    return issue_report(
        day=asked.day,
        area=asked.area,
        scale=asked.scale,
        by=request.user,  # type: ignore[arg-type]  # signed in
        clock=timezone.now,
        form_key=forms.UUIDField().clean(request.POST.get("form_key")),
    )


def _shown(form: IssueForm) -> dict[str, Any]:
    asked = form.asked
    figures = coverage_figures(asked.day, asked.area, asked.scale)
    definitions = definitions_in_every_language()
    query = {"as_of": asked.day.isoformat(), "scale": asked.scale.value}
    if asked.area:
        query["area"] = asked.area.code
    return {
        "form": form,
        "is_good": form.is_valid(),
        "asked": asked,
        "bulletin": bulletin(figures),
        "figures": figures_of(definitions, body_of(figures), language=str(get_language())),
        "query": urlencode(query),
        "form_key": uuid4(),
    }
