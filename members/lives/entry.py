"""An entry of a life, and how entries are put in order."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Model

MOST = 500
"""Entries that a page tells; of a longer life the latest ones."""


@dataclass(frozen=True)
class Entry:
    """Something that happened on `day`, or holds from then on until `until`, the first day without it.

    `is_period` tells the two apart: a period without an end lasts. `document` is the number of the paper that says
    so; `about` the record that it is about, where it is another than whose life is told.
    """

    day: date
    title: str
    detail: str = ""
    until: date | None = None
    is_period: bool = False
    document: str = ""
    about: Model | None = None


def told(entries: Iterable[Entry]) -> list[Entry]:
    """`entries` as a reader finds them, the latest first."""
    ordered = sorted(entries, key=lambda entry: (entry.day, not entry.is_period), reverse=True)
    return [replace(entry, title=entry.title[:1].upper() + entry.title[1:]) for entry in ordered[:MOST]]


class Documents:
    """The document numbers of deeds, by what was done and on which day."""

    def __init__(self, deeds: Iterable[Any]) -> None:
        self.deeds = list(deeds)
        self._numbers: dict[tuple[str, date], str] = {
            (deed.what, deed.on): deed.document for deed in self.deeds
        }

    def of(self, what: str, on: date) -> str:
        """The number of the document under which `what` was done `on` a day; empty where none is known."""
        return self._numbers.get((what, on), "")

    def not_in(self, told_elsewhere: Iterable[str]) -> list[Any]:
        """The deeds that no other entry tells."""
        others = set(told_elsewhere)
        return [deed for deed in self.deeds if deed.what not in others]
