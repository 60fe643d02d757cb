"""The ways back by a link with a secret: to what is written, and to the receipt of what was submitted."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from applications.actions.applying import WRITTEN, missing_topics, renew_code
from applications.models import REVIEWERS_TURN, Application, State
from applications.pages.drafts import SHOWS_CODE, receipt_of, write_on
from applications.pages.tries import answer_too_many, count_writing
from applications.secrets import access_code, by_link, link_token


def _linked(token: str) -> Application:
    application = by_link(token)
    if application is None:
        raise Http404
    return application


@never_cache
@require_safe
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """Back to what is written, at the first topic where something is missing; raises Http404 for a forged link."""
    application = _linked(token)
    if application.state not in WRITTEN:
        return receipt_of(application)
    write_on(request, application)
    missing = missing_topics(application)
    if missing:
        return redirect("application_topic", missing[0])
    return redirect("application_check")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("code")
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """What was submitted, and what happens next; raises Http404 for a forged link.

    The access code is shown once to who has just submitted. POST makes a new one (429 where it is too often),
    and leads to the page that shows it once: the old one opens nothing any more.
    """
    application = _linked(token)
    if application.state == State.DRAFT:
        return redirect("application_resume", link_token(application))
    if request.method == "POST":
        wait = count_writing(request)
        if wait is not None:
            return answer_too_many(request, wait)
        renew_code(application=application)
        request.session[SHOWS_CODE] = application.pk
        return receipt_of(application)
    code = ""
    if request.method == "GET" and request.session.get(SHOWS_CODE) == application.pk:
        del request.session[SHOWS_CODE]
        code = access_code(application)
    context = {
        "application": application,
        "code": code,
        "is_new": application.code_round > 0,
        "is_undecided": application.state in REVIEWERS_TURN,
        "is_overdue": Application.objects.overdue_on(timezone.localdate()).filter(pk=application.pk).exists(),
        "here": request.build_absolute_uri(reverse("application_receipt", args=[link_token(application)])),
    }
    return render(request, "applications/receipt.html", context)
