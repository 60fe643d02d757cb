"""The sample in memory: enterprises, organizations and people, each with the rows that it will be saved as.

Nothing here reads the database. What happens to one of them is a method; it ends what was open before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Model

from members.models import Election, EndReason, Member, MemberDeed, Membership, Post, Standing, Transfer
from orgs.models import (
    AboveScale,
    Area,
    Coverage,
    Designation,
    Enterprise,
    EnterpriseArea,
    EnterpriseDeed,
    Initiative,
    Instructor,
    Kind,
    Organization,
    OrganizationArea,
    OrganizationDeed,
    OrganizationKind,
    Practice,
    PracticePicture,
)
from orgs.periods import Period
from sample.areas import Districts
from sample.papers import Papers


def end_open(periods: Sequence[Period], on: date) -> None:
    """End what is open on `on`."""
    for period in periods:
        if period.valid_to is None:
            period.valid_to = on


@dataclass(eq=False)
class Firm:
    """An enterprise."""

    row: Enterprise
    areas: list[EnterpriseArea] = field(default_factory=list)
    above_scale: list[AboveScale] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    instructors: list[Instructor] = field(default_factory=list)
    designations: list[Designation] = field(default_factory=list)
    staff: list[Person] = field(default_factory=list)
    """The people whose current employer it is."""

    @property
    def area(self) -> Area:
        """Where it is now."""
        area = self.areas[-1].area
        assert area is not None  # noqa: S101 - the sample knows the area of each enterprise
        return area

    def move(self, area: Area, on: date) -> None:
        """Belong to `area` from `on`."""
        end_open(self.areas, on)
        self.areas.append(EnterpriseArea(enterprise=self.row, area=area, valid_from=on))

    def part(self, unit: Unit, on: date) -> None:
        """No longer be covered by `unit`."""
        end_open([row for row in self.coverage if row.organization is unit.row], on)

    def close(self, on: date) -> None:
        """Close, and end what ends with it; its people are the caller's to place."""
        self.row.closed_on = on
        for periods in (self.above_scale, self.coverage, self.instructors):
            end_open(periods, on)


@dataclass(eq=False)
class Unit:
    """An organization."""

    row: Organization
    kinds: list[tuple[date, Kind]]
    areas: list[OrganizationArea]
    people: list[Person] = field(default_factory=list)
    """Everybody who ever belonged to it."""

    @property
    def area(self) -> Area:
        """Where it is now."""
        area = self.areas[-1].area
        assert area is not None  # noqa: S101 - the sample knows the area of each organization
        return area

    def kind_on(self, day: date) -> Kind:
        """Its kind on `day`, on which it is established."""
        return [kind for start, kind in self.kinds if start <= day][-1]

    def move(self, area: Area, on: date) -> None:
        """Count in `area` from `on`."""
        end_open(self.areas, on)
        self.areas.append(OrganizationArea(organization=self.row, area=area, valid_from=on))

    def cover(self, firm: Firm, on: date) -> None:
        """Cover `firm` from `on`."""
        firm.coverage.append(Coverage(organization=self.row, enterprise=firm.row, valid_from=on))

    def members(self) -> list[Person]:
        """The people who belong to it now."""
        return [person for person in self.people if person.unit is self]

    def dissolve(self, on: date, reason: str, successor: Unit) -> None:
        """End on `on`; its members go over to `successor`, its enterprises are the caller's to part."""
        self.row.dissolved_on = on
        self.row.dissolution_reason = reason
        self.row.successor = successor.row
        for person in self.members():
            person.join(successor, on)

    def kind_rows(self) -> list[OrganizationKind]:
        """Its kinds as rows."""
        ends: list[date | None] = [start for start, _kind in self.kinds[1:]]
        return [
            OrganizationKind(organization=self.row, kind=kind, valid_from=start, valid_to=until)
            for (start, kind), until in zip(self.kinds, [*ends, None], strict=True)
        ]


@dataclass(eq=False)
class Person:
    """A member, or somebody on the way."""

    row: Member
    relations: list[Membership] = field(default_factory=list)
    unit: Unit | None = None
    firm: Firm | None = None
    standings: list[Standing] = field(default_factory=list)

    def join(self, unit: Unit, on: date) -> None:
        """Belong to `unit` from `on`."""
        end_open(self.relations, on)
        self.relations.append(Membership(member=self.row, organization=unit.row, valid_from=on))
        self.unit = unit
        if self not in unit.people:
            unit.people.append(self)

    def work_for(self, firm: Firm) -> None:
        """Have `firm` as the current employer."""
        if self.firm is not None:
            self.firm.staff.remove(self)
        firm.staff.append(self)
        self.firm = firm
        self.row.employer = firm.row

    def leave(self, on: date) -> None:
        """Belong to no organization of the register from `on`, nor work in an enterprise of it."""
        end_open(self.relations, on)
        self.unit = None
        if self.firm is not None:
            self.firm.staff.remove(self)
        self.firm = self.row.employer = None

    def relation_with(self, unit: Unit, day: date) -> Membership | None:
        """The relation with `unit` that holds on `day`."""
        return next(
            (
                relation for relation in self.relations
                if relation.organization is unit.row and relation.valid_from <= day
                and (relation.valid_to is None or day < relation.valid_to)
            ),
            None,
        )  # fmt: skip

    def end(self, on: date, reason: EndReason) -> None:
        """Be a member no longer."""
        self.row.ended_on = on
        self.row.ended_reason = reason
        end_open(self.relations, on)
        self.unit = None


@dataclass(eq=False)
class World:
    """Everything of the sample."""

    districts: Districts
    firms: list[Firm] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    practices: list[Practice] = field(default_factory=list)
    pictures: list[PracticePicture] = field(default_factory=list)
    community_branches: list[Unit] = field(default_factory=list)
    elections: list[Election] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    organization_deeds: list[OrganizationDeed] = field(default_factory=list)
    enterprise_deeds: list[EnterpriseDeed] = field(default_factory=list)
    member_deeds: list[MemberDeed] = field(default_factory=list)
    papers: Papers = field(default_factory=Papers)
    approvals: list[tuple[Unit, OrganizationDeed]] = field(default_factory=list)
    """Deeds whose document is the approval of an organization."""

    def found(
        self,
        kind: Kind,
        name: str,
        area: Area,
        on: date,
        *,
        initiated_by: Initiative = Initiative.ORGANIZER,
        incubated_by: Unit | None = None,
        place: str = "",
    ) -> Unit:
        """A new organization; its code and approval number come last, in the order of establishment."""
        row = Organization(
            name=name,
            place=place,
            established_on=on,
            initiated_by=initiated_by,
            incubated_by=incubated_by.row if incubated_by else None,
        )
        unit = Unit(row, [(on, kind)], [OrganizationArea(organization=row, area=area, valid_from=on)])
        self.units.append(unit)
        return unit

    def community_branch_of(self, area: Area) -> Unit | None:
        """The community general branch of `area`, where it is an enterprise community."""
        return next((unit for unit in self.community_branches if unit.area is area), None)

    def number(self) -> None:
        """Give codes and approval numbers in the order of establishment, member numbers in that of people.

        Documents are numbered in the order of their days.
        """
        in_year: Counter[int] = Counter()
        ordered = sorted(self.units, key=lambda unit: unit.row.established_on)
        for number, unit in enumerate(ordered, start=1):
            year = unit.row.established_on.year
            in_year[year] += 1
            unit.row.code = f"ZZ330399-{number:04d}"
            unit.row.approval_number = f"样批〔{year}〕{in_year[year]}号"
        for number, person in enumerate(self.people, start=1):
            person.row.member_no = f"DY330399-{number:05d}"
        self.papers.number()
        for unit, deed in self.approvals:
            deed.document = unit.row.approval_number

    def rows(self) -> list[Sequence[Model]]:
        """All rows by model, each model after those that it refers to."""
        return [
            self.districts.everything,
            [firm.row for firm in self.firms],
            [unit.row for unit in self.units],
            [row for unit in self.units for row in unit.kind_rows()],
            [row for unit in self.units for row in unit.areas],
            [row for firm in self.firms for row in firm.areas],
            [row for firm in self.firms for row in firm.above_scale],
            [row for firm in self.firms for row in firm.coverage],
            [row for firm in self.firms for row in firm.instructors],
            [row for firm in self.firms for row in firm.designations],
            self.practices,
            self.pictures,
            [person.row for person in self.people],
            [row for person in self.people for row in person.relations],
            [row for person in self.people for row in person.standings],
            self.elections,
            self.posts,
            self.transfers,
            self.organization_deeds,
            self.enterprise_deeds,
            self.member_deeds,
        ]
