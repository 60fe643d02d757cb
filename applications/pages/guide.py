"""The guide: who may apply, what fits, how long it takes; and the beginning of an application."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from applications.actions.applying import MOST_BYTES, begin
from applications.forms.places import AreaField
from applications.guide import advice
from applications.pages.drafts import write_on
from applications.pages.form import TOPICS
from applications.pages.tries import answer_too_many, count_beginning
from orgs.formation import formation_rules_on
from orgs.models import Area, Policy, PolicyNumber

MOST_FULL_MEMBERS = 9999


class FitForm(forms.Form):
    """What is asked to tell what fits."""

    members = forms.IntegerField(
        label=_("Full members in the enterprise"),
        min_value=0,
        max_value=MOST_FULL_MEMBERS,
        error_messages={
            "required": _("Enter how many full members the enterprise has; 0 if it has none."),
            "invalid": _("Enter a whole number."),
        },
    )
    area = AreaField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """The guide; with `members` and `area`, what fits. POST begins an application (429 where it is too often)."""
    if request.method == "POST":
        return _begin(request)
    day = timezone.localdate()
    form = FitForm(request.GET if "members" in request.GET else None, label_suffix="")
    answer = None
    if form.is_valid():
        area: Area | None = form.cleaned_data["area"]
        answer = advice(form.cleaned_data["members"], area, day)
    months = PolicyNumber.objects.number_on(Policy.DECISION_MONTHS, day)
    context = {
        "form": form,
        "answer": answer,
        "rules": list(formation_rules_on(day).numbers.items()),
        "months": months,
        "months_count": 0 if months is None else int(months.value),
        "units": PolicyNumber.objects.number_on(Policy.JOINT_BRANCH_UNITS, day),
        "topics": [topic.title for topic in TOPICS.values()],
        "most_megabytes": MOST_BYTES >> 20,
    }
    return render(request, "applications/guide.html", context, status=400 if form.errors else 200)


def _begin(request: HttpRequest) -> HttpResponse:
    wait = count_beginning(request)
    if wait is not None:
        return answer_too_many(request, wait, begins=True)
    application = begin(language=get_language() or "en", on=timezone.localdate())
    write_on(request, application)
    return redirect("application_topic", next(iter(TOPICS)))
