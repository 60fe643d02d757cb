"""Random small registers whose days collide: every period starts and ends on one of few days.

Hypothesis gives the seeds, plain `Random` the rows: drawn one by one by Hypothesis, most registers
come out too plain for two rules to meet in them.
"""

from datetime import date
from random import Random

from hypothesis import strategies as st

from members.models import Member, Membership, Standing, StandingKind
from orgs.models import (
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
    Organization,
    OrganizationArea,
    OrganizationKind,
    Ownership,
)
from orgs.models.area import DIGITS
from tests.factories.orgs import credit_code

DAYS = [
    date(2006, 12, 31),
    date(2007, 1, 1),
    date(2007, 12, 31),
    date(2008, 1, 1),
    date(2008, 2, 28),
    date(2008, 2, 29),
    date(2008, 3, 1),
    date(2008, 6, 19),
    date(2009, 1, 1),
    date(2031, 3, 1),
]
CODES = ["33", "3303", "330304", "330304001", "330304001001", "330304002", "330305"]
ASKED = [
    *DAYS[1:],
    *DAYS[3:9],
    date(2008, 6, 20),
    date(2008, 12, 31),
    date(2010, 1, 1),
    date.min,
    date.max,
]
EARLY = DAYS[:5]
LEVELS = {digits: level for level, digits in DIGITS.items()}


class World:
    """A register from `seed`, drawn at once and written by `store`; `asked` are days to ask it for."""

    def __init__(self, seed):
        self.seed = seed
        self.random = random = Random(seed)
        self.asked = random.sample(ASKED, 2)
        self.codes = sorted(random.sample(CODES, random.randint(3, len(CODES))))
        self.enterprises = [self._enterprise() for _ in range(random.randint(1, 6))]
        self.organizations = [self._organization() for _ in range(random.randint(1, 8))]
        self.members = [self._member() for _ in range(random.randint(0, 6))]
        self.coverage = [
            (organization, enterprise, *span)
            for enterprise in range(len(self.enterprises))
            for organization in self._some(range(len(self.organizations)), 3)
            for span in self._timeline(1)
        ]

    def __repr__(self):
        return f"World({self.seed})"

    def _once_in(self, times):
        return self.random.randrange(times) == 0

    def _some(self, choices, most):
        return self.random.sample(choices, self.random.randint(0, min(most, len(choices))))

    def _place(self):
        return self.random.choice([*range(len(self.codes)), None])

    def _timeline(self, changes=2, first=None):
        """Periods that do not overlap, as (first day, end day or None): they meet, or leave a gap."""
        first = first or self.random.choice(EARLY)
        later = {day for day in self._some(DAYS, changes) if day > first}
        starts = [first, *sorted(later)]
        spans = list(zip(starts, [*starts[1:], None], strict=True))
        if len(spans) > 1 and self._once_in(3):
            spans.pop()  # the last day is an end, not another start
        if len(spans) > 1 and self._once_in(4):
            spans.pop(-2)
        return spans

    def _sometimes_timeline(self):
        return self._timeline() if self._once_in(2) else []

    def _life(self):
        """A first day, mostly early, and an end day, mostly none."""
        first = self.random.choice(DAYS if self._once_in(3) else EARLY)
        end = self.random.choice(DAYS) if self._once_in(3) else None
        return first, (end if end and end > first else None)

    def _enterprise(self):
        registered_on, closed_on = self._life()
        ownership = [
            Ownership.PRIVATE,
            Ownership.HMT,
            Ownership.FOREIGN,
            Ownership.STATE,
            Ownership.INDIVIDUAL,
        ]
        return {
            "row": {
                "ownership": self.random.choice(ownership),
                "registered_on": registered_on,
                "closed_on": closed_on,
            },
            "areas": [(self._place(), *span) for span in self._timeline()],
            "above_scale": self._sometimes_timeline(),
            "instructors": [(name, *span) for name in self._some("甲乙", 2) for span in self._timeline(1)],
            "designations": [
                (level, *span)
                for level in self._some(list(DesignationLevel), 2)
                for span in self._timeline(1)
            ],
        }

    def _organization(self):
        established_on, dissolved_on = self._life()
        if self._once_in(4):
            kinds = [Kind.COMMUNITY_GENERAL_BRANCH]
        else:
            kinds = [Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.JOINT_BRANCH]
        # Mostly the first kind starts with the organization, as it should.
        spans = self._timeline(first=None if self._once_in(4) else established_on)
        return {
            "row": {
                "established_on": established_on,
                "dissolved_on": dissolved_on,
                "initiated_by": self.random.choice(["", *Initiative.values]),
            },
            "kinds": [(self.random.choice(kinds), *span) for span in spans],
            "areas": [(self._place(), *span) for span in self._timeline()],
        }

    def _member(self):
        stages = {
            name: None if self._once_in(times) else self.random.choice(DAYS)
            for name, times in (("probationary_on", 4), ("full_on", 2))
        }
        stages["ended_on"] = self.random.choice(DAYS) if self._once_in(4) else None
        belongs = range(len(self.organizations))
        return {
            "row": stages,
            "relations": [(self.random.choice(belongs), *span) for span in self._timeline()],
            # Without regard to the relations: a member between an end and its restoration never counts.
            "standings": [
                (self.random.choice([StandingKind.NO_MEMBER, StandingKind.STOPPED]), *span)
                for span in self._sometimes_timeline()
                if span[1] is not None
            ],
        }

    def store(self):
        """Write the register; gives its areas by code."""
        areas = _store(
            Area(code=code, name=f"区{code}", level=LEVELS[len(code)]) for code in self.codes
        )  # fmt: skip
        enterprises = _store(
            Enterprise(uscc=credit_code(number), name=f"企业{number}", **drawn["row"])
            for number, drawn in enumerate(self.enterprises)
        )
        organizations = _store(
            Organization(code=f"Z{number}", name=f"组织{number}", **drawn["row"])
            for number, drawn in enumerate(self.organizations)
        )
        members = _store(
            Member(
                member_no=f"M{number}", name="张", employer=enterprises[number % len(enterprises)], **drawn["row"]
            )
            for number, drawn in enumerate(self.members)
        )  # fmt: skip

        def area(index):
            return None if index is None else areas[index]

        def of(owners, all_drawn, name):
            for owner, drawn in zip(owners, all_drawn, strict=True):
                for *values, start, end in drawn[name]:
                    yield owner, values, {"valid_from": start, "valid_to": end}

        _store(
            EnterpriseArea(enterprise=owner, area=area(index), **span)
            for owner, [index], span in of(enterprises, self.enterprises, "areas")
        )
        _store(
            AboveScale(enterprise=owner, **span)
            for owner, _values, span in of(enterprises, self.enterprises, "above_scale")
        )
        _store(
            Instructor(enterprise=owner, name=name, **span)
            for owner, [name], span in of(enterprises, self.enterprises, "instructors")
        )
        _store(
            Designation(enterprise=owner, level=level, **span)
            for owner, [level], span in of(enterprises, self.enterprises, "designations")
        )
        _store(
            OrganizationKind(organization=owner, kind=kind, **span)
            for owner, [kind], span in of(organizations, self.organizations, "kinds")
        )
        _store(
            OrganizationArea(organization=owner, area=area(index), **span)
            for owner, [index], span in of(organizations, self.organizations, "areas")
        )
        _store(
            Membership(member=owner, organization=organizations[index], **span)
            for owner, [index], span in of(members, self.members, "relations")
        )
        _store(
            Standing(member=owner, kind=kind, **span)
            for owner, [kind], span in of(members, self.members, "standings")
        )
        _store(
            Coverage(
                organization=organizations[organization],
                enterprise=enterprises[enterprise],
                valid_from=start,
                valid_to=end,
            )
            for organization, enterprise, start, end in self.coverage
        )
        return {found.code: found for found in areas}


def _store(rows):
    rows = list(rows)
    return type(rows[0]).objects.bulk_create(rows) if rows else []


worlds = st.integers(0, 2**32).map(World)
