"""How far the work on an import is, for its page: kept outside of its transaction, which is kept as a whole."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import cache

from sheets.models import Import

_EVERY = 0.5
_KEPT_FOR = 3600


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a check or a run is, in rows of the file."""

    done: int
    rows: int


def progress_of(import_: Import) -> Progress | None:
    """How far the work on it is, where that is known."""
    found = cache.get(_key(import_))
    return Progress(*found) if found else None


def telling(import_: Import) -> Callable[[int, int], None]:
    """Takes the rows done and the rows in all, and tells the pages of them twice a second."""
    told = 0.0

    def tell(done: int, rows: int) -> None:
        nonlocal told
        if time.monotonic() - told > _EVERY:
            told = time.monotonic()
            with suppress(sqlite3.Error):  # the cache is full or busy: no reason to stop an import
                cache.set(_key(import_), [done, rows], timeout=_KEPT_FOR)

    return tell


def _key(import_: Import) -> str:
    """Of the work that its state says: a run does not begin where the check ended."""
    return f"import-{import_.pk}-{import_.state}"
