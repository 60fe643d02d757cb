"""The API as a whole: its lists, who may read them, and by which methods."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from tests.factories.accounts import UserFactory
from tests.factories.api import signed_in, token_client

pytestmark = pytest.mark.django_db

LISTS = [
    "areas",
    "enterprises",
    "organizations",
    "community-general-branches",
    "coverage",
    "members",
    "transfers",
    "applications",
    "instructors",
    "designations",
]


def test_the_root_names_the_lists_to_anyone():
    answer = APIClient().get("/api/v1/")

    assert answer.json() == {name: f"http://testserver/api/v1/{name}/" for name in LISTS}


def test_the_root_knows_no_parameters():
    assert APIClient().get("/api/v1/", {"colour": "red"}).json().keys() == {"colour"}


@pytest.mark.parametrize("name", LISTS)
def test_every_list_has_the_same_shape(name):
    answer = signed_in("applications.view_application").get(f"/api/v1/{name}/")

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {"count": 0, "next": None, "previous": None, "results": []}


@pytest.mark.parametrize("path", ["", "1/"])
@pytest.mark.parametrize("name", LISTS)
def test_nobody_reads_without_signing_in(name, path):
    answer = APIClient().get(f"/api/v1/{name}/{path}")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Token"
    assert list(answer.json()) == ["detail"]


def test_a_session_signs_in_too():
    client = APIClient()
    client.force_login(UserFactory())

    assert client.get("/api/v1/areas/").status_code == 200


def test_a_token_that_expired_signs_nobody_in():
    client = token_client(UserFactory(), expiry=timedelta(seconds=-1))

    assert client.get("/api/v1/areas/").status_code == 401


def test_a_token_of_a_user_who_left_signs_nobody_in():
    client = token_client(UserFactory(is_active=False))

    assert client.get("/api/v1/areas/").status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "Token",
        "Token x",
        "Token a b",
        "Token ÿ",
        "Token " + "0" * 64,
        "Bearer x",
        "Basic eDp5",
        "ÿ",
        "Token \x01",
    ],
)
def test_a_wrong_key_is_401(header):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)

    assert client.get("/api/v1/areas/").status_code == 401


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["", "1/"])
@pytest.mark.parametrize("name", LISTS)
def test_lists_are_added_to_and_records_changed_and_nothing_else_is_written(name, path, method):
    writes = (
        {"": {"post"}, "1/": {"patch"}}[path] if name not in ("areas", "transfers", "applications") else set()
    )
    answer = getattr(signed_in(), method)(f"/api/v1/{name}/{path}", {}, format="json")

    assert answer.status_code == (403 if method in writes else 405)
    if answer.status_code == 405:
        allowed = {"GET", "HEAD", "OPTIONS", *(write.upper() for write in writes)}
        assert set(answer.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("name", LISTS)
def test_head_and_options_are_answered(name):
    client = signed_in("applications.view_application")

    assert client.head(f"/api/v1/{name}/").status_code == 200
    assert client.options(f"/api/v1/{name}/").status_code == 200


def test_an_address_without_its_slash_leads_to_the_one_with_it():
    answer = signed_in().get("/api/v1/areas?level=city")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/api/v1/areas/?level=city")


@pytest.mark.parametrize("path", ["practices/", "areas/33/children/", "x%00/"])
def test_an_address_that_is_none_is_404_in_json(path):
    answer = signed_in().get(f"/api/v1/{path}")

    assert answer.status_code == 404
    assert list(answer.json()) == ["detail"]
