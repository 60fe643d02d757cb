"""Who founded what until the report day: the 223 organizations in force, and those dissolved before."""

from datetime import date, timedelta

from orgs.models import Area, Coverage, Initiative, Kind, Ownership
from sample import REPORT_DAY, plan
from sample.days import day_between, days_before
from sample.makers import Joint, Makers, Own
from sample.world import Firm, Person, Unit

MERGED = "企业被兼并，党组织并入兼并方所在党组织"
CLOSED = "企业注销，党员转入接续党组织"
WANCHAO, JINZHOU = "浙江万超电器有限公司", "金洲集团有限公司"
NUMERALS = "一二三四五六七八九十"


class Days:
    """The days of establishment, by the tables of the plan, each list in order."""

    def __init__(self, makers: Makers) -> None:
        lot = makers.lot
        days: list[date] = []
        joint: list[date] = []
        for year, number in plan.ESTABLISHED.items():
            last = date(year, 12, 20) if year < REPORT_DAY.year else REPORT_DAY - timedelta(days=10)
            of_year = [day_between(lot, date(year, 1, 10), last) for _ in range(number)]
            joint += of_year[: plan.JOINT_ESTABLISHED.get(year, 0)]
            days += of_year[plan.JOINT_ESTABLISHED.get(year, 0) :]
        days.sort()
        self.large = days[: len(plan.LARGE_SIZES)]
        self.branches = days[len(plan.LARGE_SIZES) :]
        self.joint = sorted(joint)


def found_community_branches(makers: Makers) -> None:
    """The general branch of each enterprise community."""
    world = makers.world
    for area, day in zip(
        world.districts.enterprise_communities, plan.COMMUNITY_BRANCHES_ESTABLISHED, strict=True
    ):
        unit = world.found(Kind.COMMUNITY_GENERAL_BRANCH, f"{area.name}党总支", area, day)
        world.community_branches.append(unit)


def found_joint(makers: Makers, days: list[date]) -> list[Joint]:
    """The joint branches; three enterprises found each, others may join later."""
    lot = makers.lot
    joints = []
    for day, size in zip(days, plan.JOINT_UNITS, strict=True):
        area = makers.some_area()
        unit = makers.world.found(Kind.JOINT_BRANCH, joint_name(makers, area), area, day)
        joint = Joint(unit, [])
        for index in range(size):
            late = index >= 3 and lot.random() < 0.5 and day < date(2007, 1, 1)
            joined_on = day_between(lot, day + timedelta(days=60), date(2007, 4, 30)) if late else day
            firm = makers.firms.open(days_before(lot, joined_on, 300, 3000), area)
            unit.cover(firm, joined_on)
            joint.firms.append(firm)
        joints.append(joint)
    return joints


def joint_name(makers: Makers, area: Area) -> str:
    """The name of the next joint branch of `area`."""
    number = sum(unit.kinds[0][1] == Kind.JOINT_BRANCH and unit.area is area for unit in makers.world.units)
    return f"{area.name}第{NUMERALS[number]}联合党支部"


def found_own(makers: Makers, days: Days, joints: list[Joint]) -> list[Own]:
    """The large organizations, then the branches, each of one enterprise."""
    owns = [
        found_one(makers, day, makers.some_area(), size)
        for day, size in zip(days.large, plan.LARGE_SIZES, strict=True)
    ]
    named = {next(day for day in days.branches if day.year == year): year for year in (1998, 2002, 2007)}
    parting = [joint for joint in joints if len(joint.firms) == 4][: plan.PARTED_FROM_JOINT_BEFORE]
    for day, size in zip(days.branches, _branch_sizes(makers, days.branches), strict=True):
        if day in named:
            owns.append(_found_named(makers, named.pop(day), day, size, owns))
        elif day.year == 2007 and parting:
            owns.append(_part_from(makers, parting.pop(0), day, size))
        else:
            owns.append(found_one(makers, day, makers.some_area(), size))
    return owns


def _branch_sizes(makers: Makers, days: list[date]) -> list[int]:
    """Members of the branches on the report day: three or more, the older the more, as the plan adds up."""
    sizes = [3] * len(days)
    ages = [REPORT_DAY.year - day.year + 1.0 for day in days]
    joint = sum(plan.JOINT_UNITS) + plan.GROWING_JOINT_UNITS
    left = plan.MEMBERS - sum(plan.LARGE_SIZES) - joint - sum(sizes)
    while left:
        index = makers.lot.choices(range(len(sizes)), weights=ages)[0]
        if sizes[index] < 20:
            sizes[index] += 1
            left -= 1
    return sizes


def found_one(
    makers: Makers,
    day: date,
    area: Area,
    size: int = 0,
    *,
    firm: Firm | None = None,
    incubated_by: Unit | None = None,
) -> Own:
    """A branch of one enterprise, of a new one unless `firm` is given."""
    firm = firm or makers.firms.open(days_before(makers.lot, day, 400, 3000), area)
    unit = makers.world.found(
        Kind.BRANCH,
        f"{firm.row.name}党支部",
        firm.area,
        day,
        initiated_by=Initiative.ENTERPRISE if makers.lot.random() < 0.35 else Initiative.ORGANIZER,
        incubated_by=incubated_by,
    )
    unit.cover(firm, day)
    return Own(unit, firm, size)


def _found_named(makers: Makers, year: int, day: date, size: int, owns: list[Own]) -> Own:
    """The branches of the two companies that the report names; days and members are invented."""
    area = makers.world.districts.enterprise_communities[0]
    if year == 2007:  # the branch in Shanghai, which the enterprise asked for
        home = next(own for own in owns if own.firm.row.name == WANCHAO)
        unit = makers.world.found(
            Kind.BRANCH, f"{WANCHAO}上海党支部", home.firm.area, day,
            initiated_by=Initiative.ENTERPRISE, place="上海市",
        )  # fmt: skip
        unit.cover(home.firm, day)
        return Own(unit, home.firm, size, named=True)
    firm = makers.firms.open(
        days_before(makers.lot, day, 400, 3000),
        area,
        ownership=Ownership.PRIVATE,
        name=JINZHOU if year == 1998 else WANCHAO,
    )
    own = found_one(makers, day, area, size, firm=firm)
    own.named = True
    own.unit.row.initiated_by = ""  # the report says it of the branch in Shanghai alone
    return own


def _part_from(makers: Makers, joint: Joint, day: date, size: int) -> Own:
    """A branch of an enterprise that was in `joint` until it had three full members itself."""
    founded_on = joint.unit.row.established_on
    firm = makers.firms.open(days_before(makers.lot, founded_on, 300, 3000), joint.unit.area)
    joint.unit.cover(firm, founded_on)
    first = makers.people.full_by(founded_on, firm)
    first.join(joint.unit, founded_on)
    partners = [first]
    for _ in range(2):
        admitted_on = day_between(makers.lot, founded_on + timedelta(days=30), day - timedelta(days=370))
        person = makers.people.admitted(admitted_on, firm, extended=0)
        person.join(joint.unit, admitted_on)
        partners.append(person)
    return part_from_joint(makers, joint.unit, firm, partners, day, size)


def part_from_joint(
    makers: Makers, joint: Unit, firm: Firm, partners: list[Person], day: date, size: int = 0
) -> Own:
    """The branch that `firm` founds with its `partners` on leaving `joint`."""
    firm.part(joint, day)
    own = found_one(makers, day, firm.area, size, firm=firm)
    for person in partners:
        person.join(own.unit, day)
    return own


def incubate(makers: Makers, owns: list[Own], joints: list[Joint]) -> None:
    """Let community general branches have brought about the plan's number of the young organizations.

    Each looked after the enterprises until the organization was there.
    """
    founded = [(own.unit, [own.firm]) for own in owns if not own.named and not own.unit.people]
    founded += [(joint.unit, joint.firms) for joint in joints]
    makers.lot.shuffle(founded)
    left = plan.INCUBATED_BEFORE
    for unit, firms in founded:
        day = unit.row.established_on
        incubator = makers.world.community_branch_of(unit.area)
        if left and incubator and incubator.row.established_on < day - timedelta(days=150):
            unit.row.incubated_by = incubator.row
            for firm in firms:
                look_after(incubator, firm, until=firm.coverage[-1].valid_from)
            left -= 1


def look_after(incubator: Unit, firm: Firm, *, until: date) -> None:
    """Let the community general branch cover `firm` before the organization that it brings about."""
    firm.coverage.insert(
        0,
        Coverage(
            organization=incubator.row,
            enterprise=firm.row,
            valid_from=max(incubator.row.established_on, firm.row.registered_on),
            valid_to=until,
        ),
    )


def dissolve_some(makers: Makers, owns: list[Own]) -> None:
    """The branches that were dissolved before the report day; their members went to another one."""
    successors = [own for own in owns if own.size >= 11 and not own.named]
    for number, (founded_on, dissolved_on) in enumerate(plan.DISSOLVED_BEFORE):
        own = found_one(makers, founded_on, makers.some_area())
        older = [
            other for other in successors
            if other.unit.row.established_on < dissolved_on and len(other.unit.members()) + 8 <= other.size
        ]  # fmt: skip
        successor = makers.lot.choice(older)
        for _ in range(makers.lot.randint(3, 5)):
            makers.people.full_by(founded_on, own.firm).join(own.unit, founded_on)
        close_with_branch(own, successor, dissolved_on, MERGED if number % 3 == 0 else CLOSED)


def close_with_branch(own: Own, successor: Own, on: date, reason: str) -> None:
    """Close an enterprise and dissolve its branch; the members find work and a branch elsewhere."""
    for person in own.unit.members():
        person.work_for(successor.firm)
    own.unit.dissolve(on, reason, successor.unit)
    own.firm.close(on)
