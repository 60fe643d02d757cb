"""Many values or rows, some at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

_T = TypeVar("_T")

AT_ONCE = 2000
"""So many rows are held in memory, and values go into one query: SQLite takes a limited number of parameters."""


def in_batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    """`items` in lists of at most `AT_ONCE`."""
    remaining = iter(items)
    while batch := list(islice(remaining, AT_ONCE)):
        yield batch
