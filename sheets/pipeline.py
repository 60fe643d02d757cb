"""One pipeline for every import: read, check, write all or nothing, sum up."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import BinaryIO

from django.contrib.auth.models import AbstractBaseUser
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from orgs.models import Area
from record.log import note
from record.models import Event
from sheets.copying import copying_meanwhile
from sheets.outcomes import Outcomes
from sheets.problems import ImportRefused, Problem, Problems, Unreadable
from sheets.reading import read_table
from sheets.references import check_references
from sheets.rows import read_rows
from sheets.run import Resource, Row, Run

_CHUNK = 2000
# So many changed rows make PostgreSQL's counts of rows stale.
_MANY = 1000
# Of this application's imports on PostgreSQL one runs at a time.
_LOCK = 7_330_304_001


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did, in rows of the file, or would have done."""

    outcomes: Outcomes
    ignored: tuple[str, ...]
    """The headers of columns that the resource does not have."""
    warnings: Problems


class _DryRun(Exception):
    """Rolls the transaction back after everything went well."""


def import_file(
    resource: type[Resource],
    file: BinaryIO,
    *,
    day: date,
    by: AbstractBaseUser | None = None,
    area: Area | None = None,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Summary:
    """Import `file`, a seekable CSV or XLSX file, all or nothing.

    `area` is the area of created rows that name none; `day` is today, on which warnings look at the
    register; `dry_run` does everything and keeps nothing; `progress` is told the rows done and the rows
    in all. Raises ImportRefused with every error found.
    """
    run = Run(area=area, by=by, day=day)
    rows = read_file(file, resource, run)
    if rows is not None:
        loader = resource(run)
        with an_error_where_the_database_is_away(run):
            all_or_nothing(run, lambda: load(loader, rows, progress), dry_run=dry_run)
    if run.errors:
        raise ImportRefused(run.errors)
    return Summary(run.outcomes, tuple(run.ignored), run.warnings)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Without Python's search for circles of garbage: rows make none, and the search takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_without_collector()
def read_file(file: BinaryIO, resource: type[Resource], run: Run) -> list[Row] | None:
    """The rows of `file`, a seekable one, without bad values; what is wrong goes to `run`.

    None where nothing can be read.
    """
    try:
        return read_rows(read_table(file), resource, run)
    except Unreadable as error:
        run.errors.add(error.problem)
        return None


def load(loader: Resource, rows: list[Row], progress: Callable[[int, int], None] | None = None) -> str:
    """Load `rows`, in the transaction of `all_or_nothing`; gives what the access log tells of it."""
    run = loader.run
    loader.start(rows)
    done = 0
    for chunk in _chunks(rows, loader):
        loader.load(chunk)
        done += len(chunk)
        if progress is not None:
            progress(done, len(rows))
    loader.finish()
    check_references(run, run.unloaded)
    return f"{loader.name}: {run.outcomes}"


class NotItsTurn(Exception):
    """Another import, or undo of one, is at work."""


def all_or_nothing(
    run: Run,
    work: Callable[[], str],
    *,
    dry_run: bool = False,
    subject: Model | None = None,
    waits: bool = True,
) -> None:
    """Do the `work` of an import in a transaction, and keep it unless `run` has errors then, or for a `dry_run`.

    `work` gives what the access log tells of it, and of `subject`. What the database refuses becomes an error of
    `run`; what else `work` raises undoes it, too. Raises OperationalError where the database is locked or away;
    NotItsTurn where another import is at work on PostgreSQL, and this one `waits` for none.
    """
    try:
        with transaction.atomic():
            take_turn(waits=waits)
            with _without_collector(), copying_meanwhile():
                detail = work()
            if dry_run or run.errors:
                raise _DryRun
            note(Event.IMPORTED, user=run.by, subject=subject, detail=detail)
    except _DryRun:
        pass
    except (IntegrityError, DataError) as error:
        # Everything is checked before it is written; this is somebody else's change meanwhile.
        message = _("the database refused the rows, perhaps because somebody changed the register meanwhile")
        run.errors.add(Problem(1, _("file"), message, type(error).__name__))
    else:
        if connection.vendor == "postgresql" and run.written_rows.total() >= _MANY:
            with suppress(OperationalError):  # all is written; the server counts by itself, too
                _count_again(run.written_rows)


def take_turn(*, waits: bool = True) -> None:
    """Keep other imports, and undos, out until the end of the transaction; on SQLite its write lock does.

    Raises NotItsTurn where one is at work, and this one `waits` for none.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        if waits:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            return
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            raise NotItsTurn


@contextmanager
def an_error_where_the_database_is_away(run: Run) -> Iterator[None]:
    """What the database cannot do now is an error of `run`."""
    try:
        yield
    except OperationalError as error:
        # Locked, away or without tables; the first line of what it says quotes no values.
        reason = str(error).partition("\n")[0]
        message = _("the database cannot be written now: %(reason)s") % {"reason": reason}
        run.errors.add(Problem(1, _("file"), message))


def _count_again(models: Iterable[type[Model]]) -> None:
    """Let PostgreSQL count the rows of `models`: it plans badly until it has, by itself a minute later."""
    tables = sorted(model._meta.db_table for model in models)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(map(connection.ops.quote_name, tables)))


def _chunks(rows: list[Row], loader: Resource) -> Iterator[Sequence[Row]]:
    if not loader.together:
        yield from (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))
        return
    names = list(loader.run.headers)
    places = [names.index(name) for name in loader.together]

    def key(row: Row) -> tuple[str, ...]:
        return tuple(row.values[place] for place in places)

    chunk: list[Row] = []
    for _key, group in groupby(sorted(rows, key=key), key):
        chunk.extend(group)
        if len(chunk) >= _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
