"""The list of enterprises."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs.models import EnterpriseArea, Ownership
from tests.factories.api import keys, signed_in
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)

pytestmark = pytest.mark.django_db
URL = "/api/v1/enterprises/"


def test_a_row_has_the_columns_of_the_import():
    enterprise = EnterpriseFactory(
        name="温州万超电器有限公司",
        area=AreaFactory(code="330304001"),
        legal_form="有限责任公司",
        address="站前路1号",
        above_scale_from=date(2005, 1, 1),
        employees=120,
        contact_name="王五",
        contact_phone="13800000000",
    )

    assert signed_in().get(URL).json() == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [
            {
                "uscc": enterprise.uscc,
                "name": "温州万超电器有限公司",
                "area": "330304001",
                "legal_form": "有限责任公司",
                "ownership": "private",
                "address": "站前路1号",
                "registered_on": "2000-01-01",
                "closed_on": None,
                "above_scale_from": "2005-01-01",
                "above_scale_to": None,
                "employees": 120,
            }
        ],
    }


def test_above_scale_is_the_latest_period():
    enterprise = EnterpriseFactory(above_scale_from=date(2009, 1, 1))
    enterprise.above_scale_periods.create(valid_from=date(2001, 1, 1), valid_to=date(2003, 1, 1))

    row = signed_in().get(URL).json()["results"][0]

    assert (row["above_scale_from"], row["above_scale_to"]) == ("2009-01-01", None)


def test_nobody_reads_contacts():
    EnterpriseFactory(contact_name="王五", contact_phone="13800000000")
    client = signed_in("orgs.view_enterprise", "members.view_member", "orgs.view_instructor")

    assert "王五" not in client.get(URL).content.decode()
    assert client.get(URL, {"search": "13800000000"}).json()["count"] == 0


@pytest.mark.parametrize("ownership", Ownership.values)
def test_filter_by_ownership(ownership):
    by_ownership = {each: EnterpriseFactory(ownership=each) for each in Ownership.values}

    assert keys(signed_in().get(URL, {"ownership": ownership}), "uscc") == [by_ownership[ownership].uscc]


def test_filter_by_area_takes_the_whole_subtree():
    district, street, other = (AreaFactory(code=code) for code in ("330304", "330304001", "330305"))
    own = EnterpriseFactory(area=district)
    below = EnterpriseFactory(area=street)
    EnterpriseFactory(area=other)
    EnterpriseFactory()

    assert keys(signed_in().get(URL, {"area": "330304"}), "uscc") == sorted([own.uscc, below.uscc])


def test_the_area_is_that_of_the_day():
    old, new = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    enterprise = EnterpriseFactory(area=old)
    enterprise.areas.update(valid_to=date(2008, 6, 19))
    EnterpriseArea.objects.create(enterprise=enterprise, area=new, valid_from=date(2008, 6, 19))
    client = signed_in()

    before = client.get(URL, {"on": "2008-06-18", "area": "330304001"}).json()["results"]
    after = client.get(URL, {"on": "2008-06-19", "area": "330304002"}).json()["results"]
    today = client.get(URL, {"area": "330304002"}).json()["results"]

    assert [row["area"] for row in before] == ["330304001"]
    assert [row["area"] for row in after + today] == ["330304002", "330304002"]
    assert keys(client.get(URL, {"on": "2008-06-19", "area": "330304001"}), "uscc") == []


@pytest.mark.parametrize(
    ("day", "operates"),
    [("2008-02-28", False), ("2008-02-29", True), ("2012-02-28", True), ("2012-02-29", False)],
)
def test_on_takes_the_day_of_registration_and_not_that_of_closing(day, operates):
    EnterpriseFactory(registered_on=date(2008, 2, 29), closed_on=date(2012, 2, 29))

    assert signed_in().get(URL, {"on": day}).json()["count"] == int(operates)


def test_without_on_closed_enterprises_are_listed_too():
    EnterpriseFactory(closed_on=date(2005, 1, 1))

    assert signed_in().get(URL).json()["count"] == 1


@pytest.mark.parametrize(
    "words", ["万超", "wanchao", "WANCHAO", "wzwc", "wen chao", "91330399000077", "9133 万超", " 万超 "]
)
def test_search_by_name_pinyin_and_code(words):
    wanted = EnterpriseFactory(name="温州万超电器有限公司", uscc="91330399000077777X")
    EnterpriseFactory(name="瓯海金州集团", uscc="913303990000888881")

    assert keys(signed_in().get(URL, {"search": words}), "uscc") == [wanted.uscc]


def test_a_percent_sign_is_searched_as_itself():
    EnterpriseFactory()

    assert keys(signed_in().get(URL, {"search": "%"}), "uscc") == []


@pytest.mark.parametrize(
    ("ordering", "names"),
    [
        ("name", ["a", "b", "c"]),
        ("-name", ["c", "b", "a"]),
        ("employees", ["b", "c", "a"]),
        ("-employees", ["c", "b", "a"]),
        ("registered_on,-name", ["c", "b", "a"]),
        ("closed_on", ["c", "a", "b"]),
        ("-uscc", ["c", "b", "a"]),
    ],
)
def test_ordering_with_empty_values_last(ordering, names):
    EnterpriseFactory(name="a", employees=None)
    EnterpriseFactory(name="b", employees=1)
    EnterpriseFactory(name="c", employees=2, closed_on=date(2010, 1, 1))

    assert keys(signed_in().get(URL, {"ordering": ordering}), "name") == names


def test_the_detail_tells_the_histories():
    enterprise = EnterpriseFactory(area=AreaFactory(code="330304001"), above_scale_from=date(2005, 1, 1))
    enterprise.areas.update(valid_to=date(2006, 1, 1))
    EnterpriseArea.objects.create(enterprise=enterprise, area=None, valid_from=date(2006, 1, 1))
    organization = OrganizationFactory(covers=[enterprise])

    detail = signed_in().get(f"{URL}{enterprise.uscc}/").json()

    assert detail["uscc"] == enterprise.uscc
    assert detail["area"] is None
    assert detail["areas"] == [
        {"valid_from": "2000-01-01", "valid_to": "2006-01-01", "area": "330304001"},
        {"valid_from": "2006-01-01", "valid_to": None, "area": None},
    ]
    assert detail["above_scale_periods"] == [{"valid_from": "2005-01-01", "valid_to": None}]
    assert detail["coverage"] == [
        {
            "valid_from": "2000-01-01",
            "valid_to": None,
            "organization": {"code": organization.code, "name": organization.name},
        }
    ]


def test_the_detail_is_as_of_the_day():
    enterprise = EnterpriseFactory(area=AreaFactory(code="330304001"))
    enterprise.areas.update(valid_to=date(2006, 1, 1))

    detail = signed_in().get(f"{URL}{enterprise.uscc}/", {"on": "2005-12-31"}).json()

    assert detail["area"] == "330304001"


def test_an_unknown_code_is_404():
    assert signed_in().get(f"{URL}91330399000077777X/").status_code == 404


@pytest.mark.parametrize("path", ["", "{uscc}/"])
def test_one_row_and_three_take_the_same_queries(path, django_assert_num_queries):
    def make():
        enterprise = EnterpriseFactory(area=AreaFactory(), above_scale_from=date(2005, 1, 1))
        InstructorFactory(enterprise=enterprise)
        for _ in range(2):
            CoverageFactory(enterprise=enterprise)
        return enterprise

    enterprise = make()
    url = URL + path.format(uscc=enterprise.uscc)
    client = signed_in()
    client.get(url)
    with CaptureQueriesContext(connection) as first:
        assert client.get(url).status_code == 200
    make(), make(), CoverageFactory(enterprise=enterprise)

    with django_assert_num_queries(len(first)):
        assert client.get(url).status_code == 200


def test_the_count_asks_for_nothing_but_the_rows_to_count():
    EnterpriseFactory(area=AreaFactory())
    client = signed_in()
    with CaptureQueriesContext(connection) as queries:
        client.get(URL)

    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert len(counts) == 1
    assert "area" not in counts[0]
