"""Signatures: a row of the record carries one that nobody without the key can make."""

import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Model


def mac(*parts: str) -> str:
    """HMAC-SHA256 over `parts` under LOG_KEY, in hexadecimal."""
    return hmac.digest(settings.LOG_KEY.encode(), json.dumps(parts).encode(), sha256).hex()


@cache
def signed_columns(model: type[Model]) -> list[str]:
    """The names (`attname`) of the columns of `model` that its signature covers: all others, sorted."""
    return sorted(field.attname for field in model._meta.concrete_fields if field.name != "signature")


def signature(model: type[Model], values: Sequence[Any]) -> str:
    """The signature of the row of `model` whose `signed_columns` have `values`.

    Empty columns are left out, so that a column that is added later, empty in older rows, leaves their
    signatures valid.
    """
    columns = zip(signed_columns(model), map(_text, values), strict=True)
    return mac(model._meta.db_table, *(f"{name}={text}" for name, text in columns if text))


def _text(value: Any) -> str:
    """`value` as text, the same before it is written and after it is read."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize() + 0:f}"  # no zero is negative in a database
    return value.hex if isinstance(value, UUID) else str(value)
