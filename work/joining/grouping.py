"""Groups of enterprises for joint branches: plain data in, plain data out, without a database.

Of all ways to group the candidates the best is, first things first (`Score`):

1. the one with the most enterprises in groups;
2. of these, the one with the most enterprises in groups of one community;
3. of these, the one with the most enterprises in groups of one trade;
4. of these, the one with the fewest groups.

Every group is valid: of one subdistrict, of two units at least and `Limits.units` at most, with
`Limits.full_members` full members together or more.

The way there, in each subdistrict: a community keeps to itself all whom it can group, and so does, within it,
a trade. Those who are left form groups with each other. Where that leaves somebody out, the fewest who can be
spared elsewhere join them. That suits limits like three full members and five units, by which any three
enterprises or more can be grouped: tests/work/test_joining_grouping.py holds it against all ways there are, on
few enterprises, and against a plain greedy way. With fewer units (less than twice the full members, less
one) groups are as valid, but not always the best.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import combinations
from math import ceil
from typing import NamedTuple

_TRIED = 8
"""Enterprises that may be spared, and whole blocks, of which each is tried where somebody is left out."""


@dataclass(frozen=True)
class Candidate:
    """An enterprise without an organization, with full members, but too few to form one alone."""

    uscc: str
    full_members: int
    subdistrict: str
    """The code of the subdistrict in which it lies."""

    community: str = ""
    """The code of the community; empty where it is not known."""

    trade: str = ""
    """The code of the trade; empty where it is not known."""


@dataclass(frozen=True)
class Limits:
    """What a joint branch must have."""

    full_members: int
    """Full members of all its enterprises together, at least."""

    units: int
    """Enterprises, at most."""


Group = tuple[Candidate, ...]


class Score(NamedTuple):
    """How good a grouping is; the greater, compared from the first place on, the better."""

    placed: int
    """Enterprises in groups."""

    in_one_community: int
    """Enterprises in groups of one community."""

    of_one_trade: int
    """Enterprises in groups of one trade."""

    few: int
    """Groups, as a negative number."""


def score(groups: Sequence[Group]) -> Score:
    """How good `groups` are."""
    return Score(
        placed=sum(len(group) for group in groups),
        in_one_community=sum(len(group) for group in groups if shared(group, "community")),
        of_one_trade=sum(len(group) for group in groups if shared(group, "trade")),
        few=-len(groups),
    )


def shared(group: Sequence[Candidate], field: str) -> str:
    """The value of `field` that all of `group` have; empty where they differ or one is not known."""
    first, *others = {getattr(candidate, field) for candidate in group}
    return "" if others else first


def grouped(candidates: Sequence[Candidate], limits: Limits) -> list[Group]:
    """The groups of `candidates`, whatever their order, in the order of subdistricts, communities and codes.

    Each candidate has from 1 to `limits.full_members` - 1 full members. Who is in no group found no valid one.
    """
    in_order = sorted(candidates, key=_code)
    groups = [
        tuple(sorted(group, key=_code))
        for block in _blocks(in_order, "subdistrict").values()
        for group in _arranged(block, ("community", "trade"), limits)
    ]
    # What spans communities comes after all communities of its subdistrict.
    return sorted(
        groups, key=lambda group: (group[0].subdistrict, shared(group, "community") or "~", group[0].uscc)
    )


def _code(candidate: Candidate) -> str:
    return candidate.uscc


def _blocks(candidates: Sequence[Candidate], field: str) -> dict[str, list[Candidate]]:
    """The candidates by the value of `field`, in the order of the values."""
    blocks = defaultdict(list)
    for candidate in candidates:
        blocks[getattr(candidate, field)].append(candidate)
    return dict(sorted(blocks.items()))


def _arranged(candidates: Sequence[Candidate], alike: Sequence[str], limits: Limits) -> list[Group]:
    """The groups of `candidates`: as many as can be in groups of one value of the first field of `alike`.

    Within these, and among those who are left, the same with the next field.
    """
    if not alike:
        return _cut(candidates, limits)
    field, *closer = alike
    blocks, apart = _kept_together(candidates, field, limits)
    arranged = {value: _arranged(block, closer, limits) for value, block in blocks.items()}

    def after(given: Sequence[Candidate]) -> list[Group]:
        """The groups where their blocks give these to those apart."""
        groups = _arranged([*apart, *given], closer, limits)
        poorer = {getattr(candidate, field) for candidate in given}
        for value, block in blocks.items():
            if value in poorer:
                rest = [candidate for candidate in block if candidate not in given]
                groups += _arranged(rest, closer, limits)
            else:
                groups += arranged[value]
        return groups

    best = after(())
    if score(best).placed == len(candidates):
        return best
    spares = _spares(blocks, apart, closer, limits)
    # The fewer leave their block, the better; one short of `full_members` are enough, and rarely a block gives all.
    by_number: list[list[Sequence[Candidate]]]
    by_number = [list(combinations(spares, number)) for number in range(1, limits.full_members)]
    by_number[-1] += sorted(blocks.values(), key=len)[:_TRIED]
    for ways in by_number:
        best = max([best, *(after(given) for given in ways)], key=score)
        if score(best).placed == len(candidates):
            break
    return best


def _kept_together(
    candidates: Sequence[Candidate], field: str, limits: Limits
) -> tuple[dict[str, list[Candidate]], list[Candidate]]:
    """As many as can be grouped among those of one known value of `field`, by the value; and all others."""
    blocks, apart = {}, []
    for value, block in _blocks(candidates, field).items():
        placed = {candidate for group in _cut(block, limits) for candidate in group} if value else set()
        apart += [candidate for candidate in block if candidate not in placed]
        if placed:
            blocks[value] = [candidate for candidate in block if candidate in placed]
    return blocks, apart


def _spares(
    blocks: dict[str, list[Candidate]], apart: Sequence[Candidate], closer: Sequence[str], limits: Limits
) -> list[Candidate]:
    """Some whom their block can do without: first who helps those `apart` most, then who is missed least.

    Of those in a block who count alike, two stand for all.
    """
    trades = {candidate.trade for candidate in apart}
    found = []
    for block in blocks.values():
        of_one_trade = score(_arranged(block, closer, limits)).of_one_trade
        for kind in _kinds(block, closer):
            rest = [candidate for candidate in block if candidate is not kind[-1]]
            without = score(_arranged(rest, closer, limits))
            if without.placed == len(rest):
                still_out = _left_out([*apart, kind[-1]], limits)
                rank = still_out, of_one_trade - without.of_one_trade, kind[-1].trade not in trades
                found += [(*rank, spare.uscc, spare) for spare in kind[-2:]]
    return [spare for *_rank, spare in sorted(found)[:_TRIED]]


def _kinds(block: Sequence[Candidate], closer: Sequence[str]) -> Iterable[list[Candidate]]:
    """Those of `block` who count alike, together."""
    kinds = defaultdict(list)
    for candidate in block:
        kinds[candidate.full_members, *(getattr(candidate, field) for field in closer)].append(candidate)
    return kinds.values()


def _left_out(candidates: Sequence[Candidate], limits: Limits) -> int:
    """How many of `candidates` find no group among themselves."""
    return len(candidates) - score(_cut(candidates, limits)).placed


def _cut(candidates: Sequence[Candidate], limits: Limits) -> list[Group]:
    """As few groups as can be of as many of `candidates` as can be, whatever they have in common.

    Those with the fewest full members are left out first. Fewer groups are never harder to fill: the enterprises of
    one too many find room in the others.
    """
    weightiest_first = sorted(candidates, key=lambda candidate: (-candidate.full_members, candidate.uscc))
    full_members = sum(candidate.full_members for candidate in candidates)
    while weightiest_first:
        number = ceil(len(weightiest_first) / limits.units)
        if full_members >= number * limits.full_members:
            groups = _dealt(weightiest_first, number, limits)
            if all(_full_members(group) >= limits.full_members for group in groups):
                return groups
        full_members -= weightiest_first.pop().full_members
    return []


def _dealt(candidates: Sequence[Candidate], number: int, limits: Limits) -> list[Group]:
    """`candidates` in `number` groups, each joining the one with the fewest full members that has room."""
    groups: list[list[Candidate]] = [[] for _ in range(number)]
    with_room = [(0, 0, place) for place in range(number)]
    for candidate in candidates:
        full_members, units, place = heappop(with_room)
        groups[place].append(candidate)
        if units + 1 < limits.units:
            heappush(with_room, (full_members + candidate.full_members, units + 1, place))
    return [tuple(group) for group in groups]


def _full_members(group: Sequence[Candidate]) -> int:
    return sum(candidate.full_members for candidate in group)
