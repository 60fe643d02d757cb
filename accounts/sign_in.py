"""What happens when somebody signs in, fails to, or signs out."""

from datetime import timedelta
from typing import Any

from axes.handlers.base import AxesHandler
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.lockout import forget_tries, open_again, take_a_try
from accounts.models import User
from accounts.sessions import begin_session
from record.log import note
from record.models import AccessEntry, Event
from record.origin import client_address

MOST_NOTED = 30
"""So many failures from one address are written down in a minute: visitors shall not fill the access log."""


def try_failed(request: HttpRequest, name: str) -> None:
    """Write down that the try of `request` failed, and the lock if it was the last one.

    `name` is told only where it is a user's, by the user's number.
    """
    locks = getattr(request, "try_number", None) == settings.AXES_FAILURE_LIMIT
    if locks:
        request.axes_locked_out = True  # type: ignore[attr-defined]
    user = User.objects.filter(username=name).first()
    lately = AccessEntry.objects.filter(
        event=Event.SIGN_IN_FAILED,
        client_address=client_address(request),
        at__gt=timezone.now() - timedelta(minutes=1),
    )
    if len(lately.values("pk")[:MOST_NOTED]) == MOST_NOTED:
        return
    note(Event.SIGN_IN_FAILED, request=request, subject=user)
    if locks:
        note(Event.LOCKED_OUT, request=request, subject=user)


class SignInHandler(AxesHandler):  # type: ignore[misc]  # axes has no types
    """What axes asks and tells of signing in.

    The handlers of axes themselves look before a try and count after it, and keep what was typed.
    """

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Whether a password may be tried; it counts as a failure until it was the right one."""
        name = (credentials or {}).get(User.USERNAME_FIELD) or ""
        number = take_a_try(name=name, address=client_address(request), at=timezone.now())
        request.try_number = number  # type: ignore[attr-defined]
        return number is not None

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Write it down; what the lock itself refused is written down already."""
        if request is not None and getattr(request, "try_number", None) is not None:
            try_failed(request, credentials.get(User.USERNAME_FIELD) or "")

    def user_logged_in(self, sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        """Forget the failures before, and start the session."""
        forget_tries(name=user.get_username(), address=client_address(request))
        begin_session(request.session, user)
        note(Event.SIGN_IN, request=request, user=user)

    def user_logged_out(self, sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
        """Write it down."""
        if user is not None:
            note(Event.SIGN_OUT, request=request, user=user)

    def reset_attempts(
        self, *, ip_address: str | None = None, username: str | None = None, ip_or_username: bool = False
    ) -> int:
        """For `manage.py axes_reset…`: open what is locked for an address or a name; gives how many."""
        return open_again(name=username, address=ip_address, either=ip_or_username)


def answer_when_locked(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None
) -> HttpResponse:
    """The page of signing in, which says that it is locked, with the status 429."""
    response.status_code = 429
    response["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME.total_seconds()))
    return response
