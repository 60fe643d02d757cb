"""The enterprises without an organization of their own until the report day."""

from datetime import timedelta

from orgs.calendar import years_completed
from sample import REPORT_DAY, plan
from sample.days import day_between, days_before
from sample.makers import Makers
from sample.world import Firm


def instruct(makers: Makers) -> list[Firm]:
    """Enterprises with two full members: in the community general branch, and with an instructor."""
    lot = makers.lot
    firms = []
    for unit in makers.world.community_branches:
        for _ in range(plan.INSTRUCTED):
            since = unit.row.established_on + timedelta(days=60)
            start = day_between(lot, since, REPORT_DAY - timedelta(days=300))
            firm = makers.firms.open(days_before(lot, start, 200, 3000), unit.area)
            unit.cover(firm, start)
            for _member in range(2):
                makers.people.full_by(start, firm).join(unit, start)
            makers.instructors.send(firm, day_between(lot, start, REPORT_DAY - timedelta(days=60)))
            firms.append(firm)
    return firms


def open_in_communities(makers: Makers) -> list[Firm]:
    """Enterprises without members in the enterprise communities; the general branch has visited some."""
    lot = makers.lot
    firms = []
    for _ in range(plan.WITHOUT_MEMBERS_IN_COMMUNITIES):
        unit = lot.choice(makers.world.community_branches)
        firm = makers.firms.open(days_before(lot, REPORT_DAY, 60, 5000), unit.area)
        if lot.random() < 0.35:
            since = max(unit.row.established_on, firm.row.registered_on)
            unit.cover(firm, day_between(lot, since, REPORT_DAY - timedelta(days=10)))
        firms.append(firm)
    return firms


def open_elsewhere(makers: Makers) -> list[Firm]:
    """Enterprises without members that nobody looks after."""
    elsewhere = makers.world.districts.elsewhere
    return [
        makers.firms.open(days_before(makers.lot, REPORT_DAY, 60, 5000), makers.lot.choice(elsewhere))
        for _ in range(plan.WITHOUT_MEMBERS_ELSEWHERE)
    ]


def open_the_rest(makers: Makers) -> None:
    """Enterprises that closed before the report day, and those that are not counted."""
    lot = makers.lot
    for _ in range(plan.CLOSED_BEFORE):
        firm = makers.firms.open(days_before(lot, REPORT_DAY, 1500, 7000), makers.some_area())
        since = years_completed(firm.row.registered_on, 1)
        firm.close(day_between(lot, since, REPORT_DAY - timedelta(days=30)))
    for ownership, number in plan.NOT_COUNTED.items():
        for _ in range(number):
            registered_on = days_before(lot, REPORT_DAY, 800, 9000)
            area = lot.choice(makers.world.districts.elsewhere)
            makers.firms.open(registered_on, area, ownership=ownership)
