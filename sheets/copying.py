"""Rows into tables as fast as the database takes them: by COPY on PostgreSQL, by `executemany` on SQLite."""

import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from io import BytesIO
from types import NoneType
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.backends.base.operations import BaseDatabaseOperations

from record.signing import converted

_BLOCK = 1 << 20
_HANDOVER = 0.0002
"""Seconds that the thread which copies waits for its turn: it needs Python for moments, and PostgreSQL waits for it."""

_PLAIN = frozenset({str, int, NoneType})
_SAID_BY_STR = frozenset({int, date, UUID})
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class _Copies:
    """COPY statements that PostgreSQL works on, one after the other, while Python makes the next rows ready."""

    _MOST = 6
    """So many wait at most: their rows take memory."""

    def __init__(self, worker: ThreadPoolExecutor) -> None:
        self._worker = worker
        self._waiting: deque[Future[None]] = deque()

    def add(self, statement: str, rows: bytes) -> None:
        """Copy `rows` after those that were added before."""
        while len(self._waiting) >= self._MOST:
            self._finish_one()
        self._waiting.append(self._worker.submit(_copy, connection.connection, statement, rows))

    def finish(self) -> None:
        """Wait for all of them. Raises what the first one that failed raises."""
        while self._waiting:
            self._finish_one()

    def _finish_one(self) -> None:
        with connection.wrap_database_errors:  # psycopg2's own method raises its own errors
            self._waiting.popleft().result()


_copies: ContextVar[_Copies | None] = ContextVar("copies", default=None)


@contextmanager
def copying_meanwhile() -> Iterator[None]:
    """On PostgreSQL the rows that are copied within are on their way when `copy_columns` returns.

    Any other statement of this connection waits for them, and so does the end. What the database refuses is raised
    by the next statement, the next rows, or at the end. Use it in a transaction.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with ThreadPoolExecutor(max_workers=1) as worker:
        copies = _Copies(worker)

        def after_copies(execute: Callable[..., Any], *statement: Any) -> Any:
            copies.finish()
            return execute(*statement)

        token, interval = _copies.set(copies), sys.getswitchinterval()
        sys.setswitchinterval(_HANDOVER)
        try:
            with connection.execute_wrapper(after_copies):
                yield
                copies.finish()
        finally:
            sys.setswitchinterval(interval)
            _copies.reset(token)


def copy_columns(model: type[models.Model], columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows, without history; `columns` are their values by the names of the columns (`attname`), equally long.

    Call it in a transaction.
    """
    column_of: dict[str, Any] = {field.attname: field.column for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(column_of[name]) for name in columns)})"
    if connection.vendor != "postgresql":
        marks = ", ".join(["%s"] * len(columns))
        with connection.cursor() as cursor:  # names come from the models
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", list(adapted_rows(columns)))  # noqa: S608
        return
    texts = zip(*(converted(values, _copied) for values in columns.values()), strict=True)
    rows = "".join([f"{row}\n" for row in map("\t".join, texts)]).encode()
    statement = f"COPY {into} FROM STDIN"
    copies = _copies.get()
    if copies is not None:
        copies.add(statement, rows)
        return
    connection.ensure_connection()
    with connection.wrap_database_errors:
        _copy(connection.connection, statement, rows)


def _copy(raw: Any, statement: str, rows: bytes) -> None:
    """Copy `rows` on psycopg2's connection: Django's belongs to the thread that opened it."""
    with raw.cursor() as cursor:
        cursor.copy_expert(statement, BytesIO(rows), _BLOCK)


def _copied(values: Sequence[Any]) -> Sequence[str]:
    """`values` in the text format of COPY."""
    kinds = set(map(type, values))
    if kinds <= _SAID_BY_STR:
        return list(map(str, values))
    if kinds == {str} and _is_plain("".join(values)):
        return values
    return ["\\N" if value is None else _copied_one(value) for value in values]


def _is_plain(text: str) -> bool:
    """Whether `text` has nothing that COPY would take for something else."""
    return text.isprintable() and "\\" not in text


def _copied_one(value: Any) -> str:
    if isinstance(value, str):
        return str(value) if _is_plain(value) else value.translate(_ESCAPES)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def adapted_rows(columns: Mapping[str, Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """The rows of `columns`, their values as the parameters that this database takes."""
    return zip(*(converted(values, _adapted) for values in columns.values()), strict=True)


def _adapted(values: Sequence[Any]) -> Sequence[Any]:
    """Texts, numbers and None are the database's already."""
    if _PLAIN.issuperset(map(type, values)):
        return values
    ops = connection.ops
    return [value if type(value) in _PLAIN else _adapted_one(value, ops) for value in values]


def _adapted_one(value: Any, ops: BaseDatabaseOperations) -> Any:
    if isinstance(value, datetime):
        return ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID):
        return value.hex
    return ops.adapt_datefield_value(value) if isinstance(value, date) else value
