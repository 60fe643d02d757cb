"""How often somebody tries an access code, begins, writes: counted by all workers of the server together."""

from datetime import timedelta
from typing import cast

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.lockout import place_of
from limits.cache import SharedCache
from record.origin import client_address

PER_PLACE, OF_PLACE = 10, timedelta(minutes=15)
"""Tries from one address, and within which time; none are counted per application, whose code nobody guesses:
otherwise a stranger could keep the applicant out by wrong codes."""

DRAFTS_AN_HOUR = 20
"""Applications that are begun from one address."""
WRITINGS_AN_HOUR = 300
"""Pages of the form that are sent from one address, and access codes that are made anew."""
FILES_AN_HOUR = 60
"""Of these, pages with a file."""
_HOUR = 3600


def count_try(address: str) -> float | None:
    """Count a try before its code is looked at: tries at the same time are not all let through.

    None where it may be looked at, otherwise the seconds after which the next one will be.
    """
    return _count("followed-from", address, PER_PLACE, OF_PLACE.total_seconds())


def count_beginning(request: HttpRequest) -> float | None:
    """Count an application that is begun; gives what `count_try` does."""
    return _count("applications.begin", client_address(request), DRAFTS_AN_HOUR, _HOUR)


def count_writing(request: HttpRequest) -> float | None:
    """Count a page that is sent, and its file; gives what `count_try` does."""
    address = client_address(request)
    wait = _count("applications.write", address, WRITINGS_AN_HOUR, _HOUR)
    if wait is None and request.FILES:
        wait = _count("applications.file", address, FILES_AN_HOUR, _HOUR)
    return wait


def answer_too_many(request: HttpRequest, wait: float, *, begins: bool = False) -> HttpResponse:
    """Say that nothing is taken for `wait` seconds."""
    answer = render(request, "applications/too_many.html", {"begins": begins}, status=429)
    answer["Retry-After"] = str(int(wait) + 1)
    return answer


def _count(what: str, address: str, most: int, seconds: float) -> float | None:
    counts = cast(SharedCache, caches["default"])
    return counts.hit(f"{what}:{place_of(address)}", most=most, seconds=seconds)
