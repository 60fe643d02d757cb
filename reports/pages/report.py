"""An issued report: what it says, whether it is as it was issued, and what was corrected since."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.pages.comparing import CompareForm, compared
from reports.pages.seeing import seen_report
from reports.states import chain
from stats.pages.asking import staff_page


@require_safe
@staff_page
def report(request: HttpRequest, number: str) -> HttpResponse:
    """The report with `number` as it was issued; beside its figures those that would be different if asked today."""
    found = seen_report(request, number)
    context = {
        "here": "reports",
        "report": found,
        "form": CompareForm(request, found),
        **compared(request, found, chain(found)),
    }
    return render(request, "reports/report.html", context)
