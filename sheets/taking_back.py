"""Taking back the rows that an import wrote: what it created goes, what it changed is as it was.

In an order in which no step breaks a constraint: first goes all that it created, with the periods that it changed;
then records get their old values; then the old periods come back.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import F

from orgs.models import Area
from orgs.periods import Period
from record.history import history_columns
from secrecy.fields import CHANGES, INDEX, protected_fields
from sheets.before import Before, Values
from sheets.copying import copy_columns
from sheets.obstacles import Written
from sheets.scoping import in_batches
from sheets.writing import columns_of, update

REASON = "undo"


def take_back(written: Written, before: Before, *, by: AbstractBaseUser) -> tuple[int, int]:
    """Take back all rows that an import has `written`; they were `before` what they become again.

    Gives how many rows were removed, and how many changed back. Each leaves a row of history. Call it in a
    transaction, when nothing was built on the import.
    """
    removed = sum(_remove(model, written.created(model), by) for model in written.touched)
    periods = {model: before.of(model) for model in before.models() if issubclass(model, Period)}
    old = [_taken_out(model, values) for model, values in periods.items()]
    for model in before.models():
        if not issubclass(model, Period):
            _change_back(model, before.of(model), by)
    for rows in old:
        _put_back(rows, by)
    if Area in written.touched:
        Area.objects.rebuild_tree(by=by)
    return removed, sum(len(before.of(model)) for model in before.models())


def _remove(model: type[models.Model], keys: Iterable[int], by: AbstractBaseUser) -> int:
    count = 0
    for batch in in_batches(list(keys)):
        rows = list(model._base_manager.filter(pk__in=batch))
        _record(rows, "-", by)
        _delete(model, batch)
        count += len(rows)
    return count


def _taken_out(model: type[models.Model], values: dict[int, Values]) -> list[models.Model]:
    """The rows of `model` as they were, which are deleted for the time being: they are put back together."""
    found: list[models.Model] = []
    for batch in in_batches(values):
        found += _as_they_were(model, batch, values)
        _delete(model, batch)
    return found


def _put_back(rows: Sequence[models.Model], by: AbstractBaseUser) -> None:
    for batch in in_batches(rows):
        copy_columns(type(batch[0]), columns_of(batch))
        _record(batch, "~", by)


def _change_back(model: type[models.Model], values: dict[int, Values], by: AbstractBaseUser) -> None:
    _free_indexes(model, values)
    names = {field.attname: field.name for field in model._meta.concrete_fields}
    for batch in in_batches(values):
        rows = list(_as_they_were(model, batch, values))
        update(rows, {names[name] for key in batch for name in values[key]}, by=by)


def _free_indexes(model: type[models.Model], values: dict[int, Values]) -> None:
    """Empty the protected columns that change back: each value is free before another row has it again."""
    for field in protected_fields(model):
        name = field.attname
        emptied = {name: "", name + INDEX: None, name + CHANGES: F(name + CHANGES) + 1}
        for batch in in_batches([key for key, old in values.items() if name in old]):
            model._base_manager.filter(pk__in=batch).update(**emptied)


def _as_they_were(
    model: type[models.Model], keys: Sequence[int], values: dict[int, Values]
) -> Iterator[models.Model]:
    for row in model._base_manager.filter(pk__in=keys):
        for name, value in values[row.pk].items():
            setattr(row, name, value)
        yield row


def _delete(model: type[models.Model], keys: Sequence[int]) -> None:
    """Delete rows without a row of history; whether others refer to them, the database looks."""
    rows: Any = model._base_manager.filter(pk__in=keys)
    rows._raw_delete(rows.db)


def _record(rows: Sequence[models.Model], kind: str, by: AbstractBaseUser) -> None:
    if rows:
        copy_columns(*history_columns(type(rows[0]), columns_of(rows), kind, by=by, reason=REASON))
