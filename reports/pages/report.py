"""An issued report: what it says, whether it is as it was issued, and what was corrected since."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports.models import Report
from reports.pages.comparing import CompareForm, compared
from reports.pages.seeing import report_page
from reports.states import chain


@report_page
def report(request: HttpRequest, found: Report) -> HttpResponse:
    """The report as it was issued; beside its figures those that would be different if asked today."""
    context = {
        "report": found,
        "form": CompareForm(request, found),
        **compared(request, found, chain(found)),
    }
    return render(request, "reports/report.html", context)
