"""While a long import holds SQLite's write lock, who only reads goes on reading."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Token, TokenUse
from accounts.sessions import NOTED_EVERY, SEEN_AT
from record.models import AccessEntry, Event
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

PASSWORD, NEW = "correct horse battery", "seven green umbrellas"
SOON = 5
"""Seconds; a writer would wait for 20."""


@pytest.fixture
def staff():
    user = UserFactory(username="li", is_staff=True)
    user.groups.add(Group.objects.get(name="administrator"))
    return user


@pytest.fixture
def held():
    """A connection that takes the lock by `BEGIN IMMEDIATE` and gives it back by `ROLLBACK`."""
    patience = patience_of_connection()
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
    yield other
    if other.in_transaction:
        other.execute("ROLLBACK")
    other.close()
    assert patience_of_connection() == patience


def patience_of_connection():
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA busy_timeout").fetchone()[0]


def soon(ask):
    """The answer to what `ask` asks, which came soon."""
    start = time.monotonic()
    answer = ask()
    assert time.monotonic() - start < SOON
    return answer


def signed_in_a_while_ago():
    client = Client()
    client.post("/admin/login/", {"username": "li", "password": PASSWORD})
    session = client.session
    session[SEEN_AT] -= NOTED_EVERY
    session.save()
    return client


def test_a_session_goes_on_reading_and_is_saved_when_the_lock_is_free(staff, held):
    client = signed_in_a_while_ago()
    before = Session.objects.get().session_data
    held.execute("BEGIN IMMEDIATE")
    for path in ("/admin/", "/admin/members/member/", "/api/v1/members/"):
        assert soon(lambda path=path: client.get(path)).status_code == 200
    assert Session.objects.get().session_data == before
    held.execute("ROLLBACK")
    assert client.get("/admin/").status_code == 200
    assert Session.objects.get().session_data != before


def test_a_token_opens_though_its_use_cannot_be_noted_and_is_noted_the_next_time(staff, held):
    _token, key = Token.objects.create(staff)
    client = APIClient(headers={"Authorization": f"Token {key}"})
    held.execute("BEGIN IMMEDIATE")
    assert soon(lambda: client.get("/api/v1/areas/")).status_code == 200
    assert not TokenUse.objects.exists()
    held.execute("ROLLBACK")
    assert client.get("/api/v1/areas/").status_code == 200
    assert TokenUse.objects.exists()


def test_nobody_makes_the_site_wait_by_wrong_keys(held, db):
    held.execute("BEGIN IMMEDIATE")
    wrong = APIClient(headers={"Authorization": "Token wrong"})
    assert soon(lambda: wrong.get("/api/v1/areas/")).status_code == 401


def test_a_refusal_comes_soon_though_it_cannot_be_noted(staff, held):
    client = Client()
    client.force_login(staff)
    held.execute("BEGIN IMMEDIATE")
    assert soon(lambda: client.get("/api/v1/members/nobody/")).status_code == 404
    assert not AccessEntry.objects.filter(event=Event.REFUSED).exists()
    held.execute("ROLLBACK")
    client.get("/api/v1/members/nobody/")
    assert AccessEntry.objects.filter(event=Event.REFUSED).exists()


def test_what_a_view_changes_in_the_session_waits_for_the_lock(staff, held):
    client = signed_in_a_while_ago()
    key = client.cookies["sessionid"].value
    held.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as pool:
        data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
        answer = pool.submit(lambda: client.post("/admin/password_change/", data))
        with pytest.raises(TimeoutError):
            answer.result(timeout=3)
        held.execute("ROLLBACK")
        assert answer.result(timeout=SOON).status_code == 302
    assert client.cookies["sessionid"].value != key
    assert client.get("/admin/").status_code == 200


def test_who_signs_in_is_told_soon_to_try_again(staff, held):
    held.execute("BEGIN IMMEDIATE")
    answer = soon(lambda: Client().post("/admin/login/", {"username": "li", "password": PASSWORD}))
    assert answer.status_code == 200
    assert "Try again in a minute." in answer.content.decode()


def test_a_session_that_was_ended_meanwhile_is_not_begun_again(staff):
    client = signed_in_a_while_ago()
    session = client.session
    Session.objects.all().delete()
    session.only_seen = True
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()
