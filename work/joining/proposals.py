"""The joint branches that the register of a day suggests: its enterprises grouped, with reasons.

Who takes part (Regulations on the Work of Party Branches 2018, Art. 4-5; the numbers are those of policy): operating
non-public enterprises that are in no standalone organization and no joint branch, with at least one full member
and fewer than form alone (three). Rule 2 names all with fewer than three, so an enterprise with two takes part
as well as one with a single one; that an instructor is sent to it, or a community general branch reaches it, is no
organization and keeps it out of none. Three or more form alone. Without a full member an enterprise brings
nothing to a branch and is the community general branch's.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from members.models import Member
from orgs.models import Area, Enterprise, Level, Policy, PolicyNumber
from orgs.models.area import DIGITS
from orgs.modes import Mode, in_mode
from work.joining.grouping import Candidate, Group, Limits, grouped, shared
from work.joining.trades import Trade, trade_of
from work.readers import Reader


@dataclass(frozen=True)
class JoiningRules:
    """The numbers of policy of a day by which enterprises join, each with its source."""

    alone_from: PolicyNumber
    """Full members from which an enterprise forms alone, so that a joint branch needs as many."""

    joint_from: PolicyNumber
    """Full members with which an enterprise joins."""

    units: PolicyNumber
    """Enterprises of a joint branch at most."""

    @property
    def limits(self) -> Limits:
        """What every joint branch must have; one unit at most, where the number is mistyped as none."""
        return Limits(full_members=int(self.alone_from.value), units=max(1, int(self.units.value)))


@dataclass(frozen=True)
class Unit:
    """An enterprise that could join."""

    uscc: str
    name: str
    area: Area | None
    """Where it lies on the day; None: in no area of the register."""

    trade: Trade | None
    """What its name tells of its trade."""

    full_members: int
    """Full on the day, whose current employer it is."""


@dataclass(frozen=True)
class Proposal:
    """A joint branch that could be founded, and why these enterprises and no others."""

    units: tuple[Unit, ...]
    place: Area | None
    """The community of all of them, or else their subdistrict; None where the register does not name it."""

    of_one_community: bool
    trade: Trade | None
    """What all of them make; None where they differ or one is not known."""

    nobody_left: bool
    """Whether everybody of the place who could join is in a proposal."""

    @property
    def full_members(self) -> int:
        """Of all units together."""
        return sum(unit.full_members for unit in self.units)


class Why(models.TextChoices):
    """Why an enterprise that could join is in no proposal."""

    PLACE_UNKNOWN = "place_unknown", _("No neighbours are known: its area names no subdistrict.")
    TOO_FEW = (
        "too_few",
        _(
            "Those of its subdistrict who could join it are too few in the area asked for, or lack full members."
        ),
    )


@dataclass(frozen=True)
class Proposals:
    """What the register of a day suggests in an area."""

    rules: JoiningRules | None
    """None while there was no such rule: then nothing is proposed."""

    joint: list[Proposal]
    unplaced: list[tuple[Unit, Why]]


def propose(day: date, area: Area | None, reader: Reader) -> Proposals:
    """The joint branches to found among the enterprises that lie in `area` (None: anywhere) on `day`.

    Among those alone that `reader` sees today: others are neither named nor to be founded with.

    Three statements at any size.
    """
    rules = _rules_on(day)
    if rules is None:
        return Proposals(None, [], [])
    rows = _who_could_join(day, area, reader, rules)
    candidates = [_candidate(uscc, name, code or "", number) for uscc, name, code, number in rows]
    places = {code for *_others, code, _number in rows} | {candidate.subdistrict for candidate in candidates}
    areas = {found.code: found for found in Area.objects.filter(code__in=places - {None, ""})}
    units = {
        uscc: Unit(uscc, name, areas.get(code or ""), trade_of(name), number)
        for uscc, name, code, number in rows
    }
    groups = grouped([candidate for candidate in candidates if candidate.subdistrict], rules.limits)
    placed = {candidate.uscc for group in groups for candidate in group}
    left = [candidate for candidate in candidates if candidate.uscc not in placed]
    lonely = {place for candidate in left for place in (candidate.community, candidate.subdistrict)}
    return Proposals(
        rules,
        [_proposal(group, units, areas, lonely) for group in groups],
        [(units[one.uscc], Why.TOO_FEW if one.subdistrict else Why.PLACE_UNKNOWN) for one in left],
    )


def _rules_on(day: date) -> JoiningRules | None:
    """The rules of `day`; None where one of them did not exist."""
    asked = (Policy.OWN_ORGANIZATION_FULL_MEMBERS, Policy.JOINT_FULL_MEMBERS, Policy.JOINT_BRANCH_UNITS)
    numbers = {row.policy: row for row in PolicyNumber.objects.on(day).filter(policy__in=asked)}
    return JoiningRules(*(numbers[policy] for policy in asked)) if len(numbers) == len(asked) else None


def _who_could_join(
    day: date, area: Area | None, reader: Reader, rules: JoiningRules
) -> list[tuple[str, str, str | None, int]]:
    """Credit code, name, code of the area and number of full members of each, in the order of credit codes."""
    counted = Member.objects.full_on(day).values("employer").annotate(number=Count("pk"))
    enough, too_many = int(rules.joint_from.value), rules.limits.full_members
    small = counted.filter(number__gte=enough, number__lt=too_many)
    number = counted.filter(employer=OuterRef("pk")).values("number")
    enterprises = Enterprise.objects.non_public().operating_on(day)
    if area is not None:
        enterprises = enterprises.in_area(area, day)
    without = enterprises.exclude(in_mode(Mode.STANDALONE, day)).exclude(in_mode(Mode.JOINT, day))
    rows = reader.sees(without.filter(pk__in=small.values("employer"))).with_area_on(day)
    return list(
        rows.annotate(full_members=Subquery(number))
        .order_by("uscc")
        .values_list("uscc", "name", "area_code", "full_members")
    )


def _candidate(uscc: str, name: str, area_code: str, full_members: int) -> Candidate:
    subdistrict, community = DIGITS[Level.SUBDISTRICT], DIGITS[Level.COMMUNITY]
    return Candidate(
        uscc=uscc,
        full_members=full_members,
        subdistrict=area_code[:subdistrict] if len(area_code) >= subdistrict else "",
        community=area_code if len(area_code) == community else "",
        trade=trade_of(name) or "",
    )


def _proposal(
    group: Group, units: Mapping[str, Unit], areas: Mapping[str, Area], lonely: Collection[str]
) -> Proposal:
    """What `group` comes to; `lonely` are the places where somebody is in no group."""
    community, trade = shared(group, "community"), shared(group, "trade")
    place = community or shared(group, "subdistrict")
    return Proposal(
        units=tuple(units[candidate.uscc] for candidate in group),
        place=areas.get(place),
        of_one_community=bool(community),
        trade=Trade(trade) if trade else None,
        nobody_left=place not in lonely,
    )
