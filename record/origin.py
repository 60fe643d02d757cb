"""Where a change comes from: the request, the address, and the reason that its author gave."""

import ipaddress
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,36}")


@dataclass(frozen=True, slots=True)
class Origin:
    """What a row of the record says about its origin.

    `request_id` is shared by all rows that one request, or one command, wrote; `address` is the client's,
    empty for a command; `reason` is the author's, empty where none was asked for or given.
    """

    request_id: str
    address: str = ""
    reason: str = ""


_COMMAND = Origin(request_id=uuid.uuid4().hex)
_current: ContextVar[Origin] = ContextVar("origin", default=_COMMAND)


def current_origin() -> Origin:
    """The origin of what is done now: the request's, or this process's where there is none."""
    return _current.get()


REASON_LENGTH = 500
"""Characters that are kept of a reason."""


@contextmanager
def because(reason: str) -> Iterator[None]:
    """What is recorded meanwhile gives `reason`, in one line."""
    line = "".join(character for character in " ".join(reason.split()) if character.isprintable())
    token = _current.set(replace(_current.get(), reason=line[:REASON_LENGTH]))
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def originating(origin: Origin) -> Iterator[None]:
    """What is recorded meanwhile comes from `origin`: of work that a request left to be done later."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)


def client_address(request: HttpRequest) -> str:
    """The address of the client, "" where the server knows none.

    `X-Forwarded-For` is believed as far from its end as there are proxies of our own (PROXIES): what
    stands before them was written by the client.
    """
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    proxies = settings.REST_FRAMEWORK["NUM_PROXIES"]
    if proxies and any(forwarded):
        address = forwarded[-min(proxies, len(forwarded))]
    try:
        return str(ipaddress.ip_address(address.partition("%")[0]))  # of `fe80::1%eth0` the address alone
    except ValueError:
        return ""


class OriginMiddleware:
    """Tells what is recorded during a request where it comes from; answers with the request's id.

    A proxy of our own may give the id (`X-Request-ID`), so that its log and the record tell of the same.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with `X-Request-ID`."""
        given = request.headers.get("X-Request-ID", "")
        trusted = settings.REST_FRAMEWORK["NUM_PROXIES"] and _REQUEST_ID.fullmatch(given)
        origin = Origin(given if trusted else uuid.uuid4().hex, client_address(request))
        token = _current.set(origin)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response["X-Request-ID"] = origin.request_id
        return response
