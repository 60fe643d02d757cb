"""The page of tokens in a browser: in both languages, narrow and broad, with and without JavaScript."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.actions import note_use
from accounts.models import Token
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

PAGE = "/account/tokens/"


@pytest.fixture
def user():
    user = UserFactory()
    user.groups.add(Group.objects.get(name="organizer"))
    old, _key = Token.objects.create(user, name="统计 " + "x" * 50, role="analyst")
    Token.objects.filter(pk=old.pk).update(expiry=timezone.now() - timedelta(days=1))
    used, _key = Token.objects.create(user)
    note_use(token=used, day=timezone.localdate())
    return user


def assert_good(page):
    assert_fits(page)
    assert_accessible(page)


@pytest.mark.parametrize(
    ("language", "taken", "width", "scheme"),
    [
        ("en", "You have a token of this name already.", NARROW, "dark"),
        ("zh-hans", "您已有同名的令牌。", BROAD, "light"),
    ],
)
def test_the_pages_are_accessible_and_fit(open_page, user, language, taken, width, scheme):
    page = open_page(PAGE, language=language, width=width, scheme=scheme, user=user, status=200)
    assert page.locator("html").get_attribute("lang") == language
    assert_good(page)
    page.fill("[name=name]", "feed")
    page.locator(".entry button").click()
    assert len(page.locator(".new-key code").first.inner_text()) == 64
    assert_good(page)
    page.locator("tbody tr").first.get_by_role("link").click()
    page.wait_for_url("**/end/")
    assert_good(page)
    page.locator(".entry button").click()
    page.wait_for_selector("[role=status]")
    assert page.locator("[role=status]").count() == 1
    assert_good(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_token_is_made_shown_once_and_ended_by_keyboard(open_page, user, javascript):
    page = open_page(PAGE, user=user, javascript=javascript)
    page.focus("[name=name]")
    page.keyboard.type("feed")
    page.keyboard.press("Enter")
    page.wait_for_selector(".new-key")
    key = page.locator(".new-key code").first.inner_text()
    assert key not in page.url
    page.goto(PAGE)
    assert key not in page.content()
    page.locator("tbody tr").first.get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice .entry")
    page.locator(".entry button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    assert not Token.objects.filter(name="feed").exists()
