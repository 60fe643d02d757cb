"""How long a session lasts, and what ends it."""

import re
import time
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Token, User
from accounts.sessions import NOTED_EVERY, SEEN_AT, SIGNED_IN_AT
from record.models import AccessEntry, Event
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD, NEW = "correct horse battery", "seven green umbrellas"


@pytest.fixture
def staff():
    user = UserFactory(username="li", is_staff=True)
    user.groups.add(Group.objects.get(name="administrator"))
    return user


def signed_in(user):
    client = Client()
    answer = client.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client):
    return client.get("/admin/").status_code == 200


def set_back(client, **seconds):
    """As if so many seconds had gone by since."""
    session = client.session
    for key, back in seconds.items():
        session[key] -= back
    session.save()


def test_a_session_ends_after_half_an_hour_of_idleness(staff):
    client = signed_in(staff)
    left = Session.objects.get().expire_date - timezone.now()
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    Session.objects.update(expire_date=timezone.now())
    assert not is_in(client)


def test_who_goes_on_working_stays_and_is_written_down_once_a_minute(staff):
    client = signed_in(staff)
    soon = timezone.now() + timedelta(minutes=1)
    Session.objects.update(expire_date=soon)
    assert is_in(client)
    assert Session.objects.get().expire_date == soon
    set_back(client, **{SEEN_AT: NOTED_EVERY})
    Session.objects.update(expire_date=soon)
    answer = client.get("/admin/")
    assert Session.objects.get().expire_date > timezone.now() + timedelta(minutes=29)
    assert answer.cookies["sessionid"]["max-age"] == 30 * 60


def test_a_session_ends_eight_hours_after_signing_in_however_busy(staff):
    client = signed_in(staff)
    set_back(client, **{SIGNED_IN_AT: 8 * 3600 - 5})
    assert is_in(client)
    set_back(client, **{SIGNED_IN_AT: 5})
    assert not is_in(client)
    assert not Session.objects.exists()


def test_a_session_from_before_there_was_a_limit_has_ended(staff):
    client = signed_in(staff)
    session = client.session
    del session[SIGNED_IN_AT]
    session.save()
    assert not is_in(client)


def test_the_limit_holds_for_the_api_too(staff):
    client = signed_in(staff)
    assert client.get("/api/v1/areas/").status_code == 200
    set_back(client, **{SIGNED_IN_AT: 8 * 3600})
    assert client.get("/api/v1/areas/").status_code == 401


def test_signing_in_anew_starts_the_eight_hours_anew(staff):
    client = signed_in(staff)
    set_back(client, **{SIGNED_IN_AT: 7 * 3600})
    client.post("/admin/login/", {"username": "li", "password": PASSWORD})
    assert time.time() - client.session[SIGNED_IN_AT] < 60


def test_a_page_for_anybody_opens_no_session_and_does_not_vary_by_it(client):
    answer = client.get("/healthz", headers={"cookie": "theme=dark"})
    assert "Cookie" not in answer.get("Vary", "")
    assert not Session.objects.exists()


def test_the_session_of_a_visitor_lasts_while_it_is_used_and_is_none_without_anything_in_it(client):
    session = client.session
    session["followed"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
    client.get("/")
    assert Session.objects.get().expire_date > timezone.now() + timedelta(minutes=29)

    Session.objects.update(expire_date=timezone.now())
    assert client.get("/").status_code == 200
    assert Session.objects.get().expire_date <= timezone.now()
    client.cookies["sessionid"] = "of nobody"
    client.get("/")
    assert Session.objects.count() == 1


def test_a_key_from_before_signing_in_is_worth_nothing(staff):
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    client.post("/admin/login/", {"username": "li", "password": PASSWORD})
    assert client.cookies["sessionid"].value != planted
    other = Client()
    other.cookies["sessionid"] = planted
    assert not is_in(other)


def test_signing_out_takes_a_post_and_ends_the_session(staff):
    client = signed_in(staff)
    assert client.get("/admin/logout/").status_code == 405
    assert is_in(client)
    key = client.cookies["sessionid"].value
    client.post("/admin/logout/")
    thief = Client()
    thief.cookies["sessionid"] = key
    assert not is_in(thief)


class TestPasswords:
    def own_change(self, client):
        data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
        return client.post("/admin/password_change/", data)

    def change_by_administrator(self, user, **data):
        administrator = UserFactory(username="boss", is_staff=True)
        administrator.groups.add(Group.objects.get(name="administrator"))
        data = data or {"usable_password": "true", "password1": NEW, "password2": NEW}
        address = reverse("admin:auth_user_password_change", args=[user.pk])
        return administrator, signed_in(administrator).post(address, data)

    def test_an_own_change_ends_the_other_sessions_and_the_tokens(self, staff):
        here, elsewhere = signed_in(staff), signed_in(staff)
        Token.objects.create(staff)
        others_token, _key = Token.objects.create(UserFactory())

        assert self.own_change(here).status_code == 302

        assert is_in(here)
        assert not is_in(elsewhere)
        assert list(Token.objects.all()) == [others_token]

    def test_a_change_by_an_administrator_ends_all_sessions_and_the_tokens(self, staff):
        client = signed_in(staff)
        Token.objects.create(staff)
        administrator, answer = self.change_by_administrator(staff)
        assert answer.status_code == 302
        assert not is_in(client)
        assert not Token.objects.exists()
        entry = AccessEntry.objects.get(event=Event.PASSWORD_CHANGED)
        assert (entry.user, entry.subject) == (administrator, f"accounts.user {staff.pk}")

    def test_so_does_taking_the_password_away(self, staff):
        client = signed_in(staff)
        Token.objects.create(staff)
        data = {"usable_password": "false", "unset-password": "yes", "password1": "", "password2": ""}
        _administrator, answer = self.change_by_administrator(staff, **data)
        assert answer.status_code == 302
        assert not User.objects.get(pk=staff.pk).has_usable_password()
        assert not is_in(client)
        assert not Token.objects.exists()

    def test_a_refused_change_ends_nothing(self, staff):
        client = signed_in(staff)
        Token.objects.create(staff)
        self.change_by_administrator(staff, usable_password="true", password1=NEW, password2="other")
        wrong = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}
        assert client.post("/admin/password_change/", wrong).status_code == 200
        assert is_in(client)
        assert Token.objects.exists()
        assert not AccessEntry.objects.filter(event=Event.PASSWORD_CHANGED).exists()

    def test_changes_and_ended_tokens_are_written_down(self, staff):
        Token.objects.create(staff)
        self.own_change(signed_in(staff))
        assert AccessEntry.objects.get(event=Event.PASSWORD_CHANGED).user == staff
        assert AccessEntry.objects.get(event=Event.TOKEN_ENDED).user == staff

    def test_the_page_speaks_chinese_alone(self, staff):
        answer = signed_in(staff).get("/admin/password_change/", headers={"accept-language": "zh-hans"})
        assert answer.status_code == 200
        page = unescape(answer.content.decode())
        text = re.sub(r"<(script|style|svg).*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
        assert "修改密码" in text
        assert set(re.findall("[A-Za-z]{3,}", text)) <= {"English", "API"}
