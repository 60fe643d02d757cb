"""Who belongs to what until the report day, so that on it each organization has the size of the plan."""

from datetime import timedelta

from sample import REPORT_DAY, plan
from sample.days import day_between, days_before
from sample.makers import Joint, Makers, Own
from sample.people import END_REASONS
from sample.world import Person


def fill(makers: Makers, owns: list[Own]) -> None:
    """Give each organization of one enterprise its members; three full ones found it."""
    for own in owns:
        founded_on = own.unit.row.established_on
        came_along = sum(person.relations[-1].valid_from == founded_on for person in own.unit.members())
        for _ in range(3 - came_along):
            _found(makers, own)
        while len(own.unit.members()) < own.size:
            _add_one(makers, own, owns)
        for _ in range(_former_members(makers, own)):
            _add_former(makers, own)


def _found(makers: Makers, own: Own) -> Person:
    """A founder; of an incubated branch, out of the community general branch where time allows."""
    founded_on = own.unit.row.established_on
    person = makers.people.full_by(founded_on, own.firm)
    incubator = makers.world.community_branch_of(own.unit.area)
    if incubator is not None and own.unit.row.incubated_by is incubator.row:
        admitted_on = person.row.probationary_on
        assert admitted_on is not None  # noqa: S101 - full members were probationary
        since = max(incubator.row.established_on, admitted_on, own.firm.row.registered_on)
        person.join(incubator, since)
    person.join(own.unit, founded_on)
    return person


def _add_one(makers: Makers, own: Own, owns: list[Own]) -> None:
    """One more: a founder, one who came as a full member, or one admitted here."""
    lot = makers.lot
    founded_on = own.unit.row.established_on
    old = (REPORT_DAY - founded_on).days > 730
    founder_share = 0.05 if own.size > 50 else 0.4 if old else 0.75
    roll = lot.random()
    if roll < founder_share or founded_on > REPORT_DAY - timedelta(days=40):
        _found(makers, own)
    elif roll < founder_share + 0.15 and old:
        joined_on = day_between(lot, founded_on + timedelta(days=30), REPORT_DAY - timedelta(days=10))
        person = makers.people.full_by(joined_on, own.firm)
        before = lot.choice(owns)
        admitted_on = person.row.probationary_on
        assert admitted_on is not None  # noqa: S101 - full members were probationary
        since = max(before.unit.row.established_on, admitted_on)
        if before is not own and not before.named and since < joined_on - timedelta(days=60):
            person.join(before.unit, since)
        person.join(own.unit, joined_on)
    else:
        joined_on = day_between(lot, founded_on + timedelta(days=1), REPORT_DAY - timedelta(days=3))
        makers.people.admitted(joined_on, own.firm).join(own.unit, joined_on)


def _former_members(makers: Makers, own: Own) -> int:
    if own.named or own.unit.row.established_on.year > 2003:
        return 0
    return makers.lot.randint(3, 6) if own.size > 50 else int(makers.lot.random() < 0.35)


def _add_former(makers: Makers, own: Own) -> None:
    """Somebody who died or left before the report day."""
    founded_on = own.unit.row.established_on
    person = makers.people.full_by(founded_on, own.firm)
    person.join(own.unit, founded_on)
    ended_on = day_between(makers.lot, founded_on + timedelta(days=700), REPORT_DAY - timedelta(days=20))
    person.end(ended_on, makers.lot.choice(END_REASONS))


def fill_joint(makers: Makers, joints: list[Joint]) -> None:
    """One full member for each enterprise in a joint branch, and in some a probationary one."""
    growing = [joint.firms[0] for joint in joints if len(joint.firms) > 3][: plan.GROWING_JOINT_UNITS]
    for joint in joints:
        for firm in joint.firms:
            joined_on = firm.coverage[-1].valid_from
            makers.people.full_by(joined_on, firm).join(joint.unit, joined_on)
            if firm in growing:
                admitted_on = days_before(makers.lot, REPORT_DAY, 20, 350)
                makers.people.admitted(admitted_on, firm, extended=0).join(joint.unit, admitted_on)
