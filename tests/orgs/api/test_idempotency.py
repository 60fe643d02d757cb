"""`Idempotency-Key`: the same POST again makes nothing new."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orgs.models import Enterprise, KeptAnswer
from tests.factories.accounts import UserFactory
from tests.factories.api import added, patched, signed_in, token_client
from tests.factories.orgs import credit_code
from tests.orgs.admin.test_refusals import at_once

pytestmark = pytest.mark.django_db
URL = "/api/v1/enterprises/"
KEY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
BODY = {"uscc": credit_code(7), "name": "温州电器", "registered_on": "2001-02-03"}


@pytest.fixture
def client():
    return signed_in("orgs.add_enterprise", "orgs.change_enterprise", "orgs.add_designation")


def test_a_repeated_post_answers_the_same_and_makes_one_record(client):
    first, second = added(client, URL, BODY, **KEY), added(client, URL, dict(reversed(BODY.items())), **KEY)

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    for header in ("Location", "ETag"):
        assert first.headers[header] == second.headers[header]
    assert Enterprise.objects.count() == Enterprise.history.count() == 1


def test_without_a_key_a_repeated_post_is_a_second_one(client):
    assert added(client, URL, BODY).status_code == 201
    assert added(client, URL, BODY).status_code == 400


def test_a_key_of_another_body_or_address_is_refused(client):
    added(client, URL, BODY, **KEY)

    assert added(client, URL, {**BODY, "employees": 3}, **KEY).status_code == 422
    assert added(client, "/api/v1/designations/", BODY, **KEY).status_code == 422
    assert Enterprise.objects.count() == 1


def test_what_failed_may_be_mended_under_its_key(client):
    assert added(client, URL, {**BODY, "employees": -1}, **KEY).status_code == 400
    assert not KeptAnswer.objects.exists()
    assert added(client, URL, BODY, **KEY).status_code == 201


def test_users_do_not_share_keys(client):
    added(client, URL, BODY, **KEY)
    other = signed_in("orgs.add_enterprise")

    assert added(other, URL, {**BODY, "uscc": credit_code(8)}, **KEY).status_code == 201


def test_a_key_is_kept_for_a_day(client):
    added(client, URL, BODY, **KEY)
    KeptAnswer.objects.update(kept_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert added(client, URL, BODY, **KEY).status_code == 201
    KeptAnswer.objects.update(kept_at=timezone.now() - timedelta(hours=24, minutes=1))

    assert added(client, URL, BODY, **KEY).status_code == 400  # done again, and there is one already


def test_a_repeated_post_shows_the_record_as_it_is_now(client):
    location = added(client, URL, BODY, **KEY).headers["Location"]
    patched(client, location, {"employees": 3})

    assert added(client, URL, BODY, **KEY).json()["employees"] == 3


def test_who_may_add_no_longer_is_answered_nothing(client):
    user = UserFactory(is_superuser=True)
    writer = token_client(user)
    added(writer, URL, BODY, **KEY)
    user.is_superuser = False
    user.save()

    assert added(writer, URL, BODY, **KEY).status_code == 403


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256])
def test_a_key_that_is_none_is_refused(client, key):
    answer = added(client, URL, BODY, **{"Idempotency-Key": key})

    assert (answer.status_code, answer.json().keys()) == (400, {"Idempotency-Key"})
    assert not Enterprise.objects.exists()


def test_what_is_kept_holds_nothing_of_the_body_in_clear():
    body = {"member_no": "M1", "name": "单雄信", "phone": "13700000000", "birth_date": "1970-03-04"}
    added(signed_in("members.add_member"), "/api/v1/members/", body, **KEY)

    kept = str(KeptAnswer.objects.values().get())
    assert "M1" in kept
    for secret in ("单雄信", "13700000000", "1970", KEY["Idempotency-Key"].strip('"')):
        assert secret not in kept


@pytest.mark.django_db(transaction=True)
def test_of_two_that_arrive_at_once_exactly_one_makes_the_record(client):
    answers = at_once(*[lambda: added(client, URL, BODY, **KEY)] * 2)

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Enterprise.objects.count() == Enterprise.history.count() == 1
