"""The steps of those who applied in recent years: talk, vouchers, approval, extended probation, documents."""

from datetime import date, timedelta

from members.models import MemberAct, MemberDeed
from orgs.calendar import years_completed
from sample import plan
from sample.makers import Makers
from sample.world import Person, Unit, World

NOT_TALKED_WITH = 0.35
"""Share of the latest applicants with whom nobody talked yet."""

PAPERS_OF = (
    ("applied_on", MemberAct.APPLIED, False),
    ("talked_on", MemberAct.TALKED, False),
    ("activist_on", MemberAct.ACTIVIST, True),
    ("candidate_on", MemberAct.CANDIDATE, True),
    ("probationary_on", MemberAct.ADMITTED, True),
    ("approved_on", MemberAct.APPROVED, True),
    ("full_on", MemberAct.CONFIRMED, True),
)
"""The steps, their deeds, and whether a document orders them."""


def record_steps(makers: Makers) -> None:
    """Record the steps of who applied here since the plan's day, each with its deed."""
    units = {id(unit.row): unit for unit in makers.world.units}
    for person in makers.world.people:
        applied_on, admitted_on = person.row.applied_on, person.row.probationary_on
        if applied_on is None or applied_on < plan.STEPS_SINCE:
            continue
        if admitted_on is None:
            _talk(makers, person, applied_on)
        elif person.relations[0].valid_from == admitted_on:
            _talk(makers, person, applied_on)
            _vouch(makers, person, units[id(person.relations[0].organization)], admitted_on)
            _approve(makers, person, admitted_on)
            _extend(makers.world, person, admitted_on)
        else:  # admitted at another place, whose records the register does not have
            continue
        _keep_deeds(makers.world, person)


def _talk(makers: Makers, person: Person, applied_on: date) -> None:
    """Within a month, as the rules want."""
    on = applied_on + timedelta(days=makers.lot.randint(5, 27))
    is_new = person.row.activist_on is None
    if on <= plan.LAST_DAY and not (is_new and makers.lot.random() < NOT_TALKED_WITH):
        person.row.talked_on = on


def _vouch(makers: Makers, person: Person, unit: Unit, on: date) -> None:
    """Two full members of the organization vouch."""
    able = [
        other for other in unit.people
        if other is not person and not other.standings and other.row.full_on is not None
        and other.row.full_on <= on and other.relation_with(unit, on) is not None
    ]  # fmt: skip
    first, second = makers.lot.sample(able, 2)
    person.row.first_voucher, person.row.second_voucher = first.row, second.row


def _approve(makers: Makers, person: Person, admitted_on: date) -> None:
    """Within three months."""
    on = admitted_on + timedelta(days=makers.lot.randint(25, 85))
    if on <= plan.LAST_DAY:
        person.row.approved_on = on


def _extend(world: World, person: Person, admitted_on: date) -> None:
    """Say of probations that lasted longer than a year until when they were extended."""
    regular = years_completed(admitted_on, 1)
    until = person.row.full_on or regular + timedelta(days=180)
    if regular < until and regular <= plan.LAST_DAY:
        person.row.probation_until = until
        deed = MemberDeed(member=person.row, what=MemberAct.EXTENDED, on=regular - timedelta(days=6))
        world.member_deeds.append(deed)
        world.papers.draw_up(deed.on, deed)


def _keep_deeds(world: World, person: Person) -> None:
    for name, what, with_document in PAPERS_OF:
        on = getattr(person.row, name)
        if on is not None:
            deed = MemberDeed(member=person.row, what=what, on=on)
            world.member_deeds.append(deed)
            if with_document:
                world.papers.draw_up(on, deed)
