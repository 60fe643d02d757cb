"""The page that shows all answers, and submits them."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.actions.applying import (
    HasAnOpenApplication,
    IsIncomplete,
    missing_topics,
    submit,
    supplement,
)
from applications.forms.texts import LinesField
from applications.forms.topics import Problem, problems_of
from applications.models import Application, State
from applications.pages.answers import sections
from applications.pages.drafts import (
    answer_to_submitting,
    answer_to_supplement,
    writes_an_application,
)
from applications.secrets import link_token
from applications.transitions import Move


class ConfirmForm(forms.Form):
    """That it is true."""

    confirmed = forms.BooleanField(
        label=_("What is said here is true, and the persons named know that they are named."),
        error_messages={"required": _("Confirm that what is said here is true.")},
    )


class SupplementForm(ConfirmForm):
    """The answer to what the office asked, besides."""

    answer = LinesField(
        label=_("Your answer"),
        max_length=2000,
        help_text=_("Say in a sentence what you have changed or added."),
        error_messages={"required": _("Say what you have changed or added.")},
    )

    field_order = ["answer", "confirmed"]


@writes_an_application
def check(request: HttpRequest, application: Application) -> HttpResponse:
    """All answers; POST submits them, or answers what was asked for."""
    is_returned = application.state == State.RETURNED
    sent = request.POST if request.method == "POST" else None
    form = (SupplementForm if is_returned else ConfirmForm)(sent, label_suffix="")
    problems: list[Problem] = []
    if sent is not None and form.is_valid():
        try:
            if is_returned:
                supplement(
                    application=application, answer=form.cleaned_data["answer"], on=timezone.localdate()
                )
                return answer_to_supplement(request, application)
            submit(application=application, on=timezone.localdate())
            return answer_to_submitting(request, application)
        except IsIncomplete as refusal:
            problems = [Problem(f"missing-{topic}", str(refusal)) for topic in refusal.missing[:1]]
        except HasAnOpenApplication as refusal:
            problems = [Problem("enterprise", str(refusal))]
    missing = missing_topics(application)
    context = {
        "application": application,
        "token": link_token(application),
        "sections": sections(application, missing),
        "missing": missing,
        "asked": application.events.filter(move=Move.RETURN).order_by("number").last()
        if is_returned
        else None,
        "form": form,
        "problems": [*problems_of(form), *problems],
        "back": reverse("application_topic", args=["files"]),
    }
    return render(request, "applications/check.html", context, status=400 if context["problems"] else 200)
