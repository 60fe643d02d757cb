"""Rows into the database as fast as it takes them, without history: COPY, or `executemany` on SQLite.

`bulk_create` would need longer for a large register than all measurements together.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO
from typing import Any

from django.db import connection, models

from sheets.writing import reserve_ids

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def store(model: type[models.Model], objects: Iterable[models.Model]) -> None:
    """Insert `objects`, new ones of `model`, which get their ids. Call it in a transaction."""
    stored = list(objects)
    for instance, key in zip(stored, reserve_ids(model, len(stored)), strict=True):
        instance.pk = key
    names = [field.attname for field in model._meta.concrete_fields]
    load(model, names, ([getattr(instance, name) for name in names] for instance in stored))


def load(model: type[models.Model], names: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    """Insert `rows`, whose values stand in the order of `names`: those of all columns of `model`."""
    columns_of: dict[str, Any] = {field.attname: field.column for field in model._meta.concrete_fields}
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(columns_of[name]) for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = ("\t".join(map(_copied, row)) + "\n" for row in rows)
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", StringIO("".join(lines)))
        else:
            marks = ", ".join(["%s"] * len(names))
            adapted = [[_adapted(value) for value in row] for row in rows]
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", adapted)


def _copied(value: Any) -> str:
    """`value` in the text format of COPY."""
    if value is None:
        return "\\N"
    return value.translate(_ESCAPES) if isinstance(value, str) else str(value)


def _adapted(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
