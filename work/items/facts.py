"""What is known of a few records through time, as spells: from this it is told since when an item has been one.

Each function takes keys of records and costs one or two statements, whatever their number.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from members.models import Member, Membership, Post, PostRole, Standing, StandingKind
from orgs.models import (
    STANDALONE_KINDS,
    AboveScale,
    Coverage,
    EnterpriseArea,
    Instructor,
    Kind,
    OrganizationArea,
    OrganizationKind,
)
from orgs.models.area import DIGITS
from orgs.modes import Mode
from work.items.spells import Spell, common

Spells = Mapping[Any, Sequence[Spell]]
"""Spells by what they belong to; of what is not there, none."""


def full_members_employed(enterprises: Collection[int]) -> Spells:
    """The spells of full membership of those whom each of `enterprises` employs. Two statements."""
    found: defaultdict[int, list[Spell]] = defaultdict(list)
    people = Member.objects.filter(employer__in=enterprises)
    gaps = _gaps(Q(member__employer__in=enterprises))
    for key, employer, full_on, ended_on in people.values_list("pk", "employer", "full_on", "ended_on"):
        if full_on is not None:
            _add(found[employer], common((full_on, ended_on), gaps=gaps[key]))
    return found


def full_members_belonging(organizations: Collection[int]) -> Spells:
    """The spells in which full members belong to each of `organizations`. Two statements."""
    return _belonging(organizations, also_probationary=False)


def members_belonging(organizations: Collection[int]) -> Spells:
    """The spells in which full and probationary members belong to each of `organizations`. Two statements."""
    return _belonging(organizations, also_probationary=True)


def above_scale(enterprises: Collection[int]) -> Spells:
    """The spells in which each of `enterprises` is above scale. One statement."""
    return _periods(AboveScale.objects.filter(enterprise__in=enterprises), "enterprise")


def secretaries(organizations: Collection[int]) -> Spells:
    """The spells in which somebody is the secretary of each of `organizations`. One statement."""
    rows = Post.objects.filter(organization__in=organizations, role=PostRole.SECRETARY)
    return _periods(rows, "organization")


def kinds(organizations: Collection[int]) -> Mapping[tuple[int, str], Sequence[Spell]]:
    """The spells by organization and kind. One statement."""
    found: defaultdict[tuple[int, str], list[Spell]] = defaultdict(list)
    rows = OrganizationKind.objects.filter(organization__in=organizations)
    for key, kind, start, end in rows.values_list("organization", "kind", "valid_from", "valid_to"):
        found[key, kind].append(Spell(start, end))
    return found


def coverage(organizations: Collection[int]) -> Mapping[int, Mapping[int, Sequence[Spell]]]:
    """The spells in which each of `organizations` covers each enterprise. One statement."""
    found: defaultdict[int, defaultdict[int, list[Spell]]] = defaultdict(lambda: defaultdict(list))
    rows = Coverage.objects.filter(organization__in=organizations)
    for key, enterprise, start, end in rows.values_list(
        "organization", "enterprise", "valid_from", "valid_to"
    ):
        found[key][enterprise].append(Spell(start, end))
    return found


def reach(enterprises: Collection[int]) -> Mapping[tuple[int, Mode], Sequence[Spell]]:
    """The spells in which each of `enterprises` is reached in each mode, beside the others. Four statements."""
    found: defaultdict[tuple[int, Mode], list[Spell]] = defaultdict(list)
    rows = Coverage.objects.filter(enterprise__in=enterprises, organization__kinds__isnull=False).values_list(
        "enterprise", "organization__kinds__kind",
        "valid_from", "valid_to", "organization__established_on", "organization__dissolved_on",
        "organization__kinds__valid_from", "organization__kinds__valid_to",
    )  # fmt: skip
    for key, kind, *days in rows:
        _add(found[key, _MODES[Kind(kind)]], common(*_pairs(days)))
    assigned = Instructor.objects.filter(enterprise__in=enterprises)
    for key, start, end in assigned.values_list("enterprise", "valid_from", "valid_to"):
        found[key, Mode.INSTRUCTOR].append(Spell(start, end))
    places = list(
        EnterpriseArea.objects.filter(enterprise__in=enterprises, area__isnull=False).values_list(
            "enterprise", "area__code", "valid_from", "valid_to"
        )
    )
    beginnings = {code[:digits] for _key, code, _start, _end in places for digits in DIGITS.values()}
    seats = list(_seats_of_community_general_branches(beginnings))
    for key, code, start, end in places:
        for seat, *days in seats:
            if code.startswith(seat):
                within = common((start, end), *_pairs(days))
                _add(found[key, Mode.COMMUNITY], within)
    return found


_MODES = {
    **dict.fromkeys(STANDALONE_KINDS, Mode.STANDALONE),
    Kind.JOINT_BRANCH: Mode.JOINT,
    Kind.COMMUNITY_GENERAL_BRANCH: Mode.COMMUNITY,
}


def _seats_of_community_general_branches(codes: Collection[str]) -> Any:
    rows = OrganizationArea.objects.filter(
        area__code__in=codes, organization__kinds__kind=Kind.COMMUNITY_GENERAL_BRANCH
    )
    return rows.values_list(
        "area__code",
        "valid_from", "valid_to", "organization__established_on", "organization__dissolved_on",
        "organization__kinds__valid_from", "organization__kinds__valid_to",
    )  # fmt: skip


def _belonging(organizations: Collection[int], *, also_probationary: bool) -> Spells:
    found: defaultdict[int, list[Spell]] = defaultdict(list)
    gaps = _gaps(Q(member__memberships__organization__in=organizations))
    relations = Membership.objects.filter(organization__in=organizations).values_list(
        "organization", "member", "valid_from", "valid_to",
        "member__probationary_on", "member__full_on", "member__ended_on",
    )  # fmt: skip
    for key, member, start, end, probationary_on, full_on, ended_on in relations:
        steps = (probationary_on, full_on) if also_probationary else (full_on,)
        first = min((day for day in steps if day is not None), default=None)
        if first is not None:
            _add(found[key], common((start, end), (first, ended_on), gaps=gaps[member]))
    return found


def gaps(members: Collection[int]) -> Mapping[int, tuple[Spell, ...]]:
    """The spells between an end of the membership of each of `members` and its restoration. One statement."""
    return _gaps(Q(member__in=members))


def _gaps(whose: Q) -> Mapping[int, tuple[Spell, ...]]:
    """The spells between an end of a membership and its restoration, by member."""
    found: defaultdict[int, tuple[Spell, ...]] = defaultdict(tuple)
    rows = Standing.objects.filter(whose, kind=StandingKind.NO_MEMBER).distinct()
    for member, start, end in rows.values_list("member", "valid_from", "valid_to"):
        found[member] += (Spell(start, end),)
    return found


def _periods(rows: Any, owner: str) -> Spells:
    found: defaultdict[int, list[Spell]] = defaultdict(list)
    for key, start, end in rows.values_list(owner, "valid_from", "valid_to"):
        found[key].append(Spell(start, end))
    return found


def _pairs(days: Sequence[Any]) -> list[tuple[date, date | None]]:
    """First and end days of periods, one after the other, as periods."""
    return list(zip(days[::2], days[1::2], strict=True))


def _add(spells: list[Spell], spell: Spell | None) -> None:
    if spell is not None:
        spells.append(spell)
