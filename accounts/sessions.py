"""How long a session lasts, and what it is good for before the second factor."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from rest_framework.views import APIView

from accounts.credentials import Authenticator
from accounts.models import User
from accounts.second_factor import CODE_IS_DUE, is_owed

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"
"""In a session: when its user signed in and was last seen, in seconds of the epoch."""

NOTED_EVERY = 60
"""Seconds for which a user who goes on working is not written down again."""

WITHOUT_SECOND_FACTOR = frozenset(
    {
        "home", "practices", "practice", "practice_picture", "set_language", "healthz", "readyz",
        "apply", "application_topic", "application_check", "application_later", "application_resume",
        "application_receipt", "application_status", "application_answer", "application_withdraw",
        "application_letter", "application_leave", "admin:login", "admin:logout", "admin:jsi18n",
        "second_factor_code", "second_factor_set_up",
    }
)  # fmt: skip
"""What opens before the code is entered: what is open to anyone, the pages that ask for it, and the way out."""


def begin_session(session: SessionBase, user: User) -> None:
    """Start the clocks of a session when its user signs in."""
    session[SIGNED_IN_AT] = session[SEEN_AT] = int(time.time())
    # Who signs in anew without having signed out proves it anew.
    session.pop(DEVICE_ID_SESSION_KEY, None)
    session[CODE_IS_DUE] = Authenticator.objects.filter(user=user).exists()


class SessionLimitMiddleware:
    """Ends sessions that have lasted long enough, and keeps those in use from ending as idle ones do.

    An idle session ends by Django's SESSION_COOKIE_AGE after it was last saved, which is done here at most
    once a minute; so does that of an applicant, who has no account.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, to nobody where the session has lasted too long."""
        # Without a cookie the session is not touched: the answer would vary by it.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.keys():
            session, now = request.session, int(time.time())
            limit = settings.SESSION_LIMIT.total_seconds()
            if SESSION_KEY in session and now - session.get(SIGNED_IN_AT, 0) >= limit:
                session.flush()
            elif now - session.get(SEEN_AT, 0) >= NOTED_EVERY:
                return self._seen(request, now)
        return self.get_response(request)

    def _seen(self, request: HttpRequest, now: int) -> HttpResponse:
        """The answer; the session is saved for the moment alone where the view has changed nothing in it."""
        session: Any = request.session
        session[SEEN_AT] = now
        session.modified = False
        response = self.get_response(request)
        if not session.modified:
            session.modified = session.only_seen = True
        return response


class SecondFactorMiddleware:
    """Leads who has still to enter a code to the page that asks for it, from all but what is open to anyone.

    The API refuses by its own `SessionAuthentication`: there a token may sign in, whatever the session is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseRedirect | None:
        """The way to the code, where it is owed."""
        found = request.resolver_match
        if found is not None and found.view_name in WITHOUT_SECOND_FACTOR:
            return None
        if issubclass(getattr(view, "cls", object), APIView) or not is_owed(request):
            return None
        back = request.get_full_path() if request.method == "GET" else reverse("admin:index")
        return HttpResponseRedirect(f"{reverse('second_factor_code')}?{urlencode({'next': back})}")
