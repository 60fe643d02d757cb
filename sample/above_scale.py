"""The yearly lists of above-scale enterprises.

Until 2010 the list takes 5 million yuan of revenue, since 2011 20 million (rule 16): many left it then.
"""

from datetime import date

from orgs.models import AboveScale
from sample import REPORT_DAY, plan
from sample.makers import Makers, Standing
from sample.world import Firm

FIRST_LIST = 1998
HIGHER_THRESHOLD = date(2011, 1, 1)
LEFT_IN_2011, RETURNED, JOIN_LATER = 0.4, 0.35, 0.4


def choose(makers: Makers, standing: Standing) -> list[Firm]:
    """The enterprises that are above scale on the report day, the plan's number of each mode."""
    lot = makers.lot
    large = _large(standing)
    others = _listable([own.firm for own in standing.owns if not own.named and own.firm not in large])
    joint = _listable([firm for joint in standing.joints for firm in joint.firms])
    return [
        *large,
        *lot.sample(others, plan.ABOVE_SCALE["standalone"] - len(large)),
        *lot.sample(joint, plan.ABOVE_SCALE["joint"]),
        *lot.sample(_listable(standing.instructed), plan.ABOVE_SCALE["instructor"]),
        *lot.sample(_listable(standing.in_communities), plan.ABOVE_SCALE["community"]),
    ]


def list_yearly(makers: Makers, standing: Standing, chosen: list[Firm], later: list[Firm]) -> None:
    """Put the `chosen` on the lists by the report day, and go on until the last day.

    `later` are enterprises of which some join the lists in later years, as do some that stand.
    """
    lot = makers.lot
    large = _large(standing)
    for firm in chosen:
        first = date(lot.randint(max(FIRST_LIST, firm.row.registered_on.year + 1), 2008), 1, 1)
        if firm not in large and lot.random() < LEFT_IN_2011:
            _list(firm, first, HIGHER_THRESHOLD)
            if lot.random() < RETURNED:
                _list(firm, date(lot.randint(2013, 2019), 1, 1))
        else:
            _list(firm, first)
    for firm in [own.firm for own in standing.owns if not own.named] + later:
        if firm not in chosen and lot.random() < JOIN_LATER:
            earliest = min(max(2011, firm.row.registered_on.year + 2), plan.LAST_DAY.year)
            _list(firm, date(lot.randint(earliest, plan.LAST_DAY.year), 1, 1))
    for firm in makers.world.firms:
        if firm.row.closed_on and firm.row.closed_on < REPORT_DAY and lot.random() < JOIN_LATER:
            _list(firm, date(max(FIRST_LIST, firm.row.registered_on.year + 2), 1, 1))


def _large(standing: Standing) -> list[Firm]:
    return [own.firm for own in standing.owns[: len(plan.LARGE_SIZES)]]


def _listable(firms: list[Firm]) -> list[Firm]:
    """Those that stood when the list of 2008 was made."""
    return [firm for firm in firms if firm.row.registered_on.year < 2008]


def _list(firm: Firm, first: date, until: date | None = None) -> None:
    """A period on the lists; it ends with the enterprise."""
    closed_on = firm.row.closed_on
    if closed_on is not None:
        until = min(until or closed_on, closed_on)
    if until is None or first < until:
        firm.above_scale.append(AboveScale(enterprise=firm.row, valid_from=first, valid_to=until))
