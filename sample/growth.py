"""People after the report day: admitted, transferred, gone; and those on the way."""

from datetime import date, timedelta

from sample import REPORT_DAY, plan
from sample.days import day_between
from sample.makers import Makers, Moved, Own, Standing
from sample.people import END_REASONS
from sample.world import Firm, Person


def admit(makers: Makers, owns: list[Own]) -> None:
    """Admit new members year by year; the two largest branches grow fast."""
    lot = makers.lot
    booming = sorted((own for own in owns if own.size < 50), key=lambda own: -own.size)[:2]
    for own in owns:
        if own.named:
            continue
        rate = 3.2 if own in booming else 2.6 if own.size > 50 else plan.ADMITTED_EACH_YEAR
        first = max(REPORT_DAY + timedelta(days=5), own.unit.row.established_on + timedelta(days=30))
        for year in range(first.year, plan.LAST_DAY.year + 1):
            number = int(rate) + (lot.random() < rate % 1)
            for _ in range(number):
                on = day_between(lot, date(year, 1, 5), date(year, 12, 20))
                if first <= on <= _last_day(own):
                    makers.people.admitted(on, own.firm).join(own.unit, on)


def _last_day(own: Own) -> date:
    """The last day on which something happens to its members apart from its end."""
    return (own.closes_on or plan.LAST_DAY) - timedelta(days=40)


def _others_than_the_three_eldest(own: Own) -> list[Person]:
    """Its members without the three who belong to it longest: with these it stays an organization."""
    return sorted(own.unit.members(), key=lambda person: person.relations[-1].valid_from)[3:]


def _first_free_day(person: Person) -> date | None:
    """From when a full member may die, leave or be transferred here: once settled, after the report day."""
    if person.row.full_on is None:
        return None
    settled_on = max(person.row.full_on, person.relations[-1].valid_from, REPORT_DAY)
    return settled_on + timedelta(days=200)


def end_some(makers: Makers, owns: list[Own]) -> None:
    """Members who die or leave."""
    for own in owns:
        for person in _others_than_the_three_eldest(own):
            first = _first_free_day(person)
            if first is None or own.named:
                continue
            years = (_last_day(own) - first).days / 365
            if makers.lot.random() < 1 - (1 - plan.ENDED_EACH_YEAR) ** max(years, 0):
                person.end(day_between(makers.lot, first, _last_day(own)), makers.lot.choice(END_REASONS))


def transfer_some(makers: Makers, standing: Standing) -> list[Moved]:
    """Members who change to another enterprise and its organization, both of before the report day."""
    lot = makers.lot
    moved = []
    sources = [own for own in standing.owns if own.size > 6 and not own.named]
    targets = [own for own in standing.owns if not own.named and own.size < 20]
    for year in range(2009, plan.LAST_DAY.year):
        for _ in range(plan.TRANSFERRED_EACH_YEAR):
            source, target = lot.choice(sources), lot.choice(targets)
            on = day_between(lot, date(year, 1, 10), date(year, 12, 20))
            free = [
                person for person in _others_than_the_three_eldest(source)
                if (first := _first_free_day(person)) and first <= on <= _last_day(source)
            ]  # fmt: skip
            if source is not target and free:
                person = lot.choice(free)
                person.join(target.unit, on)
                person.work_for(target.firm)
                moved.append(Moved(person, source.unit, target.unit, on))
    return moved


def let_apply(makers: Makers, firms: list[Firm]) -> None:
    """People who are on the way to membership on the last day."""
    for _ in range(plan.APPLICANTS):
        applied_on = day_between(makers.lot, date(2023, 9, 1), plan.LAST_DAY - timedelta(days=20))
        makers.people.on_the_way(applied_on, makers.lot.choice(firms))
