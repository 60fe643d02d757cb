"""Titles, superiors and practices."""

from datetime import date

from orgs.models import Designation, DesignationLevel, Practice, PracticePicture
from sample import REPORT_DAY, plan
from sample.drawing import people_in_a_ring
from sample.founding import JINZHOU
from sample.makers import Makers, Own, Standing

PRACTICES = (
    (
        "集团党内退出机制与二百万元职工奖励",
        "集团建立党内退出机制，并拿出二百万元奖励职工。\n\n"
        "The group has an internal withdrawal system, and 2 million yuan of employee rewards.",
        JINZHOU,
    ),
    (
        "开发区与温州大学联合培养党员和人才",
        "开发区与温州大学联合培养党员和人才。\n\n"
        "The Development Zone and Wenzhou University train members and talents together.",
        "",
    ),
    (
        "全市首家职工自办互助会",
        "成立全市首家由职工自己办的互助会。\n\nThe city's first mutual aid association run by employees.",
        "",
    ),
)
"""Title, text and the enterprise, where the report names one."""

PICTURED = (2, "示意图：职工围成一圈。A drawing of employees in a ring.")
"""Which of them has a picture, and what it shows."""


def _lasting(standing: Standing) -> list[Own]:
    return [own for own in standing.owns if not own.named]


def award(makers: Makers, standing: Standing) -> None:
    """Titles: those of the report day, some revoked before it, and some of later years."""
    winners = [own.firm for own in _lasting(standing) if own.unit.row.established_on.year < 2006]
    makers.lot.shuffle(winners)
    awards: list[tuple[DesignationLevel, date, date | None]] = [
        *[(DesignationLevel.CITY, date(2008, 1, 30), None)] * plan.CITY_TITLES,
        *[(DesignationLevel.DISTRICT, date(2007, 2, 8), None)] * 9,
        *[(DesignationLevel.DISTRICT, date(2008, 2, 14), None)] * (plan.DISTRICT_TITLES - 9),
        *[(DesignationLevel.DISTRICT, date(2006, 2, 10), date(2008, 2, 14))] * 2,
        *[
            (DesignationLevel.DISTRICT, date(year, 2, 20), None)
            for year in range(2009, 2014)
            for _ in range(4)
        ],
        (DesignationLevel.DISTRICT, date(2011, 2, 20), date(2015, 3, 2)),
        (DesignationLevel.CITY, date(2010, 1, 26), None),
        (DesignationLevel.CITY, date(2012, 1, 18), None),
    ]
    for level, awarded_on, revoked_on in awards:
        firm = winners.pop()
        firm.designations.append(
            Designation(enterprise=firm.row, level=level, valid_from=awarded_on, valid_to=revoked_on)
        )


def subordinate(makers: Makers, standing: Standing) -> None:
    """Put some branches under the large organizations, of the same subdistrict if there are any."""
    large = standing.owns[: len(plan.LARGE_SIZES)]
    free = [own for own in _lasting(standing) if own not in large]
    makers.lot.shuffle(free)
    for own, number in zip(large, plan.SUBORDINATES, strict=True):
        younger = [other for other in free if other.unit.row.established_on > own.unit.row.established_on]
        younger.sort(key=lambda other: other.unit.area.parent is not own.unit.area.parent)
        for other in younger[:number]:
            other.unit.row.superior = own.unit.row
            free.remove(other)


def tell_practices(makers: Makers) -> None:
    """The practices that the report tells of, public since the day of the report; a drawing goes with one."""
    by_name = {firm.row.name: firm.row for firm in makers.world.firms}
    makers.world.practices = [
        Practice(title=title, text=text, enterprise=by_name.get(name), day=REPORT_DAY, released_on=REPORT_DAY)
        for title, text, name in PRACTICES
    ]
    number, description = PICTURED
    makers.world.pictures = [
        PracticePicture(
            practice=makers.world.practices[number], jpeg=people_in_a_ring(), description=description
        )
    ]
