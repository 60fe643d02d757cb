"""Who is limited to how much, and by which address."""

import pytest
from django.core.cache import cache
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from limits.throttles import AddressThrottle, WriteThrottle
from tests.factories.accounts import UserFactory


class Limited(AddressThrottle):
    scope = "tried"
    rate = "2/min"


class Writes(WriteThrottle):
    rate = "2/min"


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet():
    cache.clear()


def passes(throttle=Limited, method="get", user=None, **meta):
    """Whether a request from there passes; the throttle is a new one, as for every request."""
    request = APIView().initialize_request(getattr(APIRequestFactory(), method)("/", **meta))
    if user is not None:
        request.user = user
    return throttle().allow_request(request, APIView())


def test_the_first_passes_and_the_one_too_many_is_told_to_wait():
    assert [passes() for _ in range(3)] == [True, True, False]

    throttle = Limited()
    assert not throttle.allow_request(APIView().initialize_request(APIRequestFactory().get("/")), APIView())
    assert 58 < throttle.wait() <= 60


def test_each_address_has_its_own_count():
    assert [passes(REMOTE_ADDR=address) for address in ("10.0.0.1", "10.0.0.2") * 2] == [True] * 4
    assert not passes(REMOTE_ADDR="10.0.0.1")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted_as_one"),
    [
        (0, ["6.6.6.1", "6.6.6.2", "6.6.6.3"], True),  # nobody may write that header: it is not read
        (1, ["6.6.6.1, 203.0.113.5", "6.6.6.2, 203.0.113.5", "203.0.113.5"], True),
        (1, ["203.0.113.5, 6.6.6.1", "203.0.113.5, 6.6.6.2", "203.0.113.5, 6.6.6.3"], False),
        (2, ["6.6.6.1, 203.0.113.5, 10.0.0.1", "6.6.6.2, 203.0.113.5, 10.0.0.2", "203.0.113.5, 10.0.0.3"], True),
        (2, ["203.0.113.5, 6.6.6.1, 10.0.0.1", "203.0.113.5, 6.6.6.2, 10.0.0.1", "6.6.6.3, 10.0.0.1"], False),
    ],
)  # fmt: skip
def test_the_address_is_the_one_that_the_own_proxies_saw(settings, proxies, forwarded, counted_as_one):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}

    passed = [passes(REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR=header) for header in forwarded]

    assert passed == [True, True, not counted_as_one]


def test_what_is_no_address_shares_one_count(settings):
    """Else a client that writes what it likes would have as many counts as it likes."""
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}

    passed = [passes(HTTP_X_FORWARDED_FOR=header) for header in ("x1", "x2" * 200, "<x3>")]

    assert passed == [True, True, False]


@pytest.mark.django_db
def test_writes_are_counted_by_user_and_reads_are_not():
    one, other = UserFactory.create_batch(2)

    assert [passes(Writes, "post", one) for _ in range(3)] == [True, True, False]
    assert passes(Writes, "patch", other)
    assert [passes(Writes, "get", one) for _ in range(3)] == [True] * 3


def test_the_limits_of_the_site():
    assert WriteThrottle().parse_rate(WriteThrottle().rate) == (600, 60)
