"""Many rows into the database at once, each with its row of history.

`bulk_create_with_history` reaches a sixth of COPY's rate, and on SQLite asks back for each row. Here rows
go in by COPY (PostgreSQL) or `executemany` (SQLite), with ids taken beforehand; the history rows are
those that django-simple-history would write.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Sized
from operator import itemgetter
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, models
from django.db.models import Max

from orgs.periods import Period
from record.history import history_columns
from secrecy.fields import with_companions
from sheets.copying import adapted_rows, copy_columns

REASON = "import"
"""What history rows of an import give as the reason of the change."""


class Changes:
    """Rows to create and to update, gathered and then written together.

    Updates go first, so that a period has ended before the next one starts; new periods go last, so that
    their owners are there.
    """

    def __init__(self) -> None:
        self._created: dict[type[models.Model], list[models.Model]] = {}
        self._updated: dict[type[models.Model], dict[models.Model, set[str]]] = {}

    def create(self, instance: models.Model) -> None:
        """Create `instance`; the owner of a period may be created in the same changes."""
        self._created.setdefault(type(instance), []).append(instance)

    def update(self, instance: models.Model, *fields: str) -> None:
        """Write `fields` of `instance`, a stored one."""
        self._updated.setdefault(type(instance), {}).setdefault(instance, set()).update(fields)

    def __bool__(self) -> bool:
        return bool(self._created or self._updated)

    def counts(self) -> Counter[type[models.Model]]:
        """How many rows of each model are written."""
        rows: list[tuple[type[models.Model], Sized]] = [*self._created.items(), *self._updated.items()]
        counts: Counter[type[models.Model]] = Counter()
        for model, found in rows:
            counts[model] += len(found)
        return counts

    def updated(self) -> Mapping[type[models.Model], Mapping[models.Model, Collection[str]]]:
        """The stored rows that are changed, per model, each with the fields that are."""
        return self._updated

    def add(self, other: "Changes") -> None:
        """Take over the changes of `other`."""
        for model, created in other._created.items():
            self._created.setdefault(model, []).extend(created)
        for updated in other._updated.values():
            for instance, fields in updated.items():
                self.update(instance, *fields)

    def write(self, *, by: AbstractBaseUser | None, ids: "Ids | None" = None) -> None:
        """Write everything, with history; new rows have theirs of `ids`, if given. Call it in a transaction."""
        for updated in self._updated.values():
            update(list(updated), set().union(*updated.values()), by=by)
        for model in sorted(self._created, key=lambda model: issubclass(model, Period)):
            insert(self._created[model], by=by, ids=ids)


class Ids:
    """Ids for the new rows of one transaction, which writes many times.

    On PostgreSQL more and more are reserved at once: each time waits for the rows that are being copied.
    """

    def __init__(self) -> None:
        self._left: dict[type[models.Model], list[int]] = {}
        self._taken: Counter[type[models.Model]] = Counter()

    def take(self, model: type[models.Model], count: int) -> Sequence[int]:
        """Ids for `count` new rows of `model`, which are inserted before the next ones are taken."""
        if connection.vendor != "postgresql":
            return reserve_ids(model, count)
        left = self._left.get(model, [])
        if len(left) < count:
            left = [*left, *reserve_ids(model, max(count, self._taken[model]))]
        self._taken[model] += count
        self._left[model] = left[count:]
        return left[:count]


def take_ids(objects: Sequence[models.Model], ids: Ids | None = None) -> None:
    """Give new objects of one model, not all of them saved before the next call, their ids."""
    if not objects:
        return
    model = type(objects[0])
    for instance, key in zip(objects, (ids or Ids()).take(model, len(objects)), strict=True):
        instance.pk = key


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Ids for `count` new rows of `model`. Call it in a transaction, once before they are inserted."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(sequence) FROM pg_get_serial_sequence(%s, 'id') sequence, generate_series(1, %s)",
                [f'"{table}"', count],
            )
            return [row[0] for row in cursor.fetchall()]
        # The transaction holds the write lock, so nobody else takes ids meanwhile.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    last = model._default_manager.aggregate(last=Max("pk"))["last"]
    start = max(found[0] if found else 0, last or 0) + 1
    return range(start, start + count)


def insert(objects: Sequence[models.Model], *, by: AbstractBaseUser | None, ids: Ids | None = None) -> None:
    """Insert `objects`, new ones of one model, with their history; those without an id are given one, of `ids`.

    Call it in a transaction. What a model's `save` computes must be set before.
    """
    if not objects:
        return
    if objects[0].pk is None:
        take_ids(objects, ids)
    model = type(objects[0])
    for relation in (field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)):
        for instance in objects:
            if relation.is_cached(instance) and getattr(instance, relation.attname) is None:
                # It referred to a row that had no id yet.
                setattr(instance, relation.attname, getattr(instance, relation.name).pk)
    columns = columns_of(objects)
    copy_columns(model, columns)
    copy_columns(*history_columns(model, columns, "+", by=by, reason=REASON))


def update(objects: Sequence[models.Model], fields: Iterable[str], *, by: AbstractBaseUser | None) -> None:
    """Write `fields` of `objects`, stored ones of one model, with their history; protected ones wholly.

    Call it in a transaction.
    """
    if not objects:
        return
    model = type(objects[0])
    written = [model._meta.get_field(name) for name in sorted(with_companions(model, fields))]
    quote = connection.ops.quote_name
    settings = ", ".join(f"{quote(field.column)} = %s" for field in written)  # type: ignore[arg-type,union-attr]
    columns = columns_of(objects)
    names = [*(field.attname for field in written), "id"]  # type: ignore[union-attr]
    rows = adapted_rows({name: columns[name] for name in names})
    with connection.cursor() as cursor:
        # Names come from the models.
        cursor.executemany(f'UPDATE {quote(model._meta.db_table)} SET {settings} WHERE "id" = %s', list(rows))  # noqa: S608
    copy_columns(*history_columns(model, columns, "~", by=by, reason=REASON))


def columns_of(objects: Sequence[models.Model]) -> dict[str, Sequence[Any]]:
    """The values of `objects`, of one model, by the names of its columns (`attname`); protected ones sealed."""
    names = [field.attname for field in objects[0]._meta.concrete_fields]
    return dict(zip(names, zip(*map(itemgetter(*names), map(vars, objects)), strict=True), strict=True))
