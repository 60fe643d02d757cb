"""The dashboard: the figures of a day for staff, within their area."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stats.figures import coverage_figures
from stats.pages.asking import AskingForm, staff_page


@require_safe
@staff_page
def dashboard(request: HttpRequest) -> HttpResponse:
    """The figures of the day, area and scale that are asked for; what cannot be read is a 400 that says where."""
    form = AskingForm(request)
    asked = form.asked
    figures = coverage_figures(asked.day, asked.area, asked.scale)
    context = {"here": "dashboard", "form": form, "asked": asked, "figures": figures}
    return render(request, "stats/dashboard.html", context, status=200 if form.is_valid() else 400)
