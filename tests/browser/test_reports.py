"""Reports in a browser: issued, read, compared, in both languages, on a phone and on a desk."""

from datetime import date

import pytest
from django.urls import reverse

from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

A4 = 672
"""Pixels across the paper between its margins."""


@pytest.mark.parametrize(
    ("language", "width", "scheme", "issue", "intact"),
    [
        ("en", NARROW, "light", "Issue the report of June 19, 2008", "Yes: the digest matches."),
        ("zh-hans", BROAD, "dark", "发布2008年6月19日的报告", "一致：摘要值相符。"),
    ],
)
def test_a_report_is_issued_read_and_compared(open_page, language, width, scheme, issue, intact):
    area = AreaFactory(code="330304", name="瓯海区", name_en="Ouhai")
    branch = OrganizationFactory(area=area, name="甲支部", covers=[EnterpriseFactory(area=area)])
    MemberFactory(organization=branch)
    organizer = UserFactory(role="organizer", area=area, is_staff=True)

    page = open_page(reverse("reports"), language=language, width=width, scheme=scheme, user=organizer)
    assert_accessible(page)
    page.locator("a.main").press("Enter")
    page.locator("#id_as_of").fill("2008-06-19")
    page.locator(".day-form button").press("Enter")
    page.get_by_role("button", name=issue).wait_for()
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("button", name=issue).press("Enter")
    page.get_by_text(intact).wait_for()

    branch.dissolved_on = date(2008, 3, 1)
    branch.save()
    OrganizationFactory(area=area, name="乙支部", established_on=date(2009, 1, 1))
    page.reload()
    page.locator(".corrections li").first.wait_for()
    assert_fits(page)
    assert_accessible(page)
    page.locator("#id_day").fill("2009-06-19")
    page.locator(".day-form button").press("Enter")
    page.get_by_text("乙支部").wait_for()
    assert_fits(page)
    assert_accessible(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4, "height": 900})
    assert page.locator(".day-form").is_hidden()
    assert_fits(page)
