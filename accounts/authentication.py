"""Who asks the API: `Authorization: Token KEY`, or a session of the admin."""

import logging
from hmac import compare_digest
from typing import Any

from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from accounts.actions import note_refused_key, note_use
from accounts.models import Token, User
from accounts.roles import Role
from accounts.second_factor import is_owed

log = logging.getLogger(__name__)


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]  # knox has no types
    """knox's header, our tokens: the role of a token limits the user of the request, its use is noted.

    A wrong or expired key and that of an inactive user are refused alike: the holder learns on the page
    of tokens why, and nobody else has to know. Nothing is deleted meanwhile, as knox would.
    """

    def authenticate_credentials(self, token: bytes) -> tuple[User, Token]:
        """The user and the token of that key; raises AuthenticationFailed (401)."""
        now = timezone.now()
        found = _token_of(token)
        opens = found is not None and found.opens(now)
        try:
            if found is not None and opens:
                opens = note_use(token=found, day=timezone.localdate(now))
            else:
                note_refused_key(token=found, now=now)
        except OperationalError:  # locked by a long import: a use is noted next time, a refusal stands
            log.exception("What became of a key was not noted.")
        if found is None or not opens:
            raise AuthenticationFailed(_("Invalid token."))
        user: User = found.user
        user.limited_to = Role(found.role) if found.role else None
        return user, found


def _token_of(key: bytes) -> Token | None:
    """The token of that key, with its user. Bytes that are no letters and digits are the key of none."""
    text = key.decode("ascii") if key.isalnum() else ""
    digest = hash_token(text)
    rows: Any = Token.objects.select_related("user").filter(token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH])
    return next((row for row in rows if compare_digest(digest, row.digest)), None)


class SessionAuthentication(authentication.SessionAuthentication):
    """The admin's session, once its second factor is proved."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The session's user; raises PermissionDenied (403) while a code is owed."""
        found: tuple[Any, Any] | None = super().authenticate(request)
        if found is not None and is_owed(request._request):
            raise PermissionDenied(_("Enter the code of your second factor first."))
        return found
