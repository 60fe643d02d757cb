"""A report compared with its own day as it is known today, with another day, or with another report."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reports.figures import figures_of
from reports.models import Report
from reports.pages.seeing import reader_of, report_page, seen_reports
from reports.states import Chain, chain
from reports.telling import ToldStep
from stats.pages.asking import NO_DAY


class CompareForm(forms.Form):
    """What a report is compared with: a day, another report on the same area, or nothing but what is known today."""

    day = forms.DateField(
        label=_("With another day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": NO_DAY},
    )
    other = forms.ModelChoiceField(
        Report.objects.none(),
        label=_("Or with another report"),
        required=False,
        to_field_name="number",
        empty_label=_("no other report"),
        error_messages={"invalid_choice": _("No report on the same area that you see has this number.")},
    )

    def __init__(self, request: HttpRequest, report: Report) -> None:
        super().__init__(request.GET, label_suffix="")
        others: Any = self.fields["other"]
        others.queryset = seen_reports(request).comparable_with(report).order_by("-issued_at")

    def clean_other(self) -> Report | None:
        """The other report, which is as it was issued."""
        other: Report | None = self.cleaned_data["other"]
        if other and not other.is_intact:
            raise forms.ValidationError(_("This report is not as it was issued."))
        return other

    def clean(self) -> dict[str, Any]:
        """One of both at most."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("day") and cleaned.get("other"):
            raise forms.ValidationError({"other": _("Choose a day or a report, not both.")})
        return cleaned

    @property
    def chain_from(self) -> dict[str, Any]:
        """What `reports.states.chain` is asked for; nothing where the form is wrong."""
        if not self.is_valid():
            return {}
        return {"day": self.cleaned_data["day"], "other": self.cleaned_data["other"]}


def compared(request: HttpRequest, report: Report, found: Chain) -> dict[str, Any]:
    """What a page shows of a comparison: the figures in every state, and the records that made the difference."""
    bodies = [state.body for state in found.states]
    reader = reader_of(request, report)
    figures = list(figures_of(report.definitions, *bodies, language=str(get_language())))
    return {
        "figures": figures,
        "differ": any(figure.differs for figure in figures),
        "columns": found.columns,
        "steps": [ToldStep.of(step, reader) for step in found.steps],
    }


@report_page
def compare(request: HttpRequest, report: Report) -> HttpResponse:
    """The report beside what is known today, and beside the `day` or the `other` report asked for."""
    return comparison_page(request, report, CompareForm(request, report))


def comparison_page(request: HttpRequest, report: Report, form: CompareForm) -> HttpResponse:
    """`report` beside what `form` asks for; what is asked wrongly is told at its field (400)."""
    found = chain(report, **form.chain_from)
    context = {
        "report": report,
        "form": form,
        "query": request.GET.urlencode() if form.is_valid() else "",
        **compared(request, report, found),
    }
    return render(request, "reports/compare.html", context, status=200 if form.is_valid() else 400)
