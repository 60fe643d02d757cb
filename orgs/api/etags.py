"""Versions of a detail: what a reader need not load again, and what a writer must have read.

An ETag is the version of the record, its count of changes (`orgs.versions`), with a digest of the
body: the body also depends on the day, on the reader and on the names of other records. A reader asks
for the whole tag (`If-None-Match`); a writer's tag holds while its version does (`If-Match`).

What has no version, as figures have none, is known by the digest of its bytes.
"""

import re
from hashlib import sha256
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

_TAG = re.compile(r'"([0-9]{1,18})-[0-9a-f]{16}"', re.ASCII)


class PreconditionRequired(APIException):
    """A change that does not say which version it changes."""

    status_code = 428
    default_detail = _("Send the ETag of the detail that you read as If-Match.")
    default_code = "precondition_required"


class Stale(Exception):
    """The record was changed since the version that the writer read; `body` tells what was, and by whom."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body
        super().__init__(body["detail"])


def etag_of(version: int, body: Any) -> str:
    """The strong ETag of a detail at `version` that is shown as `body`."""
    return f'"{version}-{sha256(JSONRenderer().render(body)).hexdigest()[:16]}"'


def is_known(request: Request, etag: str) -> bool:
    """Whether the reader says to have what `etag` stands for (`If-None-Match`, compared weakly)."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag in {tag.removeprefix("W/") for tag in known}


def known_by_its_bytes(request: Request, response: Response) -> None:
    """Give `response` the strong ETag of its bytes once it is rendered; who has them gets a 304 in its place."""

    def tag(rendered: Any) -> HttpResponse | None:
        etag = f'"{sha256(rendered.content).hexdigest()[:32]}"'
        rendered.headers["ETag"] = etag
        if not is_known(request, etag):
            return None
        kept = {name: rendered.headers[name] for name in ("ETag", "Vary") if name in rendered.headers}
        return HttpResponseNotModified(headers=kept)

    response.add_post_render_callback(tag)


def versions_read(request: Request) -> set[int]:
    """The versions that the writer names in `If-Match`; a weak or foreign tag names none.

    Raises PreconditionRequired (428) without any tag; `*` is none, for it says nothing of what was read.
    """
    tags = parse_etags(request.headers.get("If-Match", ""))
    if not tags or tags == ["*"]:
        raise PreconditionRequired
    return {int(found[1]) for tag in tags if (found := _TAG.fullmatch(tag))}
