"""Spells of days, and since when something has held that depends on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Spell:
    """The days from `start` until, exclusively, `end` (None: without end), but for those of `gaps`."""

    start: date
    end: date | None
    gaps: tuple[Spell, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether `day` is one of them."""
        is_within = self.start <= day and (self.end is None or day < self.end)
        return is_within and not any(gap.holds_on(day) for gap in self.gaps)

    def turns(self) -> Iterator[date]:
        """The days on which it begins, breaks off, goes on and ends."""
        yield self.start
        if self.end is not None:
            yield self.end
        for gap in self.gaps:
            yield from gap.turns()


def common(*periods: tuple[date, date | None], gaps: tuple[Spell, ...] = ()) -> Spell | None:
    """The days that all of `periods`, each from a day until another, exclusive one, have in common; None: none."""
    start = max(first for first, _end in periods)
    end = min((end for _first, end in periods if end is not None), default=None)
    return None if end is not None and end <= start else Spell(start, end, gaps)


def number_on(day: date, spells: Iterable[Spell]) -> int:
    """How many of `spells` hold on `day`."""
    return sum(spell.holds_on(day) for spell in spells)


def any_on(day: date, spells: Iterable[Spell]) -> bool:
    """Whether one of `spells` holds on `day`."""
    return any(spell.holds_on(day) for spell in spells)


def held_since(day: date, spells: Iterable[Spell], holds: Callable[[date], bool]) -> date:
    """The first of the days up to `day` on which `holds` is true without interruption; `day` is one of them.

    `holds` changes on no other days than those on which one of `spells` turns.
    """
    turns = {turn for spell in spells for turn in spell.turns() if turn <= day}
    since = day
    for turn in sorted(turns, reverse=True):
        if not holds(turn):
            break
        since = turn
    return since
