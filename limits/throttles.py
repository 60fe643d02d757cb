"""How often a client may ask the API; the rates are in the settings (DEFAULT_THROTTLE_RATES)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.core.cache import caches
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from limits.cache import SharedCache
from record.origin import client_address

if TYPE_CHECKING:  # the module of views loads the throttles of the settings: these
    from rest_framework.views import APIView


class ExactThrottle(SimpleRateThrottle):
    """So many requests within any period of the rate, counted together by all processes; not one more.

    DRF's own reads its list of requests, then writes it: at the same moment many pass for one.
    """

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request; False where it is one too many."""
        key = self.get_cache_key(request, view)
        if self.rate is None or key is None:
            return True
        most, seconds = self.parse_rate(self.rate)
        counts = cast(SharedCache, caches["default"])
        self._wait = counts.hit(key, most=most or 0, seconds=seconds or 0)
        return self._wait is None

    def wait(self) -> float | None:
        """The seconds until the next request passes; DRF sends them as Retry-After."""
        return self._wait


class AddressThrottle(ExactThrottle):
    """A limit per address of the client, whoever is signed in there; a subclass names its `scope`."""

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """One count per address, the one that the record knows too."""
        return self.cache_format % {"scope": self.scope, "ident": client_address(request._request)}


class WriteThrottle(ExactThrottle):
    """A limit to what one user writes: a script that went astray is stopped, an import of rows is not."""

    scope = "writes"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """One count per user; what only reads is not counted, nor who is not signed in, for they write nothing."""
        if request.method in SAFE_METHODS or not request.user.is_authenticated:
            return None
        return self.cache_format % {"scope": self.scope, "ident": request.user.pk}
