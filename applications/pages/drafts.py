"""Which application a visitor writes: the one of the form that was sent, or of the session."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications.actions.applying import WRITTEN
from applications.actions.moving import NotInThatState
from applications.models import Application, State
from applications.pages.tries import answer_too_many, count_writing
from applications.secrets import by_link, link_token

WRITES = "application"
"""In a session: the key of the application that its visitor writes."""
FOLLOWS = "followed"
"""In a session: the key of the application that its visitor follows."""
SHOWS_CODE = "shows_code"
"""In a session: the key of the application whose access code the receipt shows, once."""
ROUND = "_round"
"""After the name of WRITES or FOLLOWS: which of its access codes the application had then."""

View = Callable[..., HttpResponse]


def write_on(request: HttpRequest, application: Application) -> None:
    """Let the visitor write `application` from now on."""
    keep(request, WRITES, application)


def follow(request: HttpRequest, application: Application) -> None:
    """Let the visitor follow `application` from now on."""
    keep(request, FOLLOWS, application)


def keep(request: HttpRequest, name: str, application: Application) -> None:
    """Keep in the session that `application` is the one of `name`, as long as its access code stays the same."""
    said = {name: application.pk, name + ROUND: application.code_round}
    if any(request.session.get(key) != value for key, value in said.items()):
        request.session.update(said)


def kept(request: HttpRequest, name: str) -> Application | None:
    """The application of `name` in the session; None where there is none, or it has another access code since."""
    key, code_round = request.session.get(name), request.session.get(name + ROUND)
    if key is None or code_round is None:
        return None
    found = Application.objects.filter(pk=key, code_round=code_round)
    return found.select_related("area", "organization").first()


def forget(request: HttpRequest, *names: str) -> None:
    """Keep none of `names` in the session."""
    for name in names:
        request.session.pop(name, None)
        request.session.pop(name + ROUND, None)


def application_of(request: HttpRequest) -> Application | None:
    """What the visitor writes; None where the session has ended, or the draft was removed.

    A form that was sent says to which application it belongs: of two that are open in one browser, or after
    the session has ended, nothing is lost or mixed up.
    """
    token = request.POST.get("application", "")
    if token:
        return by_link(token)
    return kept(request, WRITES)


def receipt_of(application: Application) -> HttpResponseRedirect:
    """The way to the receipt of `application`."""
    return redirect("application_receipt", link_token(application))


def writes_an_application(view: View) -> View:
    """Give `view` the application that the visitor writes; lead who writes none to the guide.

    Who has submitted it meanwhile, in another tab, is led to the receipt; who sends too much is told to wait (429).
    """

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait = count_writing(request) if request.method == "POST" else None
        if wait is not None:
            return answer_too_many(request, wait)
        application = application_of(request)
        if application is None:
            return _answer_without(request)
        if application.state not in WRITTEN:
            return answer_when_submitted(request, application)
        write_on(request, application)
        try:
            return view(request, application, *args, **kwargs)
        except NotInThatState:
            return answer_when_submitted(request, application)
        except Application.DoesNotExist:  # removed meanwhile
            return _answer_without(request)

    return guarded


def _answer_without(request: HttpRequest) -> HttpResponse:
    """Lead who writes no application to the guide."""
    messages.info(
        request,
        _(
            "There is no application open in this browser, or it was not touched for too long. Open it by the link "
            "that you kept, or begin a new one."
        ),
    )
    return redirect("apply")


def answer_when_submitted(request: HttpRequest, application: Application) -> HttpResponse:
    """Where a form leads that belongs to an application which is written no longer."""
    if "answer" in request.POST:
        return redirect("application_status")
    # The second click: the browser shows what it is answered, and not what the first one was.
    was_here = application in (kept(request, WRITES), kept(request, FOLLOWS))
    if "confirmed" in request.POST and was_here and application.state == State.SUBMITTED:
        return answer_to_submitting(request, application)
    return receipt_of(application)


def answer_to_submitting(request: HttpRequest, application: Application) -> HttpResponse:
    """Lead to the receipt, which shows the access code this once; following needs no typing in this browser."""
    follow(request, application)
    request.session[SHOWS_CODE] = application.pk
    forget(request, WRITES)
    return receipt_of(application)


def answer_to_supplement(request: HttpRequest, application: Application) -> HttpResponse:
    """Lead to how far the application is."""
    follow(request, application)
    forget(request, WRITES)
    return redirect("application_status")
