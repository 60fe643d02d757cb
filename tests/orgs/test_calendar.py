"""Months on the calendar."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.calendar import months_completed, months_later, years_completed

days = st.dates(date(1900, 1, 1), date(2300, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "last_in_time", "completed"),
    [
        (date(2008, 6, 19), 1, date(2008, 7, 19), date(2008, 7, 19)),
        (date(2008, 6, 19), 12, date(2009, 6, 19), date(2009, 6, 19)),
        (date(2008, 1, 31), 1, date(2008, 2, 29), date(2008, 3, 1)),
        (date(2009, 1, 31), 1, date(2009, 2, 28), date(2009, 3, 1)),
        (date(2008, 2, 29), 12, date(2009, 2, 28), date(2009, 3, 1)),
        (date(2008, 2, 29), 48, date(2012, 2, 29), date(2012, 2, 29)),
        (date(2008, 12, 31), 6, date(2009, 6, 30), date(2009, 7, 1)),
        (date(2008, 12, 1), 1, date(2009, 1, 1), date(2009, 1, 1)),
        (date(2008, 6, 19), 0, date(2008, 6, 19), date(2008, 6, 19)),
        (date(9999, 6, 19), 12, date.max, date.max),
    ],
)
def test_a_limit_ends_in_its_month_and_whole_months_are_over_after_their_last_day(
    day, months, last_in_time, completed
):
    assert (months_later(day, months), months_completed(day, months)) == (last_in_time, completed)


@given(day=days, months=st.integers(0, 240))
def test_a_limit_lies_in_the_month_so_many_months_later_as_near_to_the_number_as_it_can(day, months):
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == min(day.day, monthrange(later.year, later.month)[1])


@given(day=days, months=st.integers(0, 240))
def test_whole_months_are_over_when_the_number_is_reached_and_not_a_day_earlier(day, months):
    completed = months_completed(day, months)
    same_number = completed.day == day.day
    assert same_number or (completed.day == 1 and (completed - timedelta(days=1)).day < day.day)
    assert months_later(day, months) in (completed, completed - timedelta(days=1))


@given(day=days, later=days, months=st.integers(0, 240))
def test_who_begins_later_is_not_done_earlier(day, later, months):
    first, second = sorted([day, later])
    assert months_later(first, months) <= months_later(second, months)
    assert months_completed(first, months) <= months_completed(second, months)


@pytest.mark.parametrize(
    ("day", "years", "completed"),
    [
        (date(2020, 2, 29), 3, date(2023, 3, 1)),
        (date(2024, 2, 29), -1, date(2023, 3, 1)),
        (date(2024, 3, 1), -1, date(2023, 3, 1)),
        (date(2020, 2, 29), 4, date(2024, 2, 29)),
        (date(9998, 6, 1), 5, date.max),
    ],
)
def test_whole_years_are_over_on_the_same_day_or_on_the_first_of_march(day, years, completed):
    assert years_completed(day, years) == completed
