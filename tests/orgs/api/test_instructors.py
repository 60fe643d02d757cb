"""The list of instructors."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.api import keys, signed_in
from tests.factories.orgs import AreaFactory, EnterpriseFactory, InstructorFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/instructors/"
SEES_NAMES = "orgs.view_instructor"


def test_a_row_for_one_who_may_see_instructors():
    instructor = InstructorFactory(
        name="李四", phone="13900000000", employer="景山街道党工委", days_per_month=3
    )

    assert signed_in(SEES_NAMES).get(URL).json()["results"] == [
        {
            "id": instructor.pk,
            "name": "李四",
            "enterprise": instructor.enterprise.uscc,
            "valid_from": "2000-01-01",
            "valid_to": None,
            "employer": "景山街道党工委",
            "days_per_month": 3,
        }
    ]


def test_nobody_else_reads_names_and_workloads():
    instructor = InstructorFactory(name="李四", days_per_month=3)
    client = signed_in()

    row = client.get(URL).json()["results"][0]
    assert row.keys() == {"id", "enterprise", "valid_from", "valid_to", "employer"}
    assert client.get(f"{URL}{instructor.pk}/").json().keys() == row.keys()


def test_names_are_searched_and_ordered_by_those_who_may_see_them():
    first = InstructorFactory(name="李四")
    second = InstructorFactory(name="阿三")
    client = signed_in(SEES_NAMES)

    for words in ("李四", "lisi", "ls"):
        assert keys(client.get(URL, {"search": words}), "id") == [first.pk]
    assert keys(client.get(URL, {"ordering": "name"}), "id") == [first.pk, second.pk]
    assert keys(client.get(URL, {"ordering": "-name"}), "id") == [second.pk, first.pk]


def test_names_are_not_searched_or_ordered_by_others():
    InstructorFactory(name="李四")
    client = signed_in()

    for words in ("李四", "lisi"):
        assert keys(client.get(URL, {"search": words}), "id") == []
    answer = client.get(URL, {"ordering": "name"})
    assert (answer.status_code, list(answer.json())) == (400, ["ordering"])


def test_nobody_searches_phones():
    InstructorFactory(phone="13900000000")

    assert keys(signed_in(SEES_NAMES).get(URL, {"search": "13900000000"}), "id") == []


def test_search_by_enterprise():
    wanted = InstructorFactory(enterprise=EnterpriseFactory(name="温州万超电器有限公司"))
    InstructorFactory(enterprise=EnterpriseFactory(name="瓯海金州集团"))
    client = signed_in()

    for words in ("万超", "wanchao", wanted.enterprise.uscc):
        assert keys(client.get(URL, {"search": words}), "id") == [wanted.pk]


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2008-02-28", False), ("2008-02-29", True), ("2008-06-29", True), ("2008-06-30", False)],
)
def test_on_takes_the_first_day_and_not_the_end_day(day, holds):
    InstructorFactory(valid_from=date(2008, 2, 29), valid_to=date(2008, 6, 30))

    assert signed_in().get(URL, {"on": day}).json()["count"] == int(holds)


def test_filter_by_the_area_of_the_enterprise_on_the_day():
    enterprise = EnterpriseFactory(area=AreaFactory(code="330304001"))
    enterprise.areas.update(valid_to=date(2008, 6, 19))
    instructor = InstructorFactory(enterprise=enterprise)
    InstructorFactory()
    AreaFactory(code="330304")
    client = signed_in()

    assert keys(client.get(URL, {"area": "330304", "on": "2008-06-18"}), "id") == [instructor.pk]
    assert keys(client.get(URL, {"area": "330304", "on": "2008-06-19"}), "id") == []


def test_an_instructor_is_found_by_id_alone():
    client = signed_in()
    instructor = InstructorFactory()

    assert client.get(f"{URL}{instructor.pk}/").json()["id"] == instructor.pk
    for wrong in ("0", "999999999999999999", "9" * 40, "abc", "１"):
        assert client.get(f"{URL}{wrong}/").status_code == 404


@pytest.mark.parametrize("path", ["", "{id}/"])
def test_one_row_and_three_take_the_same_queries(path, django_assert_num_queries):
    url = URL + path.format(id=InstructorFactory().pk)
    client = signed_in(SEES_NAMES)
    client.get(url)
    with CaptureQueriesContext(connection) as first:
        assert client.get(url).status_code == 200
    InstructorFactory.create_batch(2)

    with django_assert_num_queries(len(first)):
        assert client.get(url).status_code == 200
