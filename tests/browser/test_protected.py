"""Protected values in a browser: a mask, a reason, the value once, and the search for a whole number."""

import pytest
from django.urls import reverse

from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.sheets.files import identity

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

PHONE = "13800138000"


def assert_good(page):
    assert_fits(page)
    assert_accessible(page)


@pytest.fixture
def administrator():
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", BROAD, "dark"), ("zh-hans", NARROW, "light")]
)
def test_a_value_is_revealed_for_a_reason_with_the_keyboard(
    open_page, administrator, language, width, scheme
):
    member = MemberFactory(id_number=identity(), phone=PHONE)
    page = open_page(
        reverse("admin:members_member_change", args=[member.pk]),
        language=language, width=width, scheme=scheme, user=administrator,
    )  # fmt: skip
    assert PHONE not in page.content()
    page.locator(".field-phone .protected a").press("Enter")
    page.wait_for_url("**/reveal/phone/")
    page.locator(".submit-row input").press("Enter")
    page.locator(".errorlist").wait_for()
    assert_good(page)
    page.locator("#id_reason").fill("核对转接材料")
    page.locator("#id_reason").press("Enter")
    page.locator("#revealed").wait_for()
    assert page.locator("#revealed").inner_text() == PHONE
    assert PHONE not in page.url
    assert_good(page)


@pytest.mark.parametrize(("language", "width"), [("en", BROAD), ("zh-hans", NARROW)])
def test_records_with_one_number_are_listed(open_page, administrator, language, width):
    MemberFactory.create_batch(2, phone=PHONE)
    page = open_page(
        reverse("admin:members_member_changelist"), language=language, width=width, user=administrator
    )
    page.locator("#find-number").fill(PHONE)
    page.locator("#find-number").press("Enter")
    page.wait_for_url("**/find/")
    assert page.locator("#content-main li a").count() == 2
    assert PHONE not in page.content()
    assert_good(page)
    page.go_back()
    page.locator("#find-number").fill("13900139000")
    page.locator("#find-number").press("Enter")
    page.locator(".messagelist .warning").wait_for()
    assert_good(page)
