"""A large invented register, always the same for one size: what the benchmarks measure on.

It has no history: it is a load for reading, not a record of anybody's work.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import models, transaction
from stdnum.cn import uscc

from members.models import Member, Membership
from orgs.models import (
    NON_PUBLIC,
    AboveScale,
    Area,
    Coverage,
    Designation,
    DesignationLevel,
    Enterprise,
    EnterpriseArea,
    Initiative,
    Instructor,
    Kind,
    Level,
    Organization,
    OrganizationArea,
    OrganizationKind,
    Ownership,
)
from orgs.pinyin import searchable_pinyin
from sheets.copying import copy_columns
from sheets.writing import columns_of, reserve_ids, take_ids

MEMBERS_PER_ENTERPRISE = 10
ENTERPRISES_PER_DISTRICT = 2000
FIRST_DAY = date(1995, 1, 1)
DAYS = 25 * 365
_CHUNK = 50_000

_SURNAMES = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
_TRADES = ("电器", "阀门", "鞋业", "眼镜", "服装", "锁具", "印刷", "汽配", "制笔", "五金")


def make_register(
    *, enterprises: int, members_per_enterprise: int = MEMBERS_PER_ENTERPRISE, seed: int = 2008
) -> None:
    """Fill an empty database with `enterprises` enterprises and so many members for each.

    Areas are districts of 2,000 enterprises within 3303 (codes 330301, 330302, …), ten subdistricts
    in each and five communities in each of those. All names and credit codes are invented.
    """
    with transaction.atomic():
        _Register(Random(seed), enterprises, members_per_enterprise).make()


def make_areas(*, enterprises: int) -> None:
    """The areas alone of such a register."""
    with transaction.atomic():
        _Register(Random(0), enterprises).areas()


def credit_code(number: int) -> str:
    """An invented credit code, of no county that is assigned."""
    body = f"91330399{number:09d}"
    return body + str(uscc.calc_check_digit(body))


def enterprise_name(number: int, random: Random) -> str:
    """An invented name of the length that names have."""
    return f"温州第{number}{random.choice(_TRADES)}有限公司"


def store(model: type[models.Model], objects: Iterable[models.Model]) -> None:
    """Insert `objects`, new ones of `model`, which get their ids, without history.

    `bulk_create` would need longer for a large register than all measurements together.
    """
    stored = list(objects)
    take_ids(stored)
    if stored:
        copy_columns(model, columns_of(stored))


class _Register:
    def __init__(self, random: Random, size: int, members: int = MEMBERS_PER_ENTERPRISE) -> None:
        self.random = random
        self.size = size
        self.members_per_enterprise = members

    def make(self) -> None:
        self.areas()
        self._enterprises()
        self._organizations()
        self._members()

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _day(self, first: date = FIRST_DAY) -> date:
        """A day after `first`, mostly within the register's years."""
        left = max(DAYS - (first - FIRST_DAY).days, 365)
        return first + timedelta(days=self.random.randint(1, left))

    def _spells(self, first: date, *, changes: float, ends: float) -> Iterator[tuple[date, date | None]]:
        """One period from `first` on, or two that meet; the last one may end."""
        middle = self._day(first) if self._chance(changes) else None
        last = middle or first
        if middle is not None:
            yield first, middle
        yield last, (self._day(last) if self._chance(ends) else None)

    def areas(self) -> None:
        districts = max(1, self.size // ENTERPRISES_PER_DISTRICT)
        areas = [Area(code="3303", name="市", level=Level.CITY)]
        for district in range(1, districts + 1):
            code = f"3303{district:02d}"
            areas.append(Area(code=code, name=f"第{district}区", level=Level.DISTRICT))
            for subdistrict in range(1, 11):
                inner = f"{code}{subdistrict:03d}"
                areas.append(Area(code=inner, name=f"{subdistrict}街道", level=Level.SUBDISTRICT))
                areas.extend(
                    Area(code=f"{inner}{community:03d}", name=f"{community}社区", level=Level.COMMUNITY)
                    for community in range(1, 6)
                )
        store(Area, areas)
        Area.objects.rebuild_tree()
        self.communities = [area for area in areas if area.level == Level.COMMUNITY]
        self.subdistricts = [area for area in areas if area.level == Level.SUBDISTRICT]

    def _place(self) -> Area | None:
        if self._chance(0.02):
            return None
        return self.random.choice(self.subdistricts if self._chance(0.13) else self.communities)

    def _enterprises(self) -> None:
        public = [ownership for ownership in Ownership if ownership not in NON_PUBLIC]
        self.enterprises = []
        for number in range(self.size):
            registered_on = self._day()
            name = enterprise_name(number, self.random)
            self.enterprises.append(
                Enterprise(
                    uscc=credit_code(number),
                    name=name,
                    name_pinyin=searchable_pinyin(name),
                    ownership=self.random.choice(NON_PUBLIC if self._chance(0.85) else public),
                    registered_on=registered_on,
                    closed_on=self._day(registered_on) if self._chance(0.15) else None,
                )
            )
        store(Enterprise, self.enterprises)
        self.places = {enterprise.pk: self._place() for enterprise in self.enterprises}
        store(EnterpriseArea, self._enterprise_areas())
        store(AboveScale, self._of_some(AboveScale, 0.15, changes=0.5, ends=0.3))
        store(Instructor, self._of_some(Instructor, 0.12, changes=0.3, ends=0.3, name="指导员"))
        store(
            Designation,
            self._of_some(Designation, 0.02, changes=0.1, ends=0.2, level=DesignationLevel.DISTRICT),
        )

    def _enterprise_areas(self) -> Iterator[EnterpriseArea]:
        for enterprise in self.enterprises:
            place = self.places[enterprise.pk]
            for start, end in self._spells(enterprise.registered_on, changes=0.1, ends=0):
                area = self._place() if end else place
                yield EnterpriseArea(enterprise=enterprise, area=area, valid_from=start, valid_to=end)

    def _of_some(
        self, model: type[models.Model], share: float, *, changes: float, ends: float, **fields: Any
    ) -> Iterator[models.Model]:
        for enterprise in self.enterprises:
            if self._chance(share):
                for start, end in self._spells(enterprise.registered_on, changes=changes, ends=ends):
                    yield model(enterprise=enterprise, valid_from=start, valid_to=end, **fields)

    def _organizations(self) -> None:
        """Three enterprises of ten stand alone, one is in a joint branch; a community of five has a branch."""
        founders: list[tuple[Kind, Area | None, list[Enterprise]]] = []
        waiting: list[Enterprise] = []
        for enterprise in self.enterprises:
            lot = self.random.random()
            if lot < 0.3:
                kind = Kind.COMMITTEE if lot < 0.01 else Kind.GENERAL_BRANCH if lot < 0.03 else Kind.BRANCH
                founders.append((kind, self.places[enterprise.pk], [enterprise]))
            elif lot < 0.4:
                waiting.append(enterprise)
            if len(waiting) == 3:
                founders.append((Kind.JOINT_BRANCH, self.places[enterprise.pk], waiting))
                waiting = []
        for community in self.communities[::5]:
            reached = self.random.sample(self.enterprises, min(10, self.size))
            founders.append((Kind.COMMUNITY_GENERAL_BRANCH, community, reached))
        self.organizations = []
        for number, (_kind, _area, _covered) in enumerate(founders):
            established_on = self._day()
            name = f"第{number}党组织"
            self.organizations.append(
                Organization(
                    code=f"BENCH{number:06d}",
                    name=name,
                    name_pinyin=searchable_pinyin(name),
                    established_on=established_on,
                    dissolved_on=self._day(established_on) if self._chance(0.1) else None,
                    initiated_by=self.random.choice(Initiative.values),
                )
            )
        store(Organization, self.organizations)
        kinds, areas, coverage = [], [], []
        for organization, (kind, area, covered) in zip(self.organizations, founders, strict=True):
            changes = 0.1 if kind is Kind.GENERAL_BRANCH else 0
            for start, end in self._spells(organization.established_on, changes=changes, ends=0):
                then = Kind.BRANCH if end else kind
                kinds.append(
                    OrganizationKind(organization=organization, kind=then, valid_from=start, valid_to=end)
                )
            for start, end in self._spells(organization.established_on, changes=0.1, ends=0):
                where = self._place() if end else area
                areas.append(
                    OrganizationArea(organization=organization, area=where, valid_from=start, valid_to=end)
                )
            for enterprise in covered:
                for start, end in self._spells(organization.established_on, changes=0.1, ends=0.1):
                    coverage.append(
                        Coverage(
                            organization=organization, enterprise=enterprise, valid_from=start, valid_to=end
                        )
                    )
        store(OrganizationKind, kinds)
        store(OrganizationArea, areas)
        store(Coverage, coverage)

    def _members(self) -> None:
        total = self.size * self.members_per_enterprise
        for first in range(0, total, _CHUNK):
            numbers = range(first, min(first + _CHUNK, total))
            keys = reserve_ids(Member, len(numbers))
            members = [self._member(key, number) for key, number in zip(keys, numbers, strict=True)]
            copy_columns(Member, {name: [member[name] for member in members] for name in members[0]})
            if self.organizations:
                relations = [relation for member in members for relation in self._relations(member)]
                ids = reserve_ids(Membership, len(relations))
                names = ["member_id", "organization_id", "valid_from", "valid_to"]
                columns = zip(*relations, strict=True)
                copy_columns(Membership, {"id": ids, **dict(zip(names, columns, strict=True))})

    def _member(self, key: int, number: int) -> dict[str, Any]:
        name = self.random.choice(_SURNAMES) + self.random.choice(_GIVEN) + self.random.choice(_GIVEN)
        applied_on = FIRST_DAY + timedelta(days=self.random.randrange(-15 * 365, DAYS))
        probationary_on = applied_on + timedelta(days=700) if self._chance(0.93) else None
        full_on = probationary_on + timedelta(days=365) if probationary_on else None
        return {
            "id": key,
            "member_no": f"BENCH{number:07d}",
            "name": name,
            "name_pinyin": f"bench{number % 1000}",
            "sex": "",
            "birth_date": None,
            "row_key": UUID(int=key),
            "id_number_index": None,
            "id_number_changes": 0,
            "id_number": "",
            "phone_index": None,
            "phone_changes": 0,
            "phone": "",
            "employer_id": self.random.choice(self.enterprises).pk,
            "applied_on": applied_on,
            "activist_on": None,
            "candidate_on": None,
            "probationary_on": probationary_on,
            "full_on": full_on,
            "ended_on": self._day(full_on) if full_on and self._chance(0.05) else None,
            "ended_reason": "",
        }

    def _relations(self, member: dict[str, Any]) -> Iterator[tuple[int, int, date, date | None]]:
        first = max(member["applied_on"], FIRST_DAY)
        for start, end in self._spells(first, changes=0.15, ends=0.05):
            yield member["id"], self.random.choice(self.organizations).pk, start, end
