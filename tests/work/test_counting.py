"""The numbers above the list: per kind and subdistrict, as many as there are rows."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs.models import Area
from stats.figures import Scale
from stats.pages.asking import Asked
from tests.factories.orgs import AreaFactory
from tests.factories.work import ExemptionFactory
from tests.work.scenarios import EVERYTHING, FIRST, SCENARIOS, employing
from work.counting import overview
from work.items import KINDS, rules_on

pytestmark = pytest.mark.django_db


def counted(day=FIRST, area=None):
    return overview(Asked(day, area, Scale.ALL), rules_on(day), EVERYTHING)


def move(record, code):
    """Let it lie in the area of `code`, or nowhere."""
    area = None if code is None else AreaFactory(code=code)
    owner = record if hasattr(record, "areas") else record.memberships.get().organization
    owner.areas.update(area=area)


def test_rows_add_up_to_the_whole_and_each_is_what_its_area_has_alone():
    places = ["330304001", "330304001001", "330304002", "330304", None]
    for number, scenario in enumerate(SCENARIOS.values()):
        move(scenario().record, places[number % len(places)])
    found = counted()

    assert [row.area and row.area.code for row in found.by_area] == ["330304001", "330304002", None]
    for kind in KINDS:
        assert found.whole.numbers[kind] == sum(row.numbers[kind] for row in found.by_area) > 0
    assert found.whole.total == sum(row.total for row in found.by_area)
    for row in found.by_area[:-1]:
        alone = counted(area=row.area)
        assert {kind: alone.whole.numbers[kind] for kind in KINDS} == {
            kind: row.numbers[kind] for kind in KINDS
        }
    district = counted(area=Area.objects.get(code="330304"))
    assert 0 < district.whole.total < found.whole.total


def test_what_is_exempted_does_not_count_until_the_end_day():
    enterprise = employing(*[date(2001, 1, 1)] * 3)
    ExemptionFactory(enterprise=enterprise, valid_from=date(2020, 1, 1), valid_to=FIRST)
    own = KINDS[0]

    for day, number in ((date(2019, 12, 31), 1), (date(2020, 1, 1), 0), (date(2020, 2, 28), 0), (FIRST, 1)):
        assert counted(day).whole.numbers[own] == number, day


def test_an_exemption_is_of_one_kind_of_item():
    enterprise = employing(*[date(2001, 1, 1)] * 3)
    ExemptionFactory(enterprise=enterprise, kind="instructor", valid_from=date(2020, 1, 1))
    assert counted().whole.numbers[KINDS[0]] == 1


@pytest.mark.sqlite
def test_counting_and_telling_cost_the_same_for_one_and_for_three():
    def statements():
        with CaptureQueriesContext(connection) as found:
            asked, rules = Asked(FIRST, None, Scale.ABOVE), rules_on(FIRST)
            overview(asked, rules, EVERYTHING)
            for kind in KINDS:
                asked = Asked(FIRST, None, Scale.ALL)
                rows = list(kind.with_area(kind.rows(asked, rules, EVERYTHING), FIRST))
                assert rows
                kind.items(rows, asked, rules)
        return len(found)

    for scenario in SCENARIOS.values():
        scenario()
    with_one = statements()
    for scenario in [*SCENARIOS.values()] * 2:
        scenario()
    assert statements() == with_one
