"""A cache that all processes of the server share, in an SQLite file of its own: each change is one transaction.

Django's file cache reads, then writes: two processes that count at once lose a count. A cache in the site's
database would wait whenever an import writes. Values are kept as JSON, so that a file which somebody could
write to runs no code of theirs, as a pickle would.
"""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.files import locks

_TABLES = """
CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, value TEXT NOT NULL, ends REAL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entry_ends ON entry (ends) WHERE ends IS NOT NULL;
CREATE TABLE IF NOT EXISTS hit (key TEXT NOT NULL, ends REAL NOT NULL);
CREATE INDEX IF NOT EXISTS hit_key ON hit (key, ends);
CREATE INDEX IF NOT EXISTS hit_ends ON hit (ends);
"""
_PATIENCE = 10
"""Seconds that a process waits for the others; a transaction takes a fraction of a millisecond."""


class SharedCache(BaseCache):
    """Django's cache API over the file `counts.sqlite3` in the folder LOCATION, for values that JSON holds.

    `add`, `incr`, `touch` and `hit` are atomic across threads and processes. What has expired goes with the
    next write of whatever key.
    """

    def __init__(self, location: str | Path, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._file = Path(location) / "counts.sqlite3"
        self._own = threading.local()

    def hit(self, key: str, *, most: int, seconds: float) -> float | None:
        """Count one more of `key`, unless there were `most` within the last `seconds` (a sliding window).

        None where it was counted, otherwise the seconds after which the next one will be.
        """
        key = self.make_and_validate_key(key)
        now = time.time()
        with self._transaction() as database:
            database.execute("DELETE FROM hit WHERE ends <= ?", [now])
            counted, ends = database.execute(
                "SELECT count(*), min(ends) FROM hit WHERE key = ?", [key]
            ).fetchone()
            if counted >= most:
                return float(ends - now) if counted else seconds
            database.execute("INSERT INTO hit VALUES (?, ?)", [key, now + seconds])
        return None

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value of `key`, or `default`."""
        key = self.make_and_validate_key(key, version)
        row = self._value(self._database(), key)
        return default if row is None else json.loads(row)

    def set(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Keep `value` for `timeout` seconds. Raises TypeError where JSON cannot hold it."""
        key = self.make_and_validate_key(key, version)
        with self._transaction() as database:
            self._write(database, key, value, timeout)

    def add(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep `value` unless there is one; tells whether it was kept."""
        key = self.make_and_validate_key(key, version)
        with self._transaction() as database:
            if self._value(database, key) is not None:
                return False
            self._write(database, key, value, timeout)
        return True

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add `delta` to the number of `key`, which expires when it would have; raises ValueError without one."""
        key = self.make_and_validate_key(key, version)
        with self._transaction() as database:
            row = self._value(database, key)
            if row is None:
                raise ValueError(f"Key '{key}' not found")
            value: int = json.loads(row) + delta
            database.execute("UPDATE entry SET value = ? WHERE key = ?", [json.dumps(value), key])
        return value

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Let `key` expire in `timeout` seconds from now; tells whether there is one."""
        key = self.make_and_validate_key(key, version)
        with self._transaction() as database:
            if self._value(database, key) is None:
                return False
            database.execute(
                "UPDATE entry SET ends = ? WHERE key = ?", [self.get_backend_timeout(timeout), key]
            )
        return True

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget `key`; tells whether there was one."""
        key = self.make_and_validate_key(key, version)
        with self._transaction() as database:
            found = self._value(database, key) is not None
            database.execute("DELETE FROM entry WHERE key = ?", [key])
        return found

    def clear(self) -> None:
        """Forget everything, counts too."""
        with self._transaction() as database:
            database.execute("DELETE FROM entry")
            database.execute("DELETE FROM hit")

    def _value(self, database: sqlite3.Connection, key: str) -> str | None:
        row = database.execute(
            "SELECT value FROM entry WHERE key = ? AND (ends IS NULL OR ends > ?)", [key, time.time()]
        ).fetchone()
        return None if row is None else str(row[0])

    def _write(self, database: sqlite3.Connection, key: str, value: Any, timeout: float | None) -> None:
        database.execute("DELETE FROM entry WHERE ends <= ?", [time.time()])
        row = [key, json.dumps(value), self.get_backend_timeout(timeout)]
        database.execute("INSERT OR REPLACE INTO entry VALUES (?, ?, ?)", row)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """The write lock from the start: what is read in it does not change before it is written."""
        database = self._database()
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:  # SQLite ends one itself where the disk is full
                database.execute("ROLLBACK")
            raise

    def _database(self) -> sqlite3.Connection:
        """This thread's connection; a process that was forked off opens its own."""
        if getattr(self._own, "process", None) != os.getpid():
            self._own.database = self._open()
            self._own.process = os.getpid()
        database: sqlite3.Connection = self._own.database
        return database

    def _open(self) -> sqlite3.Connection:
        """A new connection. SQLite does not wait while another one changes the journal, so they come one by one."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        turn = self._file.with_suffix(".lock")
        for file in (self._file, turn):
            file.touch(mode=0o600)
        with turn.open("r+b") as one_by_one:
            locks.lock(one_by_one, locks.LOCK_EX)
            database = sqlite3.connect(self._file, timeout=_PATIENCE, isolation_level=None)
            # The journal and its pages are synced now and then: a power cut costs the last counts, no more.
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=NORMAL")
            database.executescript(_TABLES)
        return database
