"""Signing in is locked after five failures of a name from an address, for a quarter of an hour."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.lockout import place_of, take_a_try
from accounts.models import FailedTries
from accounts.sign_in import MOST_NOTED
from record.models import AccessEntry, Event
from tests.factories.accounts import UserFactory

PASSWORD = "correct horse battery"
LIMIT = 5


@pytest.fixture
def staff(db):
    return UserFactory(username="li", is_staff=True)


def sign_in(name="li", password=PASSWORD, address="192.0.2.1", **headers):
    client = Client(REMOTE_ADDR=address, headers=headers)
    return client.post("/admin/login/?next=/admin/", {"username": name, "password": password})


def fail(times=LIMIT, **kwargs):
    return [sign_in(password="wrong", **kwargs) for _ in range(times)]


def events(event):
    return AccessEntry.objects.filter(event=event)


def test_the_right_password_opens_after_four_failures(staff):
    assert [answer.status_code for answer in fail(4)] == [200] * 4
    assert sign_in().status_code == 302


def test_five_failures_lock_the_right_password_out(staff):
    assert [answer.status_code for answer in fail()] == [200] * 4 + [429]
    answer = sign_in()
    assert answer.status_code == 429
    assert answer["Retry-After"] == "900"
    assert "Signing in with this name is locked" in answer.content.decode()
    assert "Try again in 15 minutes." in answer.content.decode()


def test_the_lock_is_told_in_chinese_too(staff):
    fail()
    page = sign_in(**{"accept-language": "zh-hans"}).content.decode()
    assert "15 分钟后" in page


def test_a_success_gives_all_five_tries_back(staff):
    fail(4)
    sign_in()
    assert not FailedTries.objects.exists()
    fail(4)
    assert sign_in().status_code == 302


def test_the_lock_ends_a_quarter_of_an_hour_after_the_last_failure(staff):
    fail()
    FailedTries.objects.update(last_at=timezone.now() - timedelta(minutes=14, seconds=50))
    assert sign_in().status_code == 429
    FailedTries.objects.update(last_at=timezone.now() - timedelta(minutes=15))
    assert sign_in().status_code == 302


def test_another_address_and_another_name_are_not_locked(staff):
    UserFactory(username="wang", is_staff=True)
    fail()
    assert sign_in(address="192.0.2.2").status_code == 302
    assert sign_in("wang").status_code == 302


def test_a_network_of_ipv6_counts_as_one_address(staff):
    for number in range(1, LIMIT + 1):
        sign_in(password="wrong", address=f"2001:db8::{number}")
    assert sign_in(address="2001:db8::ffff").status_code == 429
    assert sign_in(address="2001:db8:0:1::1").status_code == 302


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),  # not all of IPv4 at once
        ("", ""),
    ],
)
def test_what_counts_as_one_address(address, place):
    assert place_of(address) == place


@pytest.mark.django_db
def test_each_failure_begins_the_quarter_of_an_hour_anew():
    start = timezone.now()

    def take(minutes):
        return take_a_try(name="li", address="192.0.2.1", at=start + timedelta(minutes=minutes))

    assert [take(minutes) for minutes in (0, 10, 20, 30, 40)] == [1, 2, 3, 4, 5]
    assert take(54.9) is None
    assert take(55) == 1


def test_nobody_chooses_the_address_without_a_proxy_of_ours(staff):
    for number in range(LIMIT):
        sign_in(password="wrong", **{"x-forwarded-for": f"198.51.100.{number}"})
    assert sign_in(**{"x-forwarded-for": "198.51.100.99"}).status_code == 429


def test_behind_a_proxy_the_lock_is_for_the_address_that_the_proxy_saw(staff, settings):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    for number in range(LIMIT):
        sign_in(password="wrong", **{"x-forwarded-for": f"10.0.0.{number}, 198.51.100.1"})
    assert sign_in(**{"x-forwarded-for": "10.0.0.99, 198.51.100.1"}).status_code == 429
    assert sign_in(**{"x-forwarded-for": "198.51.100.2"}).status_code == 302


@pytest.mark.parametrize("kind", ["unknown", "inactive", "no staff, right password"])
def test_every_name_is_answered_alike(staff, kind):
    """Byte for byte, but for the name itself and the token against forgery."""
    UserFactory(username="inactive", is_staff=True, is_active=False)
    UserFactory(username="nostaff")
    name = {"unknown": "nobody", "inactive": "inactive"}.get(kind, "nostaff")
    password = PASSWORD if name != "nobody" else "wrong"

    def told(answer, typed):
        page = answer.content.decode().replace(f'value="{typed}"', "")
        return answer.status_code, strip_tags(page), sorted(set(answer.headers) - {"X-Request-ID"})

    known = [told(answer, "li") for answer in fail(LIMIT + 2)]
    other = [told(sign_in(name, password), name) for _ in range(LIMIT + 2)]
    assert known == other


def test_as_much_work_is_done_for_an_unknown_name(staff, settings, monkeypatch):
    done = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, *args: (done.append(args), encode(self, *args))[1]
    )
    sign_in(password="wrong")
    known = len(done)
    sign_in("nobody", "wrong")
    assert len(done) == 2 * known > 0


def test_what_is_typed_as_a_name_is_kept_nowhere_and_logged_nowhere(staff, caplog, capfd):
    secret = "seven-green-umbrellas"
    for _ in range(LIMIT + 1):
        sign_in(secret, "wrong")
    rows = [*FailedTries.objects.values(), *AccessEntry.objects.values(), *Session.objects.values()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("axes"):
                cursor.execute(f"SELECT COUNT(*) FROM {table}")
                assert cursor.fetchone() == (0,)
    assert rows
    assert secret not in str(rows)
    assert secret not in caplog.text + "".join(capfd.readouterr())


def test_failures_and_the_lock_are_written_down_once_each(staff):
    fail(LIMIT + 3, **{"user-agent": "browser"})
    failures = events(Event.SIGN_IN_FAILED)
    assert {(entry.subject, entry.user) for entry in failures} == {(f"accounts.user {staff.pk}", None)}
    assert failures.count() == LIMIT
    assert events(Event.LOCKED_OUT).get().subject == f"accounts.user {staff.pk}"


def test_a_failure_under_an_unknown_name_tells_no_name(staff):
    sign_in("nobody", "wrong")
    assert events(Event.SIGN_IN_FAILED).get().subject == ""


def test_a_flood_of_names_from_an_address_does_not_fill_the_access_log(staff):
    for number in range(MOST_NOTED + 3):
        sign_in(f"nobody{number}", "wrong")
    assert events(Event.SIGN_IN_FAILED).count() == MOST_NOTED
    sign_in("nobody", "wrong", address="192.0.2.7")
    assert events(Event.SIGN_IN_FAILED).count() == MOST_NOTED + 1


def test_signing_in_and_out_is_written_down(staff, client):
    client.post("/admin/login/", {"username": "li", "password": PASSWORD})
    client.post("/admin/logout/")
    assert [entry.user for entry in events(Event.SIGN_IN)] == [staff]
    assert [entry.user for entry in events(Event.SIGN_OUT)] == [staff]


@pytest.mark.parametrize(
    "command", [["axes_reset"], ["axes_reset_ip", "192.0.2.1"], ["axes_reset_username", "li"]], ids=str
)
def test_an_operator_opens_what_is_locked(staff, command):
    fail()
    fail(name="other", address="192.0.2.9")
    call_command(*command)
    assert sign_in().status_code == 302
    assert FailedTries.objects.exists() is (command != ["axes_reset"])


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_time_are_no_more_than_five():
    UserFactory(username="li", is_staff=True)

    def attempt(_number):
        try:
            return sign_in(password="wrong").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(attempt, range(12)))

    assert sorted(statuses) == [200] * 4 + [429] * 8
    assert events(Event.SIGN_IN_FAILED).count() == LIMIT
    assert events(Event.LOCKED_OUT).count() == 1
    assert sign_in().status_code == 429
