"""Letters that are taken from the admin."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from members.letters.word import MIME_TYPE
from record.log import note
from record.models import Event


def handed_out(
    request: HttpRequest, record: Any, *, write: Callable[[Any], bytes], name: str
) -> HttpResponse:
    """The letter that `write` makes of `record`, as a file called `name`; the access log tells that it was taken.

    Raises FormIsUnusable; then nothing was taken.
    """
    with transaction.atomic():
        note(Event.EXPORTED, request=request, subject=record, detail="letter")
        answer = HttpResponse(write(record), content_type=MIME_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    answer["Cache-Control"] = "no-store"
    return answer
