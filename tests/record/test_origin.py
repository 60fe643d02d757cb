"""What is recorded tells where it comes from."""

import pytest
from django.test import RequestFactory

from record.origin import because, client_address, current_origin
from tests.factories.orgs import EnterpriseFactory

FORWARDED = "203.0.113.9, 198.51.100.7, 192.0.2.1"


@pytest.mark.parametrize(
    ("proxies", "address"),
    [(0, "127.0.0.1"), (1, "192.0.2.1"), (2, "198.51.100.7"), (3, "203.0.113.9"), (9, "203.0.113.9")],
)
def test_the_address_is_believed_as_far_as_there_are_proxies(settings, proxies, address):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    request = RequestFactory().get("/", headers={"X-Forwarded-For": FORWARDED})
    assert client_address(request) == address


@pytest.mark.parametrize("forged", ["", " ", "nonsense", "<script>", "1.2.3.4.5, "])
def test_an_address_that_is_none_is_not_kept(settings, forged):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forged})
    assert client_address(request) in ("", "127.0.0.1")


def test_an_address_names_no_link_of_the_server(settings):
    """What stands behind `%` may be of any length, and would make many addresses of one."""
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "fe80::1%" + "e" * 300})
    assert client_address(request) == "fe80::1"


def test_an_answer_names_its_request_and_a_client_cannot(client, settings):
    given = "a" * 32
    first, second = (client.get("/healthz", headers={"X-Request-ID": given}) for _time in range(2))
    assert first["X-Request-ID"] != second["X-Request-ID"] != given
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    assert client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] == given
    assert client.get("/healthz", headers={"X-Request-ID": "no id\x00"})["X-Request-ID"] != "no id\x00"


@pytest.mark.django_db
def test_a_change_keeps_address_request_and_reason(admin_client):
    enterprise = EnterpriseFactory()
    assert enterprise.history.get().request_id == current_origin().request_id
    with because(" the yearly list "):
        enterprise.name = "another"
        enterprise.save()
    assert enterprise.history.latest().history_change_reason == "the yearly list"
    assert current_origin().reason == ""


@pytest.mark.django_db
def test_where_a_change_comes_from_is_kept_beside_what_the_record_calls_its_address():
    enterprise = EnterpriseFactory(address="梧田大道1号")
    entry = enterprise.history.get()
    assert (entry.address, entry.client_address) == ("梧田大道1号", "")
