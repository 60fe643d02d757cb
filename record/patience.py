"""How long a request waits to write what it may also leave unwritten."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """Give up writing (OperationalError) where SQLite's one write lock is not free within `seconds`.

    A long import holds it all the time, and a reader's thread would stand still as long as writers wait for
    each other. PostgreSQL has no such lock: there nothing changes.
    """
    if connection.vendor != "sqlite":
        yield
        return
    _wait(seconds)
    try:
        yield
    finally:
        _wait(connection.settings_dict["OPTIONS"]["timeout"])


def _wait(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
