"""Pages by number and by cursor."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.api import keys, signed_in
from tests.factories.orgs import AreaFactory, DesignationFactory, EnterpriseFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/enterprises/"


def test_pages_follow_one_another_and_keep_the_filters():
    area = AreaFactory(code="330304001")
    wanted = EnterpriseFactory.create_batch(5, area=area, ownership="foreign")
    EnterpriseFactory.create_batch(2)
    client = signed_in()
    query = {"area": "330304001", "ownership": "foreign", "on": "2008-06-19", "search": "温州"}

    first = client.get(URL, {**query, "page_size": 2, "ordering": "-uscc"}).json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()

    assert first["count"] == second["count"] == 5
    assert first["previous"] is None
    assert third["next"] is None
    assert parse_qs(urlsplit(second["previous"]).query)["ownership"] == ["foreign"]
    assert client.get(second["previous"]).json() == first
    pages = [row["uscc"] for page in (first, second, third) for row in page["results"]]
    assert pages == sorted((enterprise.uscc for enterprise in wanted), reverse=True)


def test_a_page_has_a_hundred_rows_unless_told_otherwise():
    EnterpriseFactory.create_batch(101)
    client = signed_in()

    assert len(client.get(URL).json()["results"]) == 100
    assert len(client.get(URL, {"page": 2}).json()["results"]) == 1
    assert len(client.get(URL, {"page_size": 1000}).json()["results"]) == 101


def test_an_empty_list_has_a_first_page():
    assert signed_in().get(URL).json() == {"count": 0, "next": None, "previous": None, "results": []}


@pytest.mark.parametrize("page", [2, 10**18 - 1])
def test_a_page_behind_the_last_is_404(page):
    EnterpriseFactory()

    assert signed_in().get(URL, {"page": page}).status_code == 404


def test_rows_that_are_equal_in_the_ordering_stand_by_key_on_every_page():
    EnterpriseFactory.create_batch(6, name="同名")
    client = signed_in()

    found = [
        uscc
        for page in (1, 2, 3)
        for uscc in keys(client.get(URL, {"ordering": "-name", "page_size": 2, "page": page}), "uscc")
    ]

    assert found == sorted(found)
    assert len(set(found)) == 6


def test_a_cursor_reads_all_rows_once_in_the_order_of_the_key():
    wanted = EnterpriseFactory.create_batch(5, ownership="foreign")
    EnterpriseFactory.create_batch(2)
    client = signed_in()

    found = []
    following = f"{URL}?cursor=&page_size=2&ownership=foreign"
    while following:
        page = client.get(following).json()
        assert (page["count"], page["previous"]) == (None, None)
        found += [row["uscc"] for row in page["results"]]
        following = page["next"]

    assert found == sorted(enterprise.uscc for enterprise in wanted)


def test_the_last_page_by_cursor_has_no_next_when_it_is_full():
    EnterpriseFactory.create_batch(2)

    assert signed_in().get(URL, {"cursor": "", "page_size": 2}).json()["next"] is None


def test_a_cursor_goes_by_number_where_the_key_is_one():
    made = DesignationFactory.create_batch(12)
    client = signed_in()

    first = client.get("/api/v1/designations/", {"cursor": "", "page_size": 11}).json()
    second = client.get(first["next"]).json()

    assert [row["id"] for row in first["results"] + second["results"]] == [each.pk for each in made]


@pytest.mark.parametrize(("name", "value"), [("page", "1"), ("ordering", "uscc")])
def test_a_cursor_goes_with_neither_page_nor_ordering(name, value):
    answer = signed_in().get(URL, {"cursor": "", name: value})

    assert (answer.status_code, list(answer.json())) == (400, [name])


@pytest.mark.parametrize("cursor", ["abc", "1.5", "9" * 30])
def test_a_cursor_of_another_list_is_refused_where_the_key_is_a_number(cursor):
    answer = signed_in().get("/api/v1/designations/", {"cursor": cursor})

    assert (answer.status_code, list(answer.json())) == (400, ["cursor"])


def test_a_cursor_counts_nothing_and_skips_nothing():
    EnterpriseFactory.create_batch(3)
    client = signed_in()
    with CaptureQueriesContext(connection) as queries:
        client.get(URL, {"cursor": "", "page_size": 1})

    statements = " ".join(query["sql"] for query in queries)
    assert "COUNT(" not in statements
    assert "OFFSET" not in statements
