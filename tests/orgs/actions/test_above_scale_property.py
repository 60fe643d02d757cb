"""The yearly list against a slow and obvious reference, on random periods, lists and days."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from orgs.actions.above_scale import DoesNotFitTheRegister, follow_yearly_list
from orgs.actions.timelines import overlapping
from orgs.models import AboveScale, Enterprise, EnterpriseArea
from sheets.writing import Changes
from tests.factories.orgs import AreaFactory, EnterpriseFactory

pytestmark = pytest.mark.django_db

FIRST = date(2008, 2, 24)  # the leap day is the sixth
LAST = 12
NEVER = LAST + 9


def day(number):
    return FIRST + timedelta(days=number)


@dataclass
class Firm:
    """An enterprise by numbers of days: a period is (from, to), `to` NEVER where it has no end."""

    registered: int
    closed: int
    moves: int
    """The day from which it lies in the area of the list; before it lies in the other one."""
    leaves: int
    """The day from which it lies in the other one again."""
    periods: list[tuple[int, int]] = field(default_factory=list)

    def above(self, number):
        return any(start <= number < end for start, end in self.periods)

    def lies_in(self, number):
        return self.registered <= number and self.moves <= number < self.leaves


@st.composite
def firms(draw):
    registered = draw(st.integers(0, 4))
    closed = draw(st.sampled_from([NEVER, NEVER, 7, 9]))
    moves = draw(st.sampled_from([0, 0, 0, 5, NEVER]))
    leaves = max(moves, draw(st.sampled_from([NEVER, NEVER, 6, 8])))
    marks = draw(st.lists(st.integers(registered, min(closed, LAST) - 1), unique=True, max_size=5))
    ends = sorted(marks)
    periods = list(zip(ends[::2], ends[1::2], strict=False))
    if len(ends) % 2:
        periods.append((ends[-1], closed))
    return Firm(registered, closed, moves, leaves, periods)


WORLDS = st.lists(st.tuples(firms(), st.booleans()), min_size=1, max_size=6)


def expected(firm, listed, on, number):
    """Whether `firm` is above scale on day `number`, after a list of day `on` that was about it."""
    if number < on or not firm.lies_in(on) or firm.above(on) == listed:
        return firm.above(number)
    if number == on:
        return listed
    if listed:  # until its next period, and then as that says
        return firm.above(number) or (
            not any(on < start <= number for start, _end in firm.periods) and (number < firm.closed)
        )
    return any(on < start <= number < end for start, end in firm.periods)


def is_refused(firm, listed, on):
    """Whether a list of day `on` cannot be followed because of `firm`."""
    if listed:
        return not firm.lies_in(on) or firm.closed <= on
    return firm.lies_in(on) and any(start == on for start, _end in firm.periods)


def store(firm, own, other):
    enterprise = EnterpriseFactory(
        registered_on=day(firm.registered), closed_on=None if firm.closed == NEVER else day(firm.closed)
    )
    marks = sorted({firm.registered, *(number for number in (firm.moves, firm.leaves) if number < NEVER)})
    marks = [number for number in marks if number >= firm.registered]
    for start, end in zip(marks, [*marks[1:], None], strict=True):
        EnterpriseArea.objects.create(
            enterprise=enterprise,
            area=own if firm.lies_in(start) else other,
            valid_from=day(start),
            valid_to=None if end is None else day(end),
        )
    for start, end in firm.periods:
        AboveScale.objects.create(
            enterprise=enterprise, valid_from=day(start), valid_to=None if end == NEVER else day(end)
        )
    return enterprise


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=WORLDS, on=st.integers(0, LAST))
def test_a_list_makes_its_day_true_and_leaves_the_days_before(world, on):
    with transaction.atomic():
        own, other = AreaFactory(code="330304001"), AreaFactory(code="330304002")
        stored = [(store(firm, own, other), firm, listed) for firm, listed in world]
        refused = any(is_refused(firm, listed, on) for _enterprise, firm, listed in stored)
        event("refused" if refused else "followed")

        def follow():
            return follow_yearly_list(
                codes=[enterprise.uscc for enterprise, _firm, listed in stored if listed],
                on=day(on),
                among=Enterprise.objects.in_area(own, day(on)),
                changes=Changes(),
                by=None,
            )

        if refused:
            with pytest.raises(DoesNotFitTheRegister):
                follow()
            assert not AboveScale.history.filter(history_change_reason="import").exists()
        else:
            done = follow()
            written = len(done.entering) + len(done.leaving)
            assert AboveScale.history.filter(history_change_reason="import").count() == written
            again = follow()
            assert (again.entering, again.leaving) == ((), ())
            assert AboveScale.history.filter(history_change_reason="import").count() == written
        for number in range(-1, LAST + 4):
            above = set(Enterprise.objects.above_scale_on(day(number)))
            for enterprise, firm, listed in stored:
                truth = firm.above(number) if refused else expected(firm, listed, on, number)
                assert (enterprise in above) == truth, (firm, listed, number)
        for enterprise, _firm, _listed in stored:
            assert not list(overlapping(enterprise.above_scale_periods.all()))
        transaction.set_rollback(True)
