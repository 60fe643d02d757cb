"""GET /api/v1/statistics/series/, as clients read it."""

from datetime import date

import pytest
from django.utils import timezone

from orgs.models import OrganizationArea
from stats.api.parameters import MOST_PERIODS
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.stats.asking import ask

pytestmark = pytest.mark.django_db

NOTHING = {"opening": 0, "entered": 0, "left": 0, "moved_in": 0, "moved_out": 0, "closing": 0}


def periods(**parameters):
    answer = ask("series", **parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_an_empty_register_has_every_period():
    answer = ask("series", from_="2007-01-01", to="2008-12-31", interval="year")

    assert answer.json() == {
        "results": [
            {"period": period, "organizations": NOTHING, "members": NOTHING, "enterprises": NOTHING}
            for period in ("2007", "2008")
        ]
    }


@pytest.mark.parametrize(
    ("interval", "first", "last", "count"),
    [("month", "2007-02", "2008-06", 17), ("quarter", "2007-Q1", "2008-Q2", 6), ("year", "2007", "2008", 2)],
)
def test_a_span_is_divided_as_asked(interval, first, last, count):
    found = [row["period"] for row in periods(from_="2007-02-15", to="2008-06-19", interval=interval)]

    assert (found[0], found[-1], len(found)) == (first, last, count)


def test_what_came_and_went_and_moved_is_told_apart():
    here, there = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    OrganizationFactory(area=here, established_on=date(2006, 5, 1))
    OrganizationFactory(area=here, established_on=date(2007, 5, 1), dissolved_on=date(2008, 5, 1))
    moved = OrganizationFactory(area=there, established_on=date(2006, 5, 1))
    moved.areas.update(valid_to=date(2007, 7, 1))
    OrganizationArea.objects.create(organization=moved, area=here, valid_from=date(2007, 7, 1))
    MemberFactory.create_batch(2, organization=moved, full_on=date(2001, 1, 1))
    EnterpriseFactory(area=here, registered_on=date(2007, 1, 1))

    first, second = periods(from_="2007-01-01", to="2008-12-31", interval="year", area="330304001")

    assert first["organizations"] == {**NOTHING, "opening": 1, "entered": 1, "moved_in": 1, "closing": 3}
    assert second["organizations"] == {**NOTHING, "opening": 3, "left": 1, "closing": 2}
    assert first["members"] == {**NOTHING, "moved_in": 2, "closing": 2}
    assert first["enterprises"] == {**NOTHING, "entered": 1, "closing": 1}
    [other, _later] = periods(from_="2007-01-01", to="2008-12-31", interval="year", area="330304002")
    assert other["organizations"] == {**NOTHING, "opening": 1, "moved_out": 1}


def test_the_months_of_this_year_are_the_default():
    year = timezone.localdate().year

    assert [row["period"] for row in periods()] == [f"{year}-{month:02d}" for month in range(1, 13)]


def test_a_span_that_ends_before_it_begins_is_refused():
    answer = ask("series", from_="2008-01-02", to="2008-01-01")

    assert answer.status_code == 400
    assert list(answer.json()) == ["to"]


def test_there_is_a_limit_to_the_number_of_periods():
    first = f"{2008 - MOST_PERIODS // 12}-01-01"

    assert len(periods(from_=first, to="2007-12-31")) == MOST_PERIODS
    assert ask("series", from_=first, to="2008-01-01").json().keys() == {"interval"}
    assert len(periods(from_=first, to="2008-01-01", interval="quarter")) == MOST_PERIODS // 3 + 1


@pytest.mark.parametrize("span", [("0001-01-01", "0001-12-31"), ("9999-01-01", "9999-12-31")])
def test_any_days_may_be_asked(span):
    assert len(periods(from_=span[0], to=span[1])) == 12
