"""What the access log learns from answers."""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from record.log import note
from record.models import Event
from record.patience import waiting_at_most

log = logging.getLogger(__name__)

_REFUSALS = (403, 404, 429)


class RefusalMiddleware:
    """Notes what a signed-in user was refused: forbidden, not found or not seen, too often.

    It names the route, not the address, in which a key or a name may stand. Visitors who are not signed in
    are not noted: they could fill the log.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, noted where it refuses."""
        response = self.get_response(request)
        route, user = request.resolver_match, getattr(request, "user", None)
        if (
            response.status_code in _REFUSALS
            and route is not None
            and user is not None
            and user.is_authenticated
        ):
            try:
                with waiting_at_most(2):
                    note(
                        Event.REFUSED,
                        user=user,
                        detail=f"{response.status_code} {request.method} {route.view_name}",
                    )
            except OperationalError:  # locked by a long import; the refusal stands
                log.exception("A refusal was not noted.")
        return response
