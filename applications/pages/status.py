"""Following an application: with its reference number and access code, without an account.

The session alone knows which application is followed (FOLLOWS); no address names one.
"""

import logging
import re
import unicodedata
from math import ceil

from django import forms
from django.contrib.auth import SESSION_KEY
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.actions import applying
from applications.actions.moving import NotInThatState
from applications.forms.texts import LineField, LinesField
from applications.letters.approval import MIME_TYPE, has_letter, letter
from applications.models import Application, State
from applications.pages.drafts import FOLLOWS, SHOWS_CODE, WRITES, follow, forget, kept, write_on
from applications.pages.progress import progress_of
from applications.pages.tries import count_try
from applications.secrets import by_code
from applications.transitions import Move, is_possible
from orgs.actions.refusals import Refusal
from record.origin import client_address

log = logging.getLogger(__name__)

_HYPHENS = re.compile(r"[\u2010-\u2015\u2212]")
_private = cache_control(private=True, no_store=True)


class _CodeInput(forms.PasswordInput):
    """What is typed is seen, for it is long; it does not come back with the page."""

    input_type = "text"


_TYPED = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class FollowForm(forms.Form):
    """What opens an application."""

    reference = LineField(
        label=_("Reference number"),
        max_length=40,
        help_text=_("As it stands on your receipt, like SQ2026-0001."),
        widget=forms.TextInput(attrs=_TYPED),
    )
    code = LineField(
        label=_("Access code"),
        max_length=80,
        help_text=_("26 letters and digits; hyphens and spaces do not matter."),
        widget=_CodeInput(attrs=_TYPED),
    )

    def clean_reference(self) -> str:
        """As it was given, of whatever width and case it was typed."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["reference"])
        return _HYPHENS.sub("-", "".join(typed.split()).upper())

    def clean_code(self) -> str:
        """The code, of whatever width its letters were typed."""
        return unicodedata.normalize("NFKC", self.cleaned_data["code"])


class WithdrawForm(forms.Form):
    """Why an application is withdrawn, where the applicant wants to say so."""

    reason = LinesField(
        label=_("Why do you withdraw it?"),
        max_length=500,
        required=False,
        help_text=_("You need not say it. Reviewers read what you write."),
    )


def _followed(request: HttpRequest) -> Application | None:
    """The application that the session follows; None where it follows none, or a new access code was made since."""
    followed = kept(request, FOLLOWS)
    return None if followed is None or followed.state == State.DRAFT else followed


@_private
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """How far the followed application is; for who follows none, the form that asks which one."""
    if request.method == "POST":
        return _open(request)
    application = _followed(request)
    if application is None:
        return _ask(request, FollowForm(label_suffix=""))
    progress = progress_of(application, timezone.localdate())
    return render(request, "applications/status.html", {"progress": progress, "application": application})


def _ask(request: HttpRequest, form: FollowForm) -> HttpResponse:
    code = 400 if form.errors else 200
    return render(request, "applications/status_sign_in.html", {"form": form}, status=code)


def _open(request: HttpRequest) -> HttpResponse:
    """Follow the application whose reference number and code were sent.

    A wrong number and a wrong code are told alike, and neither is written down.
    """
    form = FollowForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _ask(request, form)
    reference = form.cleaned_data["reference"]
    wait = count_try(client_address(request))
    if wait is not None:
        return _too_often(request, wait)
    found = by_code(reference, form.cleaned_data["code"])
    if found is None:
        form.add_error(
            None,
            gettext(
                "No application has this reference number and this access code. Compare both with your receipt."
            ),
        )
        return _ask(request, form)
    request.session.cycle_key()
    follow(request, found)
    return redirect("application_status")


def _too_often(request: HttpRequest, wait: float) -> HttpResponse:
    """Say that nothing is looked at for `wait` seconds."""
    minutes = ceil(wait / 60)
    when = ngettext("in %(count)d minute", "in %(count)d minutes", minutes) % {"count": minutes}
    answer = render(request, "applications/status_limited.html", {"when": when}, status=429)
    answer["Retry-After"] = str(ceil(wait))
    return answer


@_private
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Lead to the form, which changes the followed application as long as a supplement is asked for."""
    application = _followed(request)
    if application is None or application.state != State.RETURNED:
        return redirect("application_status")
    write_on(request, application)
    return redirect("application_check")


@_private
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    """Ask whether the followed application shall be withdrawn, and by POST withdraw it; a second click does nothing."""
    application = _followed(request)
    if application is None or application.state == State.WITHDRAWN:
        return redirect("application_status")
    form = WithdrawForm(request.POST if request.method == "POST" else None, label_suffix="")
    context = {"application": application, "form": form}
    try:
        if not is_possible(Move.WITHDRAW, application.state):
            raise NotInThatState(application)
        if not form.is_valid():
            code = 400 if form.errors else 200
            return render(request, "applications/status_withdraw.html", context, status=code)
        applying.withdraw(application=application, reason=form.cleaned_data["reason"])
    except NotInThatState as refusal:
        application.refresh_from_db()
        if application.state != State.WITHDRAWN:
            context["refusal"] = str(refusal)
            return render(request, "applications/status_withdraw.html", context, status=409)
    return redirect("application_status")


@_private
@require_safe
def approval_letter(request: HttpRequest) -> HttpResponse:
    """The approval letter of the followed application as a file; raises Http404 where there is none.

    A form of the letter that is not usable is for those to mend who run the site; the applicant is told so.
    """
    application = _followed(request)
    if application is None:
        return redirect("application_status")
    if not has_letter(application):
        raise Http404
    try:
        content = letter(application)
    except Refusal as refusal:
        log.error("No approval letter for application %s: %s", application.pk, refusal)  # noqa: TRY400
        return render(request, "applications/status_no_letter.html", status=503)
    file = HttpResponse(content, content_type=MIME_TYPE)
    file["Content-Disposition"] = f'attachment; filename="approval-letter-{application.reference}.docx"'
    file["X-Content-Type-Options"] = "nosniff"
    return file


@_private
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget which application is followed, and which one the form changes; who is signed in stays so."""
    if SESSION_KEY in request.session:
        forget(request, FOLLOWS, WRITES, SHOWS_CODE)
    else:
        request.session.flush()
    return redirect("application_status")
