"""Enterprises that close after the report day, and the organizations that end with them.

No enterprise that has members on the report day closes: the register knows the current employer alone,
and on the report day it would stand there without those who went on to work elsewhere.
"""

from datetime import date, timedelta

from orgs.models import Kind
from sample import plan
from sample.days import day_between
from sample.founding import CLOSED, MERGED, close_with_branch
from sample.makers import Joint, Makers, Own, Standing
from sample.world import Firm

LAST_CLOSING = date(2025, 11, 30)


def choose_closing(makers: Makers, young: list[Own]) -> None:
    """Say which enterprises with a branch of later years will close, and when."""
    some_years = timedelta(days=700)
    old_enough = [own for own in young if own.unit.row.established_on + some_years < LAST_CLOSING]
    for own in makers.lot.sample(old_enough, plan.DISSOLVED_LATER):
        own.closes_on = day_between(makers.lot, own.unit.row.established_on + some_years, LAST_CLOSING)


def choose_successor(makers: Makers, standing: Standing) -> Own:
    """A branch that goes on, for the members of one that does not."""
    return makers.lot.choice([own for own in standing.owns if not own.named and own.size < 20])


def close_chosen(makers: Makers, standing: Standing, owns: list[Own]) -> None:
    """Close those of `owns` that were chosen."""
    for own in owns:
        if own.closes_on is not None:
            reason = MERGED if makers.lot.random() < 0.3 else CLOSED
            close_with_branch(own, choose_successor(makers, standing), own.closes_on, reason)


def dissolve_joint(makers: Makers, standing: Standing, joints: list[Joint]) -> None:
    """End some joint branches whose enterprises closed one after the other; `joints` loses them."""
    for joint in _of_three(joints)[: plan.JOINT_DISSOLVED_LATER]:
        day = day_between(makers.lot, joint.unit.row.established_on + timedelta(days=700), LAST_CLOSING)
        successor = choose_successor(makers, standing)
        _close_one(joint.firms[0], joint, successor, day - timedelta(days=120))
        for firm in joint.firms[1:]:
            _close_one(firm, joint, successor, day)
        joint.unit.dissolve(day, "所属企业相继注销，党员转入接续党组织", successor.unit)
        joints.remove(joint)


def leave_one_alone(makers: Makers, standing: Standing, joints: list[Joint]) -> None:
    """A joint branch that goes on as the branch of its last enterprise: one identity, two kinds."""
    joint = _of_three(joints)[0]
    last, *others = joint.firms
    founded_on = joint.unit.row.established_on
    for admitted_on in (founded_on + timedelta(days=200), founded_on + timedelta(days=560)):
        makers.people.admitted(admitted_on, last, extended=0).join(joint.unit, admitted_on)
    day = founded_on + timedelta(days=1700)
    successor = choose_successor(makers, standing)
    for firm in others:
        _close_one(firm, joint, successor, day)
    joint.unit.kinds.append((day, Kind.BRANCH))
    joint.unit.row.name = f"{last.row.name}党支部"


def close_without_members(makers: Makers, firms: list[Firm]) -> None:
    """Close enterprises that had no members; `firms` loses them."""
    for _ in range(plan.CLOSED_WITHOUT_MEMBERS_LATER):
        firm = firms.pop(makers.lot.randrange(len(firms)))
        firm.close(day_between(makers.lot, date(2009, 3, 1), LAST_CLOSING))


def _of_three(joints: list[Joint]) -> list[Joint]:
    return [joint for joint in joints if len(joint.firms) == len(joint.unit.members()) == 3]


def _close_one(firm: Firm, joint: Joint, successor: Own, on: date) -> None:
    for person in list(firm.staff):
        person.join(successor.unit, on)
        person.work_for(successor.firm)
    firm.close(on)
