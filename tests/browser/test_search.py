"""The search of the register in a browser: from every page's header, by keyboard, within the screen."""

from datetime import date

import pytest

from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.sheets.files import identity

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _register():
    area = AreaFactory(name="梧田街道")
    organization = OrganizationFactory(area=area, name="中共温州市瓯海区梧田王欣鞋业有限公司支部委员会")
    OrganizationFactory(area=area, name="王欣联合支部", dissolved_on=date(2008, 6, 30))
    EnterpriseFactory(area=area, name="Wang Xin Precision Manufacturing (Wenzhou) Company Limited 王欣")
    MemberFactory(name="王欣", organization=organization, id_number=identity())
    MemberFactory.create_batch(21, name="王欣华")


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", NARROW, "dark"), ("zh-hans", BROAD, "light")]
)
def test_all_three_are_found_from_the_header_with_the_keyboard(open_page, language, width, scheme):
    user = UserFactory(is_staff=True, is_superuser=True)
    page = open_page("/admin/", language=language, width=width, scheme=scheme, user=user)
    assert_fits(page)
    assert_accessible(page)
    page.locator("#site-search-text").fill("王欣")
    page.locator("#site-search-text").press("Enter")
    page.wait_for_url("**/admin/search/")
    assert page.locator(".found-group").count() == 3
    assert "王" not in page.url
    assert_fits(page)
    assert_accessible(page)
    page.locator("#id_text").fill("王")
    page.locator("#id_text").press("Enter")
    page.locator(".errorlist").wait_for()
    assert_fits(page)
    assert_accessible(page)
    page.locator("#id_text").fill("wangxin")
    page.locator("#id_text").press("Enter")
    page.locator(".found-group a").first.press("Enter")
    page.wait_for_url("**/members/member/*/change/")


@pytest.mark.parametrize("width", [BROAD, NARROW])
def test_nothing_found_says_so_without_scripts(open_page, width):
    user = UserFactory(is_staff=True, is_superuser=True)
    page = open_page("/admin/search/", width=width, user=user, javascript=False)
    assert_fits(page)
    page.locator("#id_text").fill("nobody")
    page.locator("#id_text").press("Enter")
    page.locator(".nothing-found").wait_for()
    assert_fits(page)
