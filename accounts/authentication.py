"""API tokens: `Authorization: Token KEY`."""

from typing import Any

from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]  # knox has no types
    """Knox's tokens; a key of bytes that are no text is a wrong key, not an error of the server."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        """The user and the token of that key; raises AuthenticationFailed (401)."""
        if not token.isascii():
            raise AuthenticationFailed(_("Invalid token."))
        found: tuple[Any, Any] = super().authenticate_credentials(token)
        return found
