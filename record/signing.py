"""Signatures: a row of the record carries one that nobody without the key can make."""

import hmac
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, partial
from hashlib import sha256
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Model

_T = TypeVar("_T")
_SAID_BY_STR = frozenset({int, date})


def mac(*parts: str) -> str:
    """HMAC-SHA256 over `parts` under LOG_KEY, in hexadecimal."""
    return _mac(json.dumps(parts))


def _mac(text: str) -> str:
    return hmac.digest(settings.LOG_KEY.encode(), text.encode(), sha256).hex()


@cache
def signed_columns(model: type[Model]) -> list[str]:
    """The names (`attname`) of the columns of `model` that its signature covers: all others, sorted."""
    return sorted(field.attname for field in model._meta.concrete_fields if field.name != "signature")


def signature(model: type[Model], values: Sequence[Any]) -> str:
    """The signature of the row of `model` whose `signed_columns` have `values`."""
    return next(signatures(model, [[value] for value in values]))


def signatures(model: type[Model], columns: Sequence[Sequence[Any]]) -> Iterator[str]:
    """The signatures of rows of `model`; `columns` are their values, those of one of the `signed_columns` together.

    Each is the `mac` of the table's name and of `column=value` for each column. Empty columns are left out, so
    that a column that is added later, empty in older rows, leaves their signatures valid.
    """
    start = f"[{quoted(model._meta.db_table)}"
    names = signed_columns(model)
    pieces = [converted(values, partial(_pieces, name)) for name, values in zip(names, columns, strict=True)]
    for row in zip(*pieces, strict=True):
        yield _mac(f"{start}{''.join(row)}]")


def _pieces(name: str, values: Sequence[Any]) -> list[str]:
    """What the column `name` adds to the JSON of each row."""
    start = f', "{name}='
    kinds = set(map(type, values))
    texts = values if kinds == {str} else map(str if kinds <= _SAID_BY_STR else _text, values)
    return [start + quoted(text)[1:] if text else "" for text in texts]


def converted(values: Sequence[Any], convert: Callable[[Sequence[Any]], Sequence[_T]]) -> Sequence[_T]:
    """`convert(values)`; where all of them are one object, as in many columns of many rows, it is converted once."""
    if len(values) < 2:
        return convert(values)
    first = values[0]  # kept: a range makes each of its numbers anew, where the one before stood
    if any(value is not first for value in values):
        return convert(values)
    return [*convert(values[:1])] * len(values)


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
