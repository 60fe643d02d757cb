"""The public pages."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from orgs.models import COUNTED_KINDS, Area, Enterprise, Level, Organization
from orgs.modes import Mode
from registry.pictures import SplitPicture
from sample import REPORT_DAY
from sample.presence import is_loaded
from stats.figures import CoverageFigures, Scale, coverage_by_area, coverage_figures
from stats.pages.asking import NO_CHOICE, NO_DAY


class DayForm(forms.Form):
    """Which figures to show: of which day, and against which enterprises."""

    as_of = forms.DateField(
        label=_("Day"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": NO_DAY},
    )
    scale = forms.ChoiceField(
        label=_("Enterprises to cover"),
        choices=Scale.choices,
        error_messages={"invalid_choice": NO_CHOICE},
    )


def default_day() -> date:
    """Today, or the day of the report while the sample register is loaded."""
    return REPORT_DAY if is_loaded() else timezone.localdate()


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The headline figures of a day (`as_of`) and a scale, open to anyone.

    What is no day or no scale is a 400 that says so at its field, above the figures of the default.
    """
    default: dict[str, Any] = {"as_of": default_day(), "scale": Scale.ABOVE}
    asked = {name: request.GET.get(name) or value for name, value in default.items()}
    form = DayForm(asked, label_suffix="")
    status = 200 if form.is_valid() else 400
    day, scale = ({**default, **form.cleaned_data}[name] for name in default)
    figures = coverage_figures(day, None, scale)
    by_area = coverage_by_area(day, None, Level.SUBDISTRICT, scale)
    context = {
        "form": form,
        "day": day,
        "scale": scale,
        "empty": not any(model.objects.exists() for model in (Area, Enterprise, Organization)),
        "district": _only_district(),
        "figures": figures,
        "kinds": [(kind.label, figures.organizations.by_kind[kind]) for kind in COUNTED_KINDS],
        "picture": SplitPicture.of(
            [(mode, str(mode.label), figures.enterprises.by_mode[mode]) for mode in Mode]
        ),
        "rows": [(area, row) for area, row in by_area if area or _has_something_to_add(row)],
        "statistics_query": urlencode({"as_of": day.isoformat(), "scale": scale}),
    }
    return render(request, "registry/home.html", context, status=status)


def _has_something_to_add(row: CoverageFigures) -> bool:
    """Whether leaving `row` out would leave the total of a column unexplained."""
    return bool(row.organizations.total or row.members.total or row.enterprises.in_scale)


def _only_district() -> Area | None:
    districts = Area.objects.filter(level=Level.DISTRICT)[:2]
    return districts[0] if len(districts) == 1 else None
