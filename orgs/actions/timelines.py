"""Periods in memory: whether they fit their owner, each other, and the days that a row names.

Sheets and the API say what a record's latest period is in the same words; what these do to the stored
periods stands here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orgs.actions.fitting import fit_to_owner
from orgs.actions.recording import Gathering
from orgs.periods import Period, PeriodQuerySet, overlap_message

_P = TypeVar("_P", bound=Period)

UNSAID = object()
"""Nothing is said of the end of a period: a stored end stays."""


class DoesNotFit(Exception):
    """A period's first day, or its end (`at_end`), does not fit its owner or its other day."""

    def __init__(self, message: str, day: date, *, at_end: bool) -> None:
        self.day = day
        self.at_end = at_end
        super().__init__(message)


def fitted_end(first: date, end: date | None, owner_ends: date | None) -> date | None:
    """The end to store for a period from `first`: an open one ends with its owner.

    Raises DoesNotFit where it does not end after it starts, or not by the day its owner ends.
    """
    if end is not None and end <= first:
        raise DoesNotFit(_("the end must be later than the first day"), end, at_end=True)
    if owner_ends is None:
        return end
    if first >= owner_ends:
        message = _("the organization or enterprise has ended by this day, on %(day)s")
        raise DoesNotFit(message % {"day": owner_ends}, first, at_end=False)
    if end is None:
        return owner_ends
    if end > owner_ends:
        message = _("later than the end of the organization or enterprise on %(day)s")
        raise DoesNotFit(message % {"day": owner_ends}, end, at_end=True)
    return end


def end_without_owner(period: Period, owner_ended: date | None) -> date | None:
    """The end of a stored period as it was before its owner ended.

    An open period is stored with the day on which its owner ends, so one that ends on that day is open.
    """
    return None if period.valid_to == owner_ended else period.valid_to


def shortened_end(period: Period, owner_ended: date | None, owner_ends: date | None) -> date | None:
    """The end of a stored period when the end of its owner moves from `owner_ended` to `owner_ends`.

    Raises DoesNotFit. An owner that ends later lengthens nothing: other periods may follow.
    """
    if owner_ends is None or (period.valid_to is not None and period.valid_to <= owner_ends):
        return period.valid_to
    return fitted_end(period.valid_from, end_without_owner(period, owner_ended), owner_ends)


def place(periods: list[_P], new: _P, owner_ends: Callable[[_P], date | None], changes: Gathering) -> None:
    """Add `new` to the periods of its key; an open one before it ends on its first day.

    `owner_ends` tells when the owner of a period ends.
    """
    for period in periods:
        is_open = end_without_owner(period, owner_ends(period)) is None
        if is_open and period.valid_from < new.valid_from < _end(period):
            period.valid_to = new.valid_from
            changes.update(period, "valid_to")
    periods.append(new)
    changes.create(new)


def name_period(
    periods: list[_P],
    named: _P,
    *,
    content: Sequence[str],
    says_end: bool,
    owner_ends: Callable[[_P], date | None],
    changes: Gathering,
) -> None:
    """Let `named`, not saved, say what the period of its first day is among `periods`, those of its key.

    One that exists takes over its end, if `says_end`, and its fields `content`; a later one is added, and
    ends an open one before it on that day. Raises ValidationError at `valid_from` or `valid_to`.
    """
    stored = next((period for period in periods if period.valid_from == named.valid_from), None)
    if stored is not None and not says_end:
        named.valid_to = stored.valid_to
    if named.valid_to is not None and named.valid_to <= named.valid_from:
        raise ValidationError({"valid_to": _("It must end after it starts.")})
    fit_to_owner(named, end=owner_ends(named))
    if stored is None:
        place(periods, named, owner_ends, changes)
    else:
        changed = [name for name in (*content, "valid_to") if getattr(stored, name) != getattr(named, name)]
        for name in changed:
            setattr(stored, name, getattr(named, name))
        if changed:
            changes.update(stored, *changed)
    if any(True for _pair in overlapping(periods)):
        raise ValidationError({"valid_from": overlap_message()})


def overlapping(periods: Iterable[_P]) -> Iterator[tuple[_P, _P]]:
    """The periods of one key that start before an earlier one has ended, each with that one."""
    longest: _P | None = None
    for period in sorted(periods, key=lambda period: period.valid_from):
        if longest is not None and (longest.valid_to is None or longest.valid_to > period.valid_from):
            yield longest, period
        if longest is None or _end(period) > _end(longest):
            longest = period


def holds(period: Period, day: date) -> bool:
    """Whether `period` holds on `day`."""
    return period.valid_from <= day < _end(period)


def _end(period: Period) -> date:
    return period.valid_to or date.max


def by_owner(periods: PeriodQuerySet[_P], owner: str) -> dict[int, list[_P]]:
    """`periods` by the id in their field `owner`, each list in the order of first days."""
    found: dict[int, list[_P]] = {}
    for period in periods.order_by("valid_from"):
        found.setdefault(getattr(period, owner), []).append(period)
    return found


def correct_latest(
    entries: Sequence[Any], field: str, value: object, new: Period, changes: Gathering
) -> None:
    """Correct what `field` says in the latest of `entries`; without entries, `new` is the first one.

    No entry is made to say nothing (None).
    """
    if not entries:
        if value is not None:
            setattr(new, field, value)
            changes.create(new)
    elif getattr(entries[-1], field) != value:
        setattr(entries[-1], field, value)
        changes.update(entries[-1], field.removesuffix("_id"))


def follow_start(entries: Sequence[Period], old: date, new: date, changes: Gathering) -> None:
    """Let the first of `entries` start on `new` if it started with its owner on `old`.

    Raises DoesNotFit where it would no longer end after it starts.
    """
    if entries and entries[0].valid_from == old != new:
        fitted_end(new, entries[0].valid_to, None)
        entries[0].valid_from = new
        changes.update(entries[0], "valid_from")
