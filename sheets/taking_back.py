"""Taking back the rows that an import wrote: what it created goes, what it changed is as it was.

In an order in which no step breaks a constraint: first goes all that it created; then records get their old values,
and of each owner the periods that it changed go together, before they come back as they were.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import F

from orgs.batches import AT_ONCE, in_batches
from orgs.models import Area
from orgs.periods import Period
from record.history import history_columns
from secrecy.fields import CHANGES, INDEX, protected_fields
from sheets.before import Before, Values
from sheets.copying import copy_columns
from sheets.obstacles import Written
from sheets.writing import columns_of, update

REASON = "undo"


def take_back(written: Written, before: Before, *, by: AbstractBaseUser) -> tuple[int, int]:
    """Take back all rows that an import has `written`; they were `before` what they become again.

    Gives how many rows were removed, and how many changed back. Each leaves a row of history. Call it in a
    transaction, when nothing was built on the import.
    """
    removed = sum(_remove(model, written.created(model), by) for model in written.touched)
    for model in before.models():
        change_back = _change_periods_back if issubclass(model, Period) else _change_back
        change_back(model, before.of(model), by)
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


def _change_periods_back(model: Any, values: dict[int, Values], by: AbstractBaseUser) -> None:
    for keys in _by_owners(model, values):
        rows = list(_as_they_were(model, keys, values))
        _delete(model, keys)
        copy_columns(model, columns_of(rows))
        _record(rows, "~", by)


def _by_owners(model: Any, keys: Iterable[int]) -> Iterator[list[int]]:
    """`keys` of periods, in lists: those that may not overlap each other are in the same one."""
    owner = model._meta.get_field(model.overlap_key[0]).attname
    owners: list[tuple[Any, int]] = []
    for batch in in_batches(keys):
        owners += model._base_manager.filter(pk__in=batch).values_list(owner, "pk")
    together: list[int] = []
    for _owner, theirs in groupby(sorted(owners), key=itemgetter(0)):
        together += (key for _same, key in theirs)
        if len(together) >= AT_ONCE:
            yield together
            together = []
    if together:
        yield together


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
