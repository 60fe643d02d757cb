"""Which keys open the API, until when, and what the access log tells of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import MOST_REFUSED_KEYS, end_token, note_use
from accounts.models import Token, TokenUse
from record.models import AccessEntry, Event
from tests.factories.accounts import UserFactory
from tests.factories.api import keys
from tests.factories.orgs import AreaFactory
from tests.factories.turns import at_once

pytestmark = pytest.mark.django_db

AREAS = "/api/v1/areas/"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""Noon of 2 March in Asia/Shanghai."""


@pytest.fixture
def made():
    """A token and a client that sends its key: `made.token`, `made.ask(address)`."""
    return Made(UserFactory(username="li"))


class Made:
    def __init__(self, user):
        self.user = user
        self.token, self.key = Token.objects.create(user, expiry=None)

    def ask(self, address="192.0.2.1", key=None):
        client = APIClient(REMOTE_ADDR=address)
        return client.get(AREAS, headers={"Authorization": f"Token {key or self.key}"}).status_code


def noted(event):
    return list(AccessEntry.objects.filter(event=event).order_by("at", "id"))


def at(monkeypatch, moment):
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_the_first_use_of_a_day_from_an_address_is_noted(made, monkeypatch):
    at(monkeypatch, NOON)
    for address in ("192.0.2.1", "192.0.2.1", "2001:db8::7", "192.0.2.1"):
        assert made.ask(address) == 200
    entries = noted(Event.TOKEN_USED)
    assert [(entry.client_address, entry.user, entry.subject) for entry in entries] == [
        ("192.0.2.1", made.user, f"accounts.token {made.token.pk}"),
        ("2001:db8::7", made.user, f"accounts.token {made.token.pk}"),
    ]

    at(monkeypatch, NOON + timedelta(hours=11, minutes=59))
    made.ask()
    assert len(noted(Event.TOKEN_USED)) == 2
    at(monkeypatch, NOON + timedelta(hours=12))  # midnight in Shanghai
    made.ask()
    made.ask()
    assert len(noted(Event.TOKEN_USED)) == 3
    assert TokenUse.objects.count() == 2
    assert made.token.uses.get(address="192.0.2.1").day == date(2026, 3, 3)


def test_each_token_is_noted_for_itself(made):
    other = Made(made.user)
    made.ask()
    other.ask()
    assert len(noted(Event.TOKEN_USED)) == 2


def test_a_use_costs_two_statements_but_the_first_of_a_day(made):
    made.ask()
    with CaptureQueriesContext(connection) as statements:
        made.ask()
    touched = [query["sql"] for query in statements if "accounts_token" in query["sql"]]
    assert len(touched) == 2


def test_a_clock_that_goes_after_the_others_notes_nothing_again(made):
    today = timezone.localdate()
    note_use(token=made.token, day=today)
    note_use(token=made.token, day=today - timedelta(days=1))
    assert len(noted(Event.TOKEN_USED)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_first_uses_at_once_one_is_noted(made):
    assert at_once(*[made.ask] * 4) == [200] * 4
    assert len(noted(Event.TOKEN_USED)) == 1


def test_a_token_that_ended_meanwhile_opens_nothing(made):
    end_token(token=made.token, by=None)
    assert note_use(token=made.token, day=timezone.localdate()) is False
    assert made.ask() == 401
    assert not noted(Event.TOKEN_USED)


def test_a_key_opens_until_the_moment_of_its_expiry_and_not_in_it(made, monkeypatch):
    Token.objects.update(expiry=NOON)
    at(monkeypatch, NOON - timedelta(microseconds=1))
    assert made.ask() == 200
    at(monkeypatch, NOON)
    assert made.ask() == 401
    assert Token.objects.count() == 1  # the holder sees that it expired


def test_the_key_of_a_user_who_is_not_active_opens_nothing(made):
    made.user.is_active = False
    made.user.save()
    assert made.ask() == 401


def test_a_user_who_is_made_inactive_is_refused_at_the_next_request(made):
    assert made.ask() == 200
    type(made.user).objects.update(is_active=False)
    assert made.ask() == 401


@pytest.mark.parametrize(
    ("spoil", "why", "about"),
    [
        (lambda made: Token.objects.update(expiry=NOON), "expired", True),
        (lambda made: type(made.user).objects.update(is_active=False), "inactive user", True),
        (lambda made: Token.objects.all().delete(), "unknown", False),
    ],
)
def test_a_refused_key_is_noted_without_the_key(made, spoil, why, about):
    number = made.token.pk
    spoil(made)
    assert made.ask("192.0.2.9") == 401
    [entry] = noted(Event.REFUSED)
    assert entry.detail == f"API key: {why}"
    assert entry.subject == (f"accounts.token {number}" if about else "")
    assert (entry.user, entry.client_address) == (None, "192.0.2.9")
    assert made.key[:8] not in str(vars(entry))


def test_refused_keys_are_noted_once_a_minute_from_an_address(made, monkeypatch):
    for second in (0, 1, 59, 61):
        at(monkeypatch, NOON + timedelta(seconds=second))
        assert made.ask("192.0.2.9", key="wrong") == 401
    assert [entry.at for entry in noted(Event.REFUSED)] == [NOON, NOON + timedelta(seconds=61)]
    assert made.ask("192.0.2.10", key="wrong") == 401
    assert len(noted(Event.REFUSED)) == 3


def test_refused_keys_from_everywhere_do_not_fill_the_log(made):
    for number in range(MOST_REFUSED_KEYS + 5):
        assert made.ask(f"2001:db8::{number:x}", key="wrong") == 401
    assert len(noted(Event.REFUSED)) == MOST_REFUSED_KEYS


@pytest.mark.parametrize("key", ["x", "é", "0" * 64, "%00", "' OR 1=1"])
def test_any_wrong_key_is_a_wrong_key(made, key):
    assert made.ask(key=key) == 401


def test_the_beginning_of_a_key_does_not_open(made):
    assert made.ask(key=made.key[:-1]) == 401
    assert made.ask(key=made.key[:15] + "0" * 49) == 401


def test_a_role_taken_away_is_gone_at_the_next_request_of_a_session(client):
    user = UserFactory(is_staff=True, area=AreaFactory(code="330304001"))
    user.groups.add(Group.objects.get(name="organizer"))
    client.force_login(user)
    assert client.get("/admin/members/member/").status_code == 200
    user.groups.clear()
    assert client.get("/admin/members/member/").status_code == 403
    assert client.get(AREAS).json()["count"] == 0


def test_another_area_is_seen_at_the_next_request_of_a_session(client):
    first, second = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    user = UserFactory(is_staff=True, area=first)
    user.groups.add(Group.objects.get(name="organizer"))
    client.force_login(user)
    assert keys(client.get(AREAS), "code") == [first.code]
    type(user).objects.update(area=second)
    assert keys(client.get(AREAS), "code") == [second.code]
    type(user).objects.update(area=None)
    assert keys(client.get(AREAS), "code") == []
