"""The coverage figures of one day: what each means, and the function that gives them.

API, home page and reports all ask here, so they show one and the same number. The definitions are
those of docs/api.md and docs/adr (what coverage means); areas and kinds are those of the day.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models import (
    COUNTED_KINDS,
    STANDALONE_KINDS,
    Area,
    DesignationLevel,
    Kind,
    Level,
    Title,
)
from orgs.models.area import DIGITS
from orgs.modes import Mode
from stats.counts import MODES, Question


class Scale(models.TextChoices):
    """Which operating enterprises coverage is measured against."""

    ABOVE = "above", _("above scale")
    ALL = "all", _("all enterprises")


@dataclass(frozen=True)
class OrganizationFigures:
    """Organizations of the four counted kinds, whatever the scale and ownership of their enterprises."""

    by_kind: Mapping[Kind, int]
    """In force on the day, by the kind of that day."""

    established_this_year: int
    """Established from 1 January to the day, in force on the day or not."""

    established_last_year: int
    """Established in the calendar year before the day's, in force on the day or not."""

    initiated_by_enterprise: int
    """Of those in force: founded on the enterprise's initiative, whenever."""

    @property
    def standalone(self) -> int:
        """In force and formed by one enterprise alone: every kind but joint branches."""
        return sum(self.by_kind[kind] for kind in STANDALONE_KINDS)

    @property
    def joint(self) -> int:
        """Joint branches in force."""
        return self.by_kind[Kind.JOINT_BRANCH]

    @property
    def total(self) -> int:
        """In force: standalone and joint."""
        return self.standalone + self.joint


@dataclass(frozen=True)
class MemberFigures:
    """Members whose relation on the day is with an organization that `OrganizationFigures` counts."""

    full: int
    """Full from `full_on`, with or without a probation on record; not from `ended_on`, nor from an end to its
    restoration."""

    probationary: int
    """Probationary from `probationary_on` until full; not from `ended_on`, nor from an end to its restoration."""

    @property
    def total(self) -> int:
        """Full and probationary."""
        return self.full + self.probationary


@dataclass(frozen=True)
class EnterpriseFigures:
    """Non-public enterprises, registered and not closed on the day."""

    operating: int
    """All of them."""

    by_mode: Mapping[Mode, int]
    """Those in scale, each under the first mode that holds for it on the day (orgs.modes)."""

    @property
    def in_scale(self) -> int:
        """Above scale on the day, or all operating ones, as the scale asks."""
        return sum(self.by_mode.values())


@dataclass(frozen=True)
class Share:
    """A part of the enterprises in scale."""

    numerator: int
    denominator: int

    @property
    def rate(self) -> float | None:
        """The share rounded to four places; None where there is nothing to have a share of."""
        return round(self.numerator / self.denominator, 4) if self.denominator else None


@dataclass(frozen=True)
class CoverageFigures:
    """The figures of `as_of` in `area` (None: the whole register, or what lies in none of several)."""

    as_of: date
    area: Area | None
    scale: Scale

    organizations: OrganizationFigures

    community_general_branches: int
    """Community general branches in force, which are not among `organizations`."""

    members: MemberFigures
    enterprises: EnterpriseFigures

    designations: Mapping[Title, Mapping[DesignationLevel, int]]
    """Titles awarded and not revoked on the day, of whichever enterprises of the area."""

    @property
    def organizational(self) -> Share:
        """Enterprises with a standalone or joint organization (domain rule 13)."""
        modes = self.enterprises.by_mode
        return Share(modes[Mode.STANDALONE] + modes[Mode.JOINT], self.enterprises.in_scale)

    @property
    def work(self) -> Share:
        """Those, and the enterprises that an instructor or a community general branch reaches."""
        return Share(
            self.enterprises.in_scale - self.enterprises.by_mode[Mode.NONE], self.enterprises.in_scale
        )

    @property
    def summary(self) -> str:
        """The headline, in English in every language and of one form for every number: clients read it."""
        counted = self.organizations
        return f"{counted.total} organizations, {counted.standalone} standalone, {counted.joint} joint"


def coverage_figures(day: date, area: Area | None, scale: Scale) -> CoverageFigures:
    """The figures of `day` in `area` (None: the whole register), exact for any day, past or future.

    `scale` chooses the enterprises that coverage is measured against. Four statements at any size.
    """
    return coverage_by_scale(day, area)[scale]


def coverage_by_scale(day: date, area: Area | None) -> dict[Scale, CoverageFigures]:
    """`coverage_figures` of `day` in `area` against the enterprises of each scale. Four statements in all."""
    whole = _Tally()
    _count(Question(day, area), {None: whole})
    return {scale: whole.figures(day, area, scale) for scale in Scale}


def coverage_by_area(
    day: date, area: Area | None, level: Level, scale: Scale
) -> list[tuple[Area | None, CoverageFigures]]:
    """The figures per area of `level` within `area`, in the order of their codes.

    The last entry, with None, carries what lies in `area` but in none of those, so that the entries
    add up to `coverage_figures` of `area`. Five statements, however many areas there are.
    """
    areas = Area.objects.all() if area is None else Area.objects.subtree_of(area)
    by_code = {found.code: found for found in areas.order_by("code")}
    tallies = {code: _Tally() for code, found in by_code.items() if found.level == level}
    nowhere = _Tally()
    # An area lies in the one whose code its own begins with.
    of_area: dict[int | None, _Tally] = {
        found.pk: tallies.get(code[: DIGITS[level]], nowhere) for code, found in by_code.items()
    }
    of_area[None] = nowhere
    _count(Question(day, area, by_area=True), of_area)
    rows: list[tuple[Area | None, CoverageFigures]] = [
        (by_code[code], tally.figures(day, by_code[code], scale)) for code, tally in tallies.items()
    ]
    return [*rows, (None, nowhere.figures(day, None, scale))]


@dataclass
class _Tally:
    """What has been counted so far for one entry."""

    in_force: Counter[str] = field(default_factory=Counter)
    initiated_by_enterprise: int = 0
    established_this_year: int = 0
    established_last_year: int = 0
    full: int = 0
    probationary: int = 0
    modes: Counter[tuple[bool, Mode]] = field(default_factory=Counter)
    designations: Counter[tuple[str, str]] = field(default_factory=Counter)

    def figures(self, day: date, area: Area | None, scale: Scale) -> CoverageFigures:
        by_mode = {mode: self.modes[True, mode] for mode in Mode}
        if scale == Scale.ALL:
            by_mode = {mode: count + self.modes[False, mode] for mode, count in by_mode.items()}
        return CoverageFigures(
            as_of=day,
            area=area,
            scale=scale,
            organizations=OrganizationFigures(
                by_kind={kind: self.in_force[kind] for kind in COUNTED_KINDS},
                established_this_year=self.established_this_year,
                established_last_year=self.established_last_year,
                initiated_by_enterprise=self.initiated_by_enterprise,
            ),
            community_general_branches=self.in_force[Kind.COMMUNITY_GENERAL_BRANCH],
            members=MemberFigures(full=self.full, probationary=self.probationary),
            enterprises=EnterpriseFigures(operating=self.modes.total(), by_mode=by_mode),
            designations={
                title: {level: self.designations[title, level] for level in DesignationLevel}
                for title in Title
            },
        )


def _count(question: Question, tallies: Mapping[int | None, _Tally]) -> None:
    """Add the counts that answer `question` to the tally of each area, or else to that of None."""
    nowhere = tallies[None]
    for area, kind, in_force, initiated, this_year, last_year in question.organizations():
        tally = tallies.get(area, nowhere)
        tally.in_force[kind] += in_force
        if kind != Kind.COMMUNITY_GENERAL_BRANCH:
            tally.initiated_by_enterprise += initiated
            tally.established_this_year += this_year
            tally.established_last_year += last_year
    for area, full, probationary in question.members():
        tally = tallies.get(area, nowhere)
        tally.full += full
        tally.probationary += probationary
    for area, above_scale, mode, count in question.enterprises():
        tallies.get(area, nowhere).modes[bool(above_scale), MODES[mode]] += count
    for area, title, level, count in question.designations():
        tallies.get(area, nowhere).designations[title, level] += count
