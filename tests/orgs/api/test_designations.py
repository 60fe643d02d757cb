"""The list of designations."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs.models import DesignationLevel, Title
from tests.factories.api import keys, signed_in
from tests.factories.orgs import AreaFactory, DesignationFactory, EnterpriseFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/designations/"


def test_a_row_has_the_columns_of_the_import():
    designation = DesignationFactory(valid_to=date(2010, 1, 1))
    row = {
        "id": designation.pk,
        "enterprise": designation.enterprise.uscc,
        "title": "vigorous_harmonious",
        "level": "district",
        "awarded_on": "2000-01-01",
        "revoked_on": "2010-01-01",
    }
    client = signed_in()

    assert client.get(URL).json()["results"] == [row]
    assert client.get(f"{URL}{designation.pk}/").json() == row


@pytest.mark.parametrize("level", DesignationLevel.values)
def test_filter_by_level(level):
    made = {each: DesignationFactory(level=each) for each in DesignationLevel.values}

    assert keys(signed_in().get(URL, {"level": level}), "id") == [made[level].pk]


def test_filter_by_title():
    designation = DesignationFactory()
    client = signed_in()

    assert keys(client.get(URL, {"title": Title.VIGOROUS_HARMONIOUS}), "id") == [designation.pk]
    assert client.get(URL, {"title": "other"}).json().keys() == {"title"}


@pytest.mark.parametrize(
    ("day", "held"),
    [("2008-02-28", False), ("2008-02-29", True), ("2008-06-29", True), ("2008-06-30", False)],
)
def test_on_takes_the_day_of_award_and_not_that_of_revocation(day, held):
    DesignationFactory(valid_from=date(2008, 2, 29), valid_to=date(2008, 6, 30))

    assert signed_in().get(URL, {"on": day}).json()["count"] == int(held)


def test_filter_by_the_area_of_the_enterprise_on_the_day():
    enterprise = EnterpriseFactory(area=AreaFactory(code="330304001"))
    enterprise.areas.update(valid_to=date(2008, 6, 19))
    designation = DesignationFactory(enterprise=enterprise)
    DesignationFactory()
    AreaFactory(code="330304")
    client = signed_in()

    assert keys(client.get(URL, {"area": "330304", "on": "2008-06-18"}), "id") == [designation.pk]
    assert keys(client.get(URL, {"area": "330304"}), "id") == []


def test_search_by_enterprise():
    wanted = DesignationFactory(enterprise=EnterpriseFactory(name="温州万超电器有限公司"))
    DesignationFactory(enterprise=EnterpriseFactory(name="瓯海金州集团"))
    client = signed_in()

    for words in ("万超", "wanchao", wanted.enterprise.uscc):
        assert keys(client.get(URL, {"search": words}), "id") == [wanted.pk]


@pytest.mark.parametrize(
    ("ordering", "order"),
    [("awarded_on", [1, 0]), ("-awarded_on", [0, 1]), ("revoked_on", [1, 0]), ("-enterprise", [1, 0])],
)
def test_ordering(ordering, order):
    made = [
        DesignationFactory(valid_from=date(2008, 1, 1)),
        DesignationFactory(valid_from=date(2007, 1, 1), valid_to=date(2009, 1, 1)),
    ]

    assert keys(signed_in().get(URL, {"ordering": ordering}), "id") == [made[index].pk for index in order]


@pytest.mark.parametrize("path", ["", "{id}/"])
def test_one_row_and_three_take_the_same_queries(path, django_assert_num_queries):
    url = URL + path.format(id=DesignationFactory().pk)
    client = signed_in()
    client.get(url)
    with CaptureQueriesContext(connection) as first:
        assert client.get(url).status_code == 200
    DesignationFactory.create_batch(2)

    with django_assert_num_queries(len(first)):
        assert client.get(url).status_code == 200
