"""What holds for every request and answer: how large a body may be, how it is encoded, and who may keep an answer."""

import codecs
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

Handler = Callable[[HttpRequest], HttpResponse]

# What browsers may offer to a page and no page here needs.
_NOTHING = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")


class BodyLimit:
    """Refuses a body of more than DATA_UPLOAD_MAX_MEMORY_SIZE bytes with a 413, before anything reads it.

    UPLOADS names the addresses that take larger ones.

    Django's own limit leaves out what REST framework reads, and the files in a form, which it would put on
    the disk for anybody. What comes without a length is not read at all by Django.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, or a 413: in JSON for the API, elsewhere a page."""
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:  # read as none by Django, too
            length = 0
        if length <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return self.get_response(request)
        most = _most_bytes(request)
        if length <= most:
            return self.get_response(request)
        if not request.path_info.startswith("/api/"):
            return render(request, "413.html", {"megabytes": most >> 20}, status=413)
        detail = _("The body has more than %(megabytes)d megabytes.") % {"megabytes": most >> 20}
        return JsonResponse({"detail": detail}, status=413)


def _most_bytes(request: HttpRequest) -> int:
    """How large the body may be: at the addresses of UPLOADS more, of who has the permission that they ask for."""
    permission, most = settings.UPLOADS.get(request.path_info, ("", 0))
    may_upload = permission and request.user.has_perm(permission)
    return most if may_upload else settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class OneEncoding:
    """Refuses a request whose texts are said to be in another encoding than UTF-8 with a 400.

    Django reads its address and its form in whatever Python knows, which may fail, or give halves of characters.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer. Raises BadRequest."""
        if request.encoding and codecs.lookup(request.encoding).name != "utf-8":
            raise BadRequest("Texts must be encoded in UTF-8.")
        return self.get_response(request)


class PrivateAnswers:
    """What somebody got who is signed in, by session or token, is kept by no browser and no proxy."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with what may be kept of it and what a browser may offer to it."""
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers:
            patch_cache_control(response, no_store=True, private=True)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", ", ".join(f"{name}=()" for name in _NOTHING))
        return response
