"""Signing in in a browser: the lock, the second factor, its recovery codes."""

import base64
import time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP

from accounts.models import Authenticator
from accounts.second_factor import new_secret, set_up
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"
CODE_PAGE, SET_UP_PAGE = "/account/second-factor/code/", "/account/second-factor/set-up/"
LOCKED = {"en": "Try again in 15 minutes.", "zh-hans": "请在 15 分钟后重试。"}
LABELS = {"en": ("Code", "Continue"), "zh-hans": ("验证码", "继续")}


@pytest.fixture
def staff():
    return UserFactory(username="li", is_staff=True, is_superuser=True)


def code(secret):
    clock = TOTP(secret)
    clock.time = time.time()
    return f"{clock.token():06d}"


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh-hans", "dark")])
def test_the_page_says_when_signing_in_is_locked(open_page, staff, language, scheme):
    client = Client(REMOTE_ADDR="127.0.0.1")
    for _ in range(5):
        client.post("/admin/login/", {"username": "li", "password": "wrong"})
    page = open_page("/admin/login/", language=language, width=NARROW, scheme=scheme, expected=429)
    page.locator("#id_username").fill("li")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.locator(".errornote").wait_for()
    assert LOCKED[language] in page.locator(".errornote").inner_text()
    assert_fits(page)
    assert_accessible(page)


@pytest.mark.parametrize(("language", "width"), [("en", NARROW), ("zh-hans", BROAD)])
def test_a_telephone_is_set_up_and_used_with_the_keyboard(open_page, staff, settings, language, width):
    settings.SECOND_FACTOR = True
    page = open_page("/admin/", language=language, width=width, user=staff)
    assert page.url.endswith(SET_UP_PAGE)
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("img.picture-of-key").evaluate("image => image.complete && image.naturalWidth > 100")
    assert_fits(page)
    assert_accessible(page)

    field = page.get_by_label(LABELS[language][0], exact=False)
    field.fill("000000")
    field.press("Enter")
    page.locator(".errorlist").wait_for()
    assert_fits(page)
    assert_accessible(page)
    secret = base64.b32decode(page.locator(".key").inner_text().replace(" ", ""))
    field.fill(code(secret))
    field.press("Enter")
    page.locator(".recovery-codes").wait_for()
    assert page.locator(".recovery-codes li").count() == 10
    assert_fits(page)
    assert_accessible(page)
    recovery = page.locator(".recovery-codes li").first.inner_text()

    page.goto("/account/second-factor/")
    assert_fits(page)
    assert_accessible(page)
    page.goto("/account/second-factor/recovery-codes/")
    assert_fits(page)
    assert_accessible(page)
    page.goto(SET_UP_PAGE)
    assert_fits(page)
    assert_accessible(page)
    page.goto(reverse("admin:accounts_user_second_factor", args=[staff.pk]))
    assert_fits(page)
    assert_accessible(page)

    again = open_page("/admin/", language=language, width=width, user=staff)
    assert CODE_PAGE in again.url
    assert again.evaluate("document.activeElement.id") == "id_code"
    assert_fits(again)
    assert_accessible(again)
    again.keyboard.type("123456")
    again.keyboard.press("Enter")
    again.locator(".errorlist").wait_for()
    assert_fits(again)
    assert_accessible(again)
    Authenticator.objects.update(throttling_failure_timestamp=None)
    again.locator("#id_code").fill(recovery)
    again.get_by_role("button", name=LABELS[language][1]).press("Enter")
    again.wait_for_url("**/admin/")
    assert again.locator(".messagelist .warning").is_visible()


def test_one_may_leave_without_a_code(open_page, staff, settings):
    settings.SECOND_FACTOR = True
    page = open_page("/admin/", user=staff, width=NARROW)
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/admin/logout/")
    page.goto("/admin/")
    assert "/admin/login/" in page.url


def test_an_administrator_takes_a_second_factor_away(open_page, staff):
    user = UserFactory(is_staff=True)
    set_up(user=user, secret=new_secret(), step=-1, at=timezone.now())
    page = open_page(reverse("admin:accounts_user_change", args=[user.pk]), user=staff, width=NARROW)
    page.get_by_role("link", name="Second factor…").click()
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="Take the second factor away").press("Enter")
    page.get_by_text("The second factor was taken away.").wait_for()
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", BROAD, "dark"), ("zh-hans", NARROW, "light")]
)
def test_who_changes_the_password_learns_what_it_ends(open_page, staff, language, width, scheme):
    page = open_page("/admin/password_change/", language=language, width=width, scheme=scheme, user=staff)
    assert "API" in page.locator("#content > p").inner_text()
    assert_fits(page)
    assert_accessible(page)
    for field in ("#id_old_password", "#id_new_password1", "#id_new_password2"):
        page.locator(field).fill("wrong")
    page.locator("#id_old_password").press("Enter")
    page.locator(".errorlist").first.wait_for()
    assert_accessible(page)
    page.locator("#id_old_password").fill(PASSWORD)
    for field in ("#id_new_password1", "#id_new_password2"):
        page.locator(field).fill("another horse, another battery")
    page.locator("#id_new_password2").press("Enter")
    page.wait_for_url("**/password_change/done/")
    assert page.locator("#content a[href='/account/tokens/']").is_visible()
    assert_fits(page)
    assert_accessible(page)
