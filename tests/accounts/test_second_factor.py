"""The second factor: who is asked for it, what opens before, and what proves it."""

import base64
import re
import time
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP

from accounts.models import Authenticator, RecoveryCode
from accounts.second_factor import (
    Means,
    OtherSecondFactor,
    TooManyCodes,
    WrongCode,
    key_of,
    new_secret,
    set_up,
    step_of,
    verify,
)
from record.models import AccessEntry, Event
from secrecy.rotation import rotate
from tests.factories.accounts import UserFactory
from tests.factories.api import token_client
from tests.factories.turns import at_once

# Codes and who is asked for them depend on no database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

PASSWORD = "correct horse battery"
SECRET = "3132333435363738393031323334353637383930"
CODE_PAGE, SET_UP_PAGE = "/account/second-factor/code/", "/account/second-factor/set-up/"
STATE_PAGE, RENEW_PAGE = "/account/second-factor/", "/account/second-factor/recovery-codes/"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR = True


@pytest.fixture
def staff():
    user = UserFactory(username="li", is_staff=True)
    user.groups.add(Group.objects.get(name="administrator"))
    return user


def enrolled(user):
    """The user's new recovery codes."""
    return set_up(user=user, secret=SECRET, step=-1, at=timezone.now())[1]


def code(secret=SECRET, steps=0):
    """What the telephone shows, so many steps from now."""
    clock = TOTP(bytes.fromhex(secret))
    clock.time = time.time() + 30 * steps
    return f"{clock.token():06d}"


def signed_in(user):
    client = Client()
    answer = client.post("/admin/login/?next=/admin/", {"username": user.username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def proved(user):
    client = signed_in(user)
    assert client.post(CODE_PAGE, {"code": code()}).status_code == 302
    forget_steps()
    return client


def forget_steps():
    """As if the next code were shown already."""
    Authenticator.objects.update(last_step=-1)


def let_wait():
    """As if the wait after a wrong code were over."""
    Authenticator.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(days=1))


def events(event):
    return list(AccessEntry.objects.filter(event=event).order_by("at").values_list("detail", flat=True))


class TestWhatOpensBefore:
    @pytest.mark.parametrize(
        "path",
        ["/admin/", "/admin/members/member/", "/admin/password_change/", "/admin/autocomplete/", "/admin/nowhere/",
         STATE_PAGE, RENEW_PAGE],
    )  # fmt: skip
    def test_pages_lead_to_the_code(self, staff, path):
        enrolled(staff)
        answer = signed_in(staff).get(path)
        assert answer.status_code == 302
        assert answer.url.startswith(CODE_PAGE)

    def test_a_change_is_not_made(self, staff):
        enrolled(staff)
        answer = signed_in(staff).post("/admin/orgs/area/add/", {"code": "33", "name": "省"})
        assert (answer.status_code, answer.url) == (302, f"{CODE_PAGE}?next=%2Fadmin%2F")

    @pytest.mark.parametrize(
        "path", ["areas/", "members/", "members/1/", "statistics/coverage/", "schema/", "nowhere/"]
    )
    def test_the_api_refuses_the_session_and_says_why(self, staff, path):
        enrolled(staff)
        answer = signed_in(staff).get(f"/api/v1/{path}")
        assert answer.status_code == 403
        assert "Enter the code of your second factor first." in answer.content.decode()

    def test_another_scheme_in_the_header_does_not_help_the_session(self, staff):
        client = signed_in(staff)
        answer = client.get("/api/v1/members/", headers={"authorization": "Basic bGk6bGk="})
        assert answer.status_code == 403

    def test_a_token_opens_the_api_alone(self, staff):
        assert token_client(staff).get("/api/v1/areas/").status_code == 200

    @pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/admin/jsi18n/"])
    def test_what_is_open_to_anyone_stays_open(self, staff, path):
        assert signed_in(staff).get(path).status_code == 200

    def test_one_may_sign_out(self, staff):
        client = signed_in(staff)
        client.post("/admin/logout/")
        assert client.get("/admin/").url.startswith("/admin/login/")

    @pytest.mark.parametrize("path", [CODE_PAGE, SET_UP_PAGE, STATE_PAGE, RENEW_PAGE])
    def test_who_is_not_signed_in_signs_in_first(self, client, path):
        assert client.get(path).url == f"/admin/login/?next={path}"

    def test_every_view_but_the_named_ones_and_the_api_is_closed(self, staff):
        """Also addresses that nobody thought of."""
        client = signed_in(staff)
        for name in ("admin:index", "admin:accounts_user_changelist", "admin:app_list", "second_factor"):
            args = ["orgs"] if name == "admin:app_list" else []
            assert client.get(reverse(name, args=args)).status_code == 302, name


class TestWhoIsAsked:
    def test_nobody_where_the_setting_is_off(self, staff, settings):
        settings.SECOND_FACTOR = False
        assert signed_in(staff).get("/admin/").status_code == 200

    def test_who_set_one_up_also_where_the_setting_is_off(self, staff, settings):
        settings.SECOND_FACTOR = False
        enrolled(staff)
        client = signed_in(staff)
        assert client.get("/admin/").url.startswith(CODE_PAGE)
        assert client.get("/api/v1/areas/").status_code == 403
        client.post(CODE_PAGE, {"code": code()})
        assert client.get("/admin/").status_code == 200

    def test_nobody_who_is_no_staff_and_has_set_up_none(self):
        client = Client()
        client.force_login(UserFactory())
        assert client.get("/account/tokens/").status_code == 200

    def test_each_session_anew(self, staff):
        enrolled(staff)
        proved(staff)
        assert signed_in(staff).get("/admin/").status_code == 302

    def test_signing_in_anew_in_a_proved_session_asks_again(self, staff):
        enrolled(staff)
        client = proved(staff)
        client.post("/admin/login/", {"username": "li", "password": PASSWORD})
        assert client.get("/admin/").status_code == 302

    def test_a_proved_session_costs_one_query_more(self, staff, settings, django_assert_num_queries):
        enrolled(staff)
        client = proved(staff)
        client.get("/account/second-factor/set-up/")
        settings.SECOND_FACTOR = False
        bare = Client()
        bare.force_login(UserFactory(is_staff=True))
        with django_assert_num_queries(2):  # session, user
            bare.get("/admin/jsi18n/")
        with django_assert_num_queries(3):
            client.get("/admin/jsi18n/")


class TestTheCode:
    def test_the_right_one_opens_what_was_asked_for(self, staff):
        enrolled(staff)
        client = signed_in(staff)
        key = client.cookies["sessionid"].value
        page = client.get("/admin/accounts/user/?role=organizer")
        answer = client.post(page.url, {"code": code(), "next": "/admin/accounts/user/?role=organizer"})
        assert answer.url == "/admin/accounts/user/?role=organizer"
        assert client.get(answer.url).status_code == 200
        assert client.get("/api/v1/areas/").status_code == 200
        assert client.cookies["sessionid"].value != key
        assert events(Event.SIGN_IN) == ["", "second factor"]

    @pytest.mark.parametrize("way", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
    def test_it_leads_to_no_other_site(self, staff, way):
        enrolled(staff)
        answer = signed_in(staff).post(CODE_PAGE, {"code": code(), "next": way})
        assert answer.url == "/admin/"

    @pytest.mark.parametrize("steps", [-1, 1])
    def test_the_clock_may_be_off_by_half_a_minute(self, staff, steps):
        enrolled(staff)
        assert signed_in(staff).post(CODE_PAGE, {"code": code(steps=steps)}).status_code == 302

    def test_it_may_be_off_by_no_more(self):
        at = timezone.now()
        clock = TOTP(bytes.fromhex(SECRET))
        clock.time = at.timestamp()
        now = clock.t()
        found = []
        for steps in range(-2, 3):
            clock.time = at.timestamp() + 30 * steps
            found.append(step_of(f"{clock.token():06d}", secret=SECRET, at=at))
        assert found == [None, now - 1, now, now + 1, None]

    def test_it_may_be_typed_with_spaces_and_in_full_width(self, staff):
        enrolled(staff)
        wide = code().translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
        assert signed_in(staff).post(CODE_PAGE, {"code": f" {wide[:3]} {wide[3:]}"}).status_code == 302

    @pytest.mark.parametrize("typed", ["000000", "", "abcdef", "1" * 41, "-12345", "²²²²²²", "code(steps=5)"])
    def test_a_wrong_one_opens_nothing(self, staff, typed):
        enrolled(staff)
        client = signed_in(staff)
        typed = code(steps=5) if "steps" in typed else typed
        answer = client.post(CODE_PAGE, {"code": typed})
        assert answer.status_code == 200
        assert answer.context["form"].errors["code"]
        assert client.get("/admin/").status_code == 302

    def test_none_opens_twice(self, staff):
        enrolled(staff)
        now = code()
        signed_in(staff).post(CODE_PAGE, {"code": now})
        assert "was used before" in signed_in(staff).post(CODE_PAGE, {"code": now}).content.decode()

    def test_none_opens_for_somebody_else(self, staff):
        enrolled(UserFactory())
        assert signed_in(staff).post(CODE_PAGE, {"code": code()}).url == SET_UP_PAGE

    def test_after_a_wrong_one_the_right_one_has_to_wait_longer_each_time(self, staff):
        enrolled(staff)
        client = signed_in(staff)
        for failures in range(1, 6):
            let_wait()
            client.post(CODE_PAGE, {"code": "000000"})
            told = client.post(CODE_PAGE, {"code": code()}).content.decode()
            seconds = int(re.search(r"Try again in (\d+) second", told)[1])
            assert 2 ** (failures - 1) - 1 <= seconds <= 2 ** (failures - 1)
        let_wait()
        assert client.post(CODE_PAGE, {"code": code()}).status_code == 302
        assert Authenticator.objects.get().throttling_failure_count == 0
        assert events(Event.SIGN_IN_FAILED) == ["second factor"] * 5


class TestRecoveryCodes:
    def test_each_opens_once(self, staff):
        first, *_others = enrolled(staff)
        answer = signed_in(staff).post(CODE_PAGE, {"code": first.upper()}, follow=True)
        assert answer.redirect_chain[-1][0] == "/admin/"
        assert "9 are left" in answer.content.decode()
        assert signed_in(staff).post(CODE_PAGE, {"code": first}).status_code == 200
        assert events(Event.SECOND_FACTOR) == ["used a recovery code"]

    def test_there_are_ten_and_none_of_them_is_kept(self, staff):
        codes = enrolled(staff)
        assert len(set(codes)) == 10
        kept = str([*RecoveryCode.objects.values(), *Authenticator.objects.values()])
        for given in codes:
            assert re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){2}", given)
            assert given not in kept
            assert given.replace("-", "") not in kept

    def test_new_ones_are_made_for_a_code_and_end_the_old_ones(self, staff):
        old, *_others = enrolled(staff)
        client = proved(staff)
        assert client.get(RENEW_PAGE).status_code == 200
        assert client.post(RENEW_PAGE, {"code": "000000"}).context["form"].errors
        assert RecoveryCode.objects.count() == 10
        let_wait()
        new = client.post(RENEW_PAGE, {"code": code()}).context["codes"]
        assert len(new) == 10
        for given, means in ((new[0], Means.RECOVERY_CODE), (new[9], Means.RECOVERY_CODE)):
            assert verify(user=staff, typed=given, at=timezone.now()) is means
        with pytest.raises(WrongCode):
            verify(user=staff, typed=old, at=timezone.now())
        assert events(Event.SECOND_FACTOR) == ["made recovery codes"]

    def test_they_are_shown_on_no_later_page(self, staff):
        codes = enrolled(staff)
        client = proved(staff)
        for path in (STATE_PAGE, RENEW_PAGE, SET_UP_PAGE, f"/admin/accounts/user/{staff.pk}/second-factor/"):
            page = client.get(path).content.decode()
            assert not any(given in page for given in codes)


def secret_on(page):
    """The secret in hexadecimal, read off the page as a user does."""
    from_page = page.context["key"].replace(" ", "")
    assert page.context["key"] in page.content.decode()
    return base64.b32decode(from_page).hex()


class TestSettingUp:
    def test_who_has_none_is_led_to_it_and_gets_in_with_it(self, staff):
        client = signed_in(staff)
        assert client.get("/admin/", follow=True).redirect_chain[-1][0] == SET_UP_PAGE
        page = client.get(SET_UP_PAGE)
        assert 'src="data:image/svg+xml' in page.content.decode()
        secret = secret_on(page)
        signed = page.context["form"].initial["signed"]

        again = client.post(SET_UP_PAGE, {"signed": signed, "code": "000000"})
        assert secret_on(again) == secret
        assert not Authenticator.objects.exists()
        done = client.post(SET_UP_PAGE, {"signed": signed, "code": code(secret)})

        assert len(done.context["codes"]) == 10
        assert all(given in done.content.decode() for given in done.context["codes"])
        assert client.get("/admin/").status_code == 200
        assert Authenticator.objects.get().secret.reveal() == secret
        assert events(Event.SECOND_FACTOR) == ["set up"]

    def test_the_code_that_proved_the_telephone_opens_nothing_more(self, staff):
        client = signed_in(staff)
        page = client.get(SET_UP_PAGE)
        used = code(secret_on(page))
        client.post(SET_UP_PAGE, {"signed": page.context["form"].initial["signed"], "code": used})
        assert signed_in(staff).post(CODE_PAGE, {"code": used}).status_code == 200

    def test_a_secret_of_ones_own_choice_is_not_taken(self, staff):
        client = signed_in(staff)
        for signed in (SECRET, f"{SECRET}:x:y", ""):
            page = client.post(SET_UP_PAGE, {"signed": signed, "code": code()})
            assert secret_on(page) != SECRET
        assert not Authenticator.objects.exists()

    def test_nor_is_that_of_another_users_page(self, staff):
        other = signed_in(UserFactory(is_staff=True)).get(SET_UP_PAGE)
        answer = signed_in(staff).post(
            SET_UP_PAGE, {"signed": other.context["form"].initial["signed"], "code": code(secret_on(other))}
        )
        assert secret_on(answer) != secret_on(other)
        assert not Authenticator.objects.exists()

    def test_the_password_alone_replaces_no_second_factor(self, staff):
        enrolled(staff)
        client = signed_in(staff)
        assert client.get(SET_UP_PAGE).url == CODE_PAGE
        assert client.post(SET_UP_PAGE, {"code": code()}).url == CODE_PAGE

    def test_it_is_replaced_for_a_code_of_the_present_one(self, staff):
        old, *_others = enrolled(staff)
        client, elsewhere = proved(staff), proved(staff)
        page = client.get(SET_UP_PAGE)
        secret, signed = secret_on(page), page.context["form"].initial["signed"]

        for present in ("", "000000"):
            answer = client.post(SET_UP_PAGE, {"signed": signed, "code": code(secret), "now-code": present})
            assert answer.context["current"].errors
        let_wait()
        done = client.post(SET_UP_PAGE, {"signed": signed, "code": code(secret), "now-code": code()})

        assert len(done.context["codes"]) == 10
        assert Authenticator.objects.get().secret.reveal() == secret
        assert client.get("/admin/").status_code == 200
        assert elsewhere.get("/admin/").status_code == 302
        with pytest.raises(WrongCode):
            verify(user=staff, typed=old, at=timezone.now())
        assert events(Event.SECOND_FACTOR) == ["replaced"]

    def test_a_wrong_code_of_the_new_telephone_uses_none_of_the_present_one_up(self, staff):
        enrolled(staff)
        client = proved(staff)
        signed = client.get(SET_UP_PAGE).context["form"].initial["signed"]
        client.post(SET_UP_PAGE, {"signed": signed, "code": "000000", "now-code": code()}).render()
        assert verify(user=staff, typed=code(), at=timezone.now()) is Means.APP

    @pytest.mark.parametrize("path", [SET_UP_PAGE, CODE_PAGE])
    def test_no_cache_keeps_the_pages(self, staff, path):
        if path == CODE_PAGE:
            enrolled(staff)
        assert "no-store" in signed_in(staff).get(path)["Cache-Control"]

    def test_what_was_set_up_meanwhile_is_not_replaced_unproved(self, staff):
        enrolled(staff)
        with pytest.raises(OtherSecondFactor):
            set_up(user=staff, secret=new_secret(), step=-1, at=timezone.now())
        assert verify(user=staff, typed=code(), at=timezone.now()) is Means.APP


class TestTheSecret:
    def test_it_is_kept_encrypted(self, staff):
        enrolled(staff)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM accounts_authenticator")
            row = str(cursor.fetchall())
        assert SECRET not in row
        assert key_of(SECRET) not in row
        assert SECRET not in repr(Authenticator.objects.get().__dict__)

    def test_it_goes_on_opening_after_the_keys_were_changed(self, staff, settings):
        enrolled(staff)
        old = settings.PROTECTION_KEYS
        settings.PROTECTION_KEYS = {"later": bytes(range(32)), **old}
        rotate()
        settings.PROTECTION_KEYS = {"later": bytes(range(32))}
        assert verify(user=staff, typed=code(), at=timezone.now()) is Means.APP

    def test_without_its_key_a_recovery_code_still_opens(self, staff, settings):
        recovery, *_others = enrolled(staff)
        settings.PROTECTION_KEYS = {"later": bytes(range(32))}
        with pytest.raises(WrongCode):
            verify(user=staff, typed=code(), at=timezone.now())
        let_wait()
        assert verify(user=staff, typed=recovery, at=timezone.now()) is Means.RECOVERY_CODE


class TestTheState:
    def test_of_who_has_one(self, staff):
        enrolled(staff)
        page = proved(staff).get(STATE_PAGE).content.decode()
        assert "10 recovery codes are left" in page

    def test_of_who_has_none(self, staff, settings):
        settings.SECOND_FACTOR = False
        page = signed_in(staff).get(STATE_PAGE).content.decode()
        assert "You have no second factor" in page
        assert SET_UP_PAGE in page

    def test_there_are_no_codes_to_make_without_one(self, staff, settings):
        settings.SECOND_FACTOR = False
        assert signed_in(staff).get(RENEW_PAGE).url == STATE_PAGE

    @pytest.mark.parametrize("path", [STATE_PAGE, RENEW_PAGE, SET_UP_PAGE])
    def test_the_pages_speak_chinese_alone(self, staff, path):
        enrolled(staff)
        answer = proved(staff).get(path, headers={"accept-language": "zh-hans"})
        page = unescape(answer.content.decode())
        text = re.sub(r"<(script|style|svg|code).*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
        assert set(re.findall("[A-Za-z]{3,}", text)) <= {"English", "TOTP", "API"}


class TestAdministrators:
    def page(self, user):
        return reverse("admin:accounts_user_second_factor", args=[user.pk])

    @pytest.fixture
    def boss(self, settings):
        settings.SECOND_FACTOR = False
        user = UserFactory(username="boss", is_staff=True)
        user.groups.add(Group.objects.get(name="administrator"))
        return user

    def test_one_takes_the_second_factor_of_a_user_away(self, staff, boss):
        enrolled(staff)
        client = signed_in(boss)
        assert self.page(staff) in client.get(f"/admin/accounts/user/{staff.pk}/change/").content.decode()
        elsewhere = proved(staff)
        page = client.get(self.page(staff)).content.decode()
        assert SECRET not in page

        assert client.post(self.page(staff)).status_code == 302

        assert not Authenticator.objects.exists()
        assert not RecoveryCode.objects.exists()
        assert elsewhere.get("/admin/").status_code == 302  # it was due when the session began
        entry = AccessEntry.objects.get(event=Event.SECOND_FACTOR)
        assert (entry.user, entry.subject, entry.detail) == (boss, f"accounts.user {staff.pk}", "taken away")

    def test_one_does_not_take_the_own_one_away(self, boss):
        enrolled(boss)
        client = proved(boss)
        assert client.post(self.page(boss)).status_code == 403
        assert Authenticator.objects.exists()

    def test_one_takes_none_of_a_superuser_away(self, boss):
        superuser = UserFactory(is_staff=True, is_superuser=True)
        enrolled(superuser)
        client = signed_in(boss)
        assert [
            client.get(self.page(superuser)).status_code,
            client.post(self.page(superuser)).status_code,
        ] == [403] * 2
        assert Authenticator.objects.exists()

    def test_where_there_is_none_nothing_is_written_down(self, staff, boss):
        assert signed_in(boss).post(self.page(staff)).status_code == 302
        assert not AccessEntry.objects.filter(event=Event.SECOND_FACTOR).exists()

    def test_no_list_of_secrets_stands_in_the_admin(self, admin_client, settings):
        settings.SECOND_FACTOR = False
        page = admin_client.get("/admin/").content.decode()
        assert "authenticator" not in page
        assert "totp" not in page.lower()


def outcome(user, typed):
    try:
        return verify(user=user, typed=typed, at=timezone.now())
    except (WrongCode, TooManyCodes) as refusal:
        return type(refusal)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery code"])
def test_of_two_at_the_same_time_one_gets_in(kind):
    user = UserFactory()
    recovery, *_others = enrolled(user)
    typed = code() if kind == "app" else recovery
    found = at_once(*[lambda: outcome(user, typed)] * 6)
    assert found.count(Means(kind)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_wrong_codes_at_the_same_time_one_is_looked_at():
    user = UserFactory()
    enrolled(user)
    found = at_once(*[lambda: outcome(user, "000000")] * 6)
    assert sorted(found, key=str) == [TooManyCodes] * 5 + [WrongCode]
