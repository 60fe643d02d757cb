"""What the years after the report day bring: enterprises, and organizations in them.

Who founds an organization in an enterprise that stood on the report day became a full member only after
it: the register knows the current employer alone, and on the report day such an enterprise had none.
"""

from datetime import date, timedelta

from orgs.models import Area, Kind
from sample import REPORT_DAY, plan
from sample.days import day_between, days_before
from sample.founding import found_one, joint_name, look_after, part_from_joint
from sample.makers import Joint, Makers, Own, Standing
from sample.world import Firm, Person

NEXT_MONTH = REPORT_DAY + timedelta(days=30)
FIRST_FORMED = date(2009, 9, 1)
"""By then people admitted after the report day are full members."""


def form_in_communities(makers: Makers, firms: list[Firm]) -> list[Own]:
    """Branches that community general branches bring about; `firms` loses their enterprises."""
    owns = []
    for _ in range(plan.FORMED_LATER_IN_COMMUNITIES):
        firm = firms.pop()
        incubator = makers.world.community_branch_of(firm.area)
        assert incubator is not None  # noqa: S101 - they stand in enterprise communities
        day = day_between(makers.lot, FIRST_FORMED, date(2024, 12, 15))
        if firm.coverage:
            firm.part(incubator, day)
        else:
            look_after(incubator, firm, until=day)
        founders = _founders(makers, firm, day)
        for person in founders:
            admitted_on = person.row.probationary_on
            assert admitted_on is not None  # noqa: S101 - full members were probationary
            person.join(incubator, max(admitted_on, firm.coverage[0].valid_from))
        own = found_one(makers, day, firm.area, firm=firm, incubated_by=incubator)
        _gather(own, founders, day)
        owns.append(own)
    return owns


def form_elsewhere(makers: Makers, firms: list[Firm]) -> list[Own]:
    """Branches of full members who came from outside the district; `firms` loses their enterprises."""
    owns = []
    for _ in range(plan.FORMED_LATER_ELSEWHERE):
        firm = firms.pop()
        day = day_between(makers.lot, FIRST_FORMED, date(2024, 12, 15))
        own = found_one(makers, day, firm.area, firm=firm)
        _gather(own, _founders(makers, firm, day), day)
        owns.append(own)
    return owns


def _founders(makers: Makers, firm: Firm, day: date) -> list[Person]:
    since = max(NEXT_MONTH, day - timedelta(days=1100))
    return [makers.people.full_by(day, firm, since=since) for _ in range(makers.lot.randint(3, 6))]


def _gather(own: Own, founders: list[Person], day: date) -> None:
    for person in founders:
        person.join(own.unit, day)


def form_where_instructed(makers: Makers, firms: list[Firm]) -> list[Own]:
    """Branches where a third full member joined the two; in each community two or more stay as they were."""
    owns = []
    for index in range(plan.INSTRUCTED_FORMED_LATER):
        firm = firms[index % 8 * plan.INSTRUCTED + index // 8]
        incubator = makers.world.community_branch_of(firm.area)
        assert incubator is not None  # noqa: S101 - they stand in enterprise communities
        admitted_on = day_between(makers.lot, date(2009, 2, 1), date(2016, 6, 1))
        makers.people.admitted(admitted_on, firm, extended=0).join(incubator, admitted_on)
        day = admitted_on + timedelta(days=makers.lot.randint(380, 500))
        makers.instructors.withdraw(firm, day)
        firm.part(incubator, day)
        own = found_one(makers, day, firm.area, firm=firm, incubated_by=incubator)
        _gather(own, list(firm.staff), day)
        owns.append(own)
    return owns


def part_from_joints(makers: Makers, joints: list[Joint]) -> list[Own]:
    """Branches of enterprises that outgrew their joint branch."""
    owns = []
    for joint in joints:
        firm = joint.firms[0]
        if len(firm.staff) < 2:
            continue
        admitted_on = day_between(makers.lot, date(2009, 9, 1), date(2014, 6, 1))
        makers.people.admitted(admitted_on, firm, extended=0).join(joint.unit, admitted_on)
        day = admitted_on + timedelta(days=makers.lot.randint(380, 500))
        owns.append(part_from_joint(makers, joint.unit, firm, list(firm.staff), day))
        joint.firms.remove(firm)
    return owns


def register_later(makers: Makers) -> tuple[list[Own], list[Firm]]:
    """The enterprises of later years, with branches or instructors, and those without members."""
    lot, world = makers.lot, makers.world
    owns = []
    for _ in range(plan.REGISTERED_LATER["standalone"]):
        day = day_between(lot, FIRST_FORMED, date(2025, 11, 30))
        firm = _open(makers, day, makers.some_area())
        own = found_one(makers, day, firm.area, firm=firm)
        _gather(own, [makers.people.full_by(day, own.firm) for _ in range(lot.randint(3, 8))], day)
        owns.append(own)
    for index in range(plan.REGISTERED_LATER["instructor"]):
        unit = world.community_branches[index]
        day = day_between(lot, date(2010, 6, 1), date(2025, 3, 31))
        firm = _open(makers, day, unit.area)
        unit.cover(firm, day)
        for _ in range(2):
            makers.people.full_by(day, firm).join(unit, day)
        makers.instructors.send(firm, day + timedelta(days=lot.randint(5, 60)))
    areas = lot.choices(world.districts.enterprise_communities, k=plan.REGISTERED_LATER["community"])
    areas += lot.choices(world.districts.elsewhere, k=plan.REGISTERED_LATER["none"])
    return owns, [_open(makers, date(2026, 1, 1), area) for area in areas]


def _open(makers: Makers, before: date, area: Area) -> Firm:
    """An enterprise registered after the report day, and 300 days or more before `before`."""
    return makers.firms.open(day_between(makers.lot, NEXT_MONTH, before - timedelta(days=300)), area)


def form_jointly(makers: Makers, firms: list[Firm]) -> list[Joint]:
    """Joint branches of neighbours that had no members; `firms` loses their enterprises."""
    joints: list[Joint] = []
    for area in makers.world.districts.elsewhere:
        neighbours = [firm for firm in firms if firm.area is area][: 3 + len(joints) % 2]
        if len(neighbours) < 3 or len(joints) == plan.JOINT_LATER:
            continue
        first = max(firm.row.registered_on for firm in neighbours) + timedelta(days=500)
        # Those of three will end or be left with one enterprise: they need some years until then.
        last = date(2017, 6, 30) if len(neighbours) == 3 else date(2024, 6, 30)
        day = day_between(makers.lot, max(first, FIRST_FORMED), max(first, last))
        unit = makers.world.found(Kind.JOINT_BRANCH, joint_name(makers, area), area, day)
        for firm in neighbours:
            firms.remove(firm)
            unit.cover(firm, day)
            since = day_between(makers.lot, NEXT_MONTH, day - timedelta(days=420))
            makers.people.full_by(day, firm, since=since).join(unit, day)
        joints.append(Joint(unit, neighbours))
    return joints


def move_some(makers: Makers, standing: Standing) -> None:
    """Enterprises that moved to another subdistrict, before the report day and after it."""
    lot = makers.lot
    movable = [
        own for own in standing.owns
        if own.size < 50 and not own.named and own.unit.row.incubated_by is None
        and own.unit.row.established_on.year < 2006
    ]  # fmt: skip
    for number, own in enumerate(lot.sample(movable, plan.MOVED_BEFORE + plan.MOVED_LATER)):
        area = lot.choice([area for area in makers.world.districts.elsewhere if area is not own.firm.area])
        if number < plan.MOVED_BEFORE:
            # What it is now stays; where it came from is another place.
            day = days_before(lot, REPORT_DAY, 40, 700)
            here = own.firm.area
            own.firm.areas[0].area = own.unit.areas[0].area = area
            own.firm.move(here, day)
            own.unit.move(here, day)
        else:
            day = day_between(lot, date(2009, 3, 1), date(2024, 10, 1))
            own.firm.move(area, day)
            own.unit.move(area, day)
