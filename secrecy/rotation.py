"""New keys for what is protected: every value under the current key, every index under the current index key."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Left

from secrecy.fields import INDEX, EncryptedField, Stored, protected_fields
from secrecy.sealing import Unreadable, current_key_id, seal, unseal

BATCH = 200
"""Rows that one transaction locks."""

_ROUNDS = 20
_PAUSE = 0.5


@dataclass(slots=True)
class Rotation:
    """What was done; rows are told by table and key."""

    read: int = 0
    renewed: int = 0
    """Values that were encrypted anew."""
    indexed: int = 0
    """Indexes that were computed anew."""
    unreadable: list[str] = field(default_factory=list)
    """Columns and rows whose value cannot be read; they stay as they are."""
    refused: list[str] = field(default_factory=list)
    """Rows whose value another row has, entered while the index key was being changed."""
    held: list[str] = field(default_factory=list)
    """Rows that somebody else held all the time."""


def rotate() -> Rotation:
    """Encrypt all values anew that are not under the current key, and compute all indexes anew.

    In transactions of `BATCH` rows: it may be broken off anywhere and begun again. Others may write meanwhile: it
    waits for nobody while it holds rows, but comes back to those that others held. To the history this is no change.
    """
    done = Rotation()
    for model, fields in _protected_models():
        waiting: list[Any] = []
        for keys in _batches(model, fields):
            waiting += _rotate_rows(model, fields, keys, done)
        for _round in range(_ROUNDS):
            if not waiting:
                break
            time.sleep(_PAUSE)
            again, waiting = waiting, []
            for start in range(0, len(again), BATCH):
                waiting += _rotate_rows(model, fields, again[start : start + BATCH], done)
        done.held += [f"{model._meta.db_table} {key}" for key in waiting]
    return done


def left_under_other_keys() -> int:
    """How many values are not under the current key."""
    current, count = f"{current_key_id()}:", 0
    for model, fields in _protected_models():
        for column in fields:
            start = Left(column.name, len(current), output_field=TextField())
            rows = model._base_manager.exclude(**{column.name: ""}).alias(start=start)
            count += rows.exclude(start=current).count()
    return count


def forget_old_rows() -> None:
    """Leave nothing of what was overwritten in the files of the database. Call it outside of transactions.

    PostgreSQL writes each table anew, for which readers wait; SQLite the whole file, and then empties its log.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model, _fields in _protected_models():
                cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(model._meta.db_table)}")
            return
        cursor.execute("VACUUM")
        for _round in range(_ROUNDS):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()[0]
            if not busy:
                break
            time.sleep(_PAUSE)


def _protected_models() -> Iterator[tuple[Any, list[EncryptedField]]]:
    for model in apps.get_models():
        found = protected_fields(model)
        if found and not model._meta.proxy:
            yield model, found


def _batches(model: Any, fields: Sequence[EncryptedField]) -> Iterator[list[Any]]:
    """The keys of the rows that hold values."""
    empty = Q(**{column.name: "" for column in fields}) & Q(
        **{column.name + INDEX: None for column in fields}
    )
    rows = model._base_manager.exclude(empty).order_by("pk").values_list("pk", flat=True)
    keys = list(rows[:BATCH])
    while keys:
        yield keys
        keys = list(rows.filter(pk__gt=keys[-1])[:BATCH])


def _rotate_rows(
    model: Any, fields: Sequence[EncryptedField], keys: Sequence[Any], done: Rotation
) -> Iterable[Any]:
    """Renew the rows with `keys` in one transaction; gives the keys of those that somebody else holds."""
    names = [name for column in fields for name in (column.name, column.name + INDEX)]
    found = Rotation()
    try:
        with transaction.atomic():
            rows = model._base_manager.filter(pk__in=keys).select_for_update(skip_locked=True).order_by("pk")
            free = list(rows.values("pk", "row_key", *names))
            for row in free:
                if changes := _renewed(fields, row, found):
                    model._base_manager.filter(pk=row["pk"]).update(**changes)
            there = set(model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
    except IntegrityError:
        if len(keys) > 1:
            return [held for key in keys for held in _rotate_rows(model, fields, [key], done)]
        done.refused.append(f"{model._meta.db_table} {keys[0]}")
        return []
    done.read += found.read
    done.renewed += found.renewed
    done.indexed += found.indexed
    done.unreadable += found.unreadable
    return sorted(there - {row["pk"] for row in free})


def _renewed(fields: Sequence[EncryptedField], row: dict[str, Any], found: Rotation) -> dict[str, Any]:
    """The columns of `row` that become others."""
    changes: dict[str, Any] = {}
    current = f"{current_key_id()}:"
    for column in fields:
        stored, index = row[column.name], row[column.name + INDEX]
        place = column.place(row["row_key"])
        try:
            clear = unseal(stored, place) if stored else ""
        except Unreadable as error:
            found.unreadable.append(f"{column.label} {row['pk']}: {error.reason}")
            continue
        found.read += bool(stored)
        if stored and not stored.startswith(current):
            changes[column.name] = Stored(seal(clear, place))
            found.renewed += 1
        if index != column.index_of(clear):
            changes[column.name + INDEX] = column.index_of(clear)
            found.indexed += 1
    return changes
