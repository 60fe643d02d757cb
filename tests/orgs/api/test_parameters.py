"""An unknown parameter or a bad value is a 400 that names it, on every list and detail."""

import pytest

from tests.factories.api import signed_in
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)

pytestmark = pytest.mark.django_db

LISTS = [
    "areas",
    "enterprises",
    "organizations",
    "community-general-branches",
    "members",
    "instructors",
    "designations",
]
OF_DAYS = LISTS[1:]


def named(response):
    """The parameters that a 400 names."""
    assert response.status_code == 400, response.content
    body = response.json()
    assert all(isinstance(messages, list) and messages for messages in body.values())
    return set(body)


BAD = [
    ("colour", "red"),
    ("colour", ""),
    ("On", "2008-06-19"),
    ("name", "x"),
    ("id_number", "330304"),
    ("area", "330399"),
    ("area", "瓯海"),
    ("area", ""),
    ("area", "33\0"),
    ("search", "\0"),
    ("search", "x" * 101),
    ("ordering", "colour"),
    ("ordering", "-"),
    ("ordering", ","),
    ("ordering", ",-"),
    ("ordering", ""),
    ("ordering", "id_number"),
    ("page", "0"),
    ("page", "-1"),
    ("page", "two"),
    ("page", "last"),
    ("page", "1.5"),
    ("page", "²"),
    ("page", "9" * 5000),
    ("page", ""),
    ("page_size", "0"),
    ("page_size", "1001"),
    ("page_size", "many"),
    ("cursor", "\0"),
    ("format", "xml"),
    ("format", ""),
]
NO_DAYS = [
    "",
    "today",
    "2007-02-29",
    "2008-13-01",
    "2008-6-9",
    "20080619",
    "06/19/2008",
    "2008-W25-4",
    "0000-01-01",
    "2008-06-19T00:00:00",
    "２００８-06-19",
    " 2008-06-19",
    "2008-06-19\0",
]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_names_what_it_does_not_understand(name):
    client = signed_in()

    for parameter, value in BAD:
        assert named(client.get(f"/api/v1/{name}/", {parameter: value})) == {parameter}, value


@pytest.mark.parametrize("name", OF_DAYS)
def test_on_is_a_day(name):
    client = signed_in()

    for text in NO_DAYS:
        assert named(client.get(f"/api/v1/{name}/", {"on": text})) == {"on"}, text


@pytest.mark.parametrize("name", OF_DAYS)
def test_on_is_any_day_there_is(name):
    client = signed_in()

    for day in ("0001-01-01", "2008-02-29", "9999-12-31"):
        assert client.get(f"/api/v1/{name}/", {"on": day}).status_code == 200


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("areas", "level"),
        ("enterprises", "ownership"),
        ("organizations", "kind"),
        ("organizations", "initiated_by"),
        ("community-general-branches", "kind"),
        ("community-general-branches", "initiated_by"),
        ("members", "sex"),
        ("members", "stage"),
        ("members", "ended_reason"),
        ("designations", "title"),
        ("designations", "level"),
    ],
)
def test_a_choice_is_one_of_its_values(name, parameter):
    client = signed_in()

    for value in ("other", "", "null", "党委"):
        assert named(client.get(f"/api/v1/{name}/", {parameter: value})) == {parameter}, value


def test_all_bad_filters_are_named_at_once():
    answer = signed_in().get("/api/v1/enterprises/", {"area": "1", "ownership": "2", "ordering": "3"})

    assert named(answer) == {"area", "ownership", "ordering"}


def test_a_parameter_is_given_once():
    assert named(signed_in().get("/api/v1/areas/?level=city&level=district")) == {"level"}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_answers_to_empty_and_to_long_values(name):
    client = signed_in()

    for query in ({"format": "json"}, {"search": ""}, {"search": "x " * 50}, {"cursor": ""}):
        assert client.get(f"/api/v1/{name}/", query).status_code == 200, query


DETAILS = [
    ("areas", lambda: AreaFactory().code),
    ("enterprises", lambda: EnterpriseFactory().uscc),
    ("organizations", lambda: OrganizationFactory().code),
    ("community-general-branches", lambda: OrganizationFactory(kind="community_general_branch").code),
    ("members", lambda: MemberFactory().member_no),
    ("instructors", lambda: InstructorFactory().pk),
    ("designations", lambda: DesignationFactory().pk),
]


@pytest.mark.parametrize(("name", "make"), DETAILS, ids=LISTS)
def test_a_detail_names_what_it_does_not_understand(name, make):
    client = signed_in()
    url = f"/api/v1/{name}/{make()}/"

    assert client.get(url, {"format": "json"}).status_code == 200
    for parameter in ("colour", "search", "page", "ordering"):
        assert named(client.get(url, {parameter: "1"})) == {parameter}
    assert named(client.get(url, {"on": "2007-02-29"})) == {"on"}
    if name != "areas":
        assert client.get(url, {"on": "2008-02-29"}).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_an_unknown_key_is_404(name):
    client = signed_in()

    for key in ("%00", "none", "%ED%A0%80", "x" * 200, "' OR 1=1 --"):
        assert client.get(f"/api/v1/{name}/{key}/").status_code == 404, key


def test_messages_follow_the_language_of_the_visitor():
    answer = signed_in().get("/api/v1/areas/", {"page": "999999"}, HTTP_ACCEPT_LANGUAGE="zh-hans")

    assert answer.json() == {"detail": "无效页面。"}
