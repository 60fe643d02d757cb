"""Who is above scale (规模以上) by the list of a year: who enters, who stays, who leaves.

A list names the enterprises that are above scale from a day on, normally from 1 January (domain rule: the
list is set yearly, so being above scale is a period). Nothing is deleted. Who enters before a stored period
of his is above scale until that one starts; who is not on the list, but has a period that starts on the
list's very day, cannot leave, since no period is empty: such a list is refused.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import NamedTuple, Protocol

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from orgs.actions.recording import Gathering
from orgs.actions.refusals import Refusal
from orgs.actions.timelines import by_owner, holds
from orgs.models import AboveScale
from orgs.models.enterprise import EnterpriseQuerySet


class _Known(NamedTuple):
    """What the register says of an enterprise."""

    pk: int
    uscc: str
    name: str
    registered_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Move:
    """An enterprise that enters or leaves by the list: what the register says changes from the list's day to `until`.

    `until` is exclusive; None: without an end. `period` is the new one of who enters, the stored one, not yet
    ended, of who leaves.
    """

    uscc: str
    name: str
    until: date | None
    period: AboveScale


@dataclass(frozen=True, slots=True)
class Comparison:
    """A list beside the register on the list's day.

    `entering` and `leaving` stand in the order of credit codes, `staying` counts; `names` are those of the listed
    enterprises by code. The rest is why the list does not fit: listed codes of no enterprise (`absent`); the names
    and days of listed enterprises that are closed by the day, or registered only after it, by code; and who should
    leave, but is above scale from that very day (`starting`).
    """

    entering: tuple[Move, ...]
    staying: int
    leaving: tuple[Move, ...]
    names: Mapping[str, str]
    absent: tuple[str, ...]
    closed: Mapping[str, tuple[str, date]]
    registered_later: Mapping[str, tuple[str, date]]
    starting: tuple[Move, ...]

    @property
    def fits(self) -> bool:
        """Whether the list can be followed."""
        return not (self.absent or self.closed or self.registered_later or self.starting)

    def digest(self) -> str:
        """A mark of what changes: another one where something else would."""
        entering = [(move.uscc, str(move.until)) for move in self.entering]
        leaving = [(move.uscc, move.period.pk, str(move.until)) for move in self.leaving]
        return sha256(repr((entering, leaving)).encode()).hexdigest()


class DoesNotFitTheRegister(Refusal):
    """The list names who cannot be above scale that day, or leaves out who cannot leave; see `comparison`."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        named = [*comparison.absent, *comparison.closed, *comparison.registered_later]
        super().__init__(
            _("The list does not go with the register. Correct it at these credit codes: %(codes)s.")
            % {"codes": ", ".join([*named, *(move.uscc for move in comparison.starting)])}
        )


class ComesToSomethingElse(Refusal):
    """The register was changed: the list would no longer change what its reader saw; see `comparison`."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        super().__init__(
            _("The register was changed meanwhile. Nothing was saved: look at what the list changes now.")
        )


class Writing(Gathering, Protocol):
    """Rows gathered to be written together, with history."""

    def write(self, *, by: AbstractBaseUser | None) -> None:
        """Write everything."""


def compare_with_list(*, codes: Collection[str], on: date, among: EnterpriseQuerySet) -> Comparison:
    """What a list of these credit codes, from `on`, changes `among` these enterprises; in two statements."""
    return _compare(frozenset(codes), on, among, None)


@transaction.atomic
def follow_yearly_list(
    *,
    codes: Collection[str],
    on: date,
    among: EnterpriseQuerySet,
    changes: Writing,
    by: AbstractBaseUser | None,
    seen: str | None = None,
) -> Comparison:
    """Let exactly those of `among` be above scale on `on` that have one of these credit codes.

    `among` are the enterprises that the list is about, those of an area on that day or all; others are as good as
    absent. `changes`, empty, writes in a number of statements that does not grow with the list. `seen` is the
    `digest` of what the user was shown. Raises DoesNotFitTheRegister; ComesToSomethingElse.
    """
    # In a statement of its own: what is read next is what those left behind who held the locks.
    locked = frozenset(among.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    comparison = _compare(frozenset(codes), on, among, locked)
    if not comparison.fits:
        raise DoesNotFitTheRegister(comparison)
    if seen is not None and comparison.digest() != seen:
        raise ComesToSomethingElse(comparison)
    for move in comparison.leaving:
        move.period.valid_to = on
        changes.update(move.period, "valid_to")
    for move in comparison.entering:
        changes.create(move.period)
    changes.write(by=by)
    return comparison


def _compare(
    codes: frozenset[str], on: date, among: EnterpriseQuerySet, locked: frozenset[int] | None
) -> Comparison:
    """The comparison; of what came among them after the locks were taken, nothing is told."""
    names = among.order_by("uscc").values_list("pk", "uscc", "name", "registered_on", "closed_on")
    known = [row for row in map(_Known._make, names) if locked is None or row.pk in locked]
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    periods = by_owner(
        AboveScale.objects.filter(lasting, enterprise__in=among.order_by().values("pk")), "enterprise_id"
    )
    named = {row.uscc: row.name for row in known if row.uscc in codes}
    entering: list[Move] = []
    leaving: list[Move] = []
    starting: list[Move] = []
    closed: dict[str, tuple[str, date]] = {}
    registered_later: dict[str, tuple[str, date]] = {}
    staying = 0
    for row in known:
        first = next(iter(periods.get(row.pk, ())), None)
        held = first if first is not None and holds(first, on) else None
        if row.uscc not in codes:
            if held is not None:
                move = Move(row.uscc, row.name, held.valid_to, held)
                (leaving if held.valid_from < on else starting).append(move)
        elif row.closed_on is not None and row.closed_on <= on:
            closed[row.uscc] = (row.name, row.closed_on)
        elif row.registered_on > on:
            registered_later[row.uscc] = (row.name, row.registered_on)
        elif held is not None:
            staying += 1
        else:
            ends = [first.valid_from if first is not None else None, row.closed_on]
            until = min((day for day in ends if day is not None), default=None)
            period = AboveScale(enterprise_id=row.pk, valid_from=on, valid_to=until)
            entering.append(Move(row.uscc, row.name, until, period))
    return Comparison(
        entering=tuple(entering), staying=staying, leaving=tuple(leaving),
        names=named, absent=tuple(sorted(codes.difference(named))), closed=closed,
        registered_later=registered_later, starting=tuple(starting),
    )  # fmt: skip
