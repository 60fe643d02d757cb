"""The dashboard and the leaders' view: the figures of a day beside those of another, for staff, within their area."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orgs.models import Area, Enterprise, Organization
from stats.pages.area_table import SORTS
from stats.pages.asking import NO_CHOICE, staff_page
from stats.pages.changes import ComparingForm
from stats.pages.contents import Contents


class DashboardForm(ComparingForm):
    """With the order in which areas stand, for which the headings of their table ask."""

    sort = forms.ChoiceField(
        required=False,
        choices=[(sort, sort) for sort in SORTS],
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": NO_CHOICE},
    )


@require_safe
@staff_page
def dashboard(request: HttpRequest) -> HttpResponse:
    """The figures of the day, area and scale that are asked for; what cannot be read is a 400 that says where."""
    form = DashboardForm(request)
    context = {"form": form, "empty": _is_empty()}
    status = 200 if form.is_valid() else 400
    if not context["empty"]:
        contents = Contents(request, form)
        context |= contents.headline() | {
            "growth": list(contents.growth()),
            "stages": list(contents.stages()),
            "applications": contents.applications(),
        }
    return render(request, "stats/dashboard.html", context, status=status)


@require_safe
@staff_page
def leaders(request: HttpRequest) -> HttpResponse:
    """The headline figures of a day on one page to print; what cannot be read is a 400 that says where."""
    form = ComparingForm(request)
    context = {"form": form, "empty": _is_empty()}
    status = 200 if form.is_valid() else 400
    if not context["empty"]:
        context |= Contents(request, form).headline()
    return render(request, "stats/leaders.html", context, status=status)


def _is_empty() -> bool:
    return not any(model.objects.exists() for model in (Area, Enterprise, Organization))
