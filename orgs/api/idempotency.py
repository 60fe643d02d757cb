"""`Idempotency-Key`: a POST that is sent again answers the same, and makes one record.

After the IETF draft draft-ietf-httpapi-idempotency-key-header. A failed POST keeps nothing: it may be
mended and sent again under its key.
"""

import json
import re
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request

from orgs.models import KeptAnswer

KEPT = timedelta(hours=24)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_SALT = "orgs.api.idempotency"


class KeyReused(APIException):
    """The key came with another request before."""

    status_code = 422
    default_detail = _("This Idempotency-Key came with another request before; take a new one.")
    default_code = "idempotency_key_reused"


def idempotency_key(request: Request) -> str | None:
    """The key of `request`, if it has one; raises ValidationError (400) for an empty or too long one."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        message = _("This must be 1 to 255 printable characters without spaces.")
        raise ValidationError({"Idempotency-Key": [message]})
    return key


def claim(request: Request, key: str) -> KeptAnswer:
    """What is kept of `key`; its `record` is empty where `request` is the first to bring it.

    Call it in the transaction that makes the record: of two at once the second waits here for the first,
    and what fails keeps nothing. Raises KeyReused (422).
    """
    user: Any = request.user  # only who is signed in comes here
    KeptAnswer.objects.filter(kept_at__lt=timezone.now() - KEPT).delete()
    # Keyed: a digest of a body with little unknown in it could otherwise be guessed.
    said = json.dumps([request.method, request.path, request.data], sort_keys=True)
    digest = salted_hmac(_SALT, said, algorithm="sha256").hexdigest()
    kept, _is_new = KeptAnswer.objects.get_or_create(
        user=user,
        key_digest=salted_hmac(_SALT, key, algorithm="sha256").hexdigest(),
        defaults={"request_digest": digest, "record": ""},
    )
    if kept.request_digest != digest:
        raise KeyReused
    return kept
