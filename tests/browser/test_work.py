"""The work list in a browser: in both languages, narrow and broad; an item is declared not applicable by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orgs.models import Area
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory
from tests.factories.work import ExemptionFactory
from tests.work.scenarios import SCENARIOS, employing, keep_rules
from work.models import Exemption

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

PAGE = "/dashboard/work/?scale=all"


@pytest.fixture
def user():
    AreaFactory(code="330304", name="瓯海区", name_en="Ouhai")
    AreaFactory(code="330304001", name="梧田街道", name_en="Wutian")
    AreaFactory(code="330304002", name="娄桥街道", name_en="Louqiao")
    Area.objects.rebuild_tree()
    keep_rules()
    for scenario in SCENARIOS.values():
        scenario()
    user = UserFactory(role="organizer", is_staff=True, area=Area.objects.get(code="330304"))
    exempted = employing(*[timezone.localdate()] * 3)
    ExemptionFactory(enterprise=exempted, entered_by=user, valid_to=timezone.localdate() + timedelta(days=9))
    return user


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", NARROW, "dark"), ("zh-hans", BROAD, "light")]
)
def test_the_list_is_accessible_and_fits_and_an_item_is_declared_not_applicable_by_keyboard(
    open_page, user, language, width, scheme
):
    page = open_page(PAGE, language=language, width=width, scheme=scheme, user=user)
    assert page.locator(".work-items").count() == 2
    assert_fits(page)
    assert_accessible(page)

    page.locator(".work-items").first.locator("a[href$='/exempt/']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".entry")
    assert_fits(page)
    assert_accessible(page)
    page.fill("[name=until]", (timezone.localdate() + timedelta(days=30)).isoformat())
    page.focus("[name=reason]")
    page.keyboard.type("正在搬迁")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    assert Exemption.objects.count() == 2

    page.goto(f"/dashboard/work/exemptions/{Exemption.objects.latest('pk').pk}/end/")
    assert_fits(page)
    assert_accessible(page)
