"""The public pages in a browser: both languages, narrow and broad, with and without JavaScript, dark."""

from datetime import date

import pytest

from orgs.models import Area, Kind
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory, credit_code

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

DAY = "2008-06-19"
A4 = 718  # between its margins
HEADINGS = {"en": "Coverage of enterprises", "zh-hans": "企业覆盖情况"}


@pytest.fixture(autouse=True)
def _register():
    AreaFactory(code="330304", name="瓯海区", name_en="Ouhai")
    area = AreaFactory(code="330304001", name="梧田街道", name_en="Wutian")
    Area.objects.rebuild_tree()
    # With a code of the sample, so that the notice is there too.
    sample = EnterpriseFactory(uscc=credit_code(1, prefix="91330399YL")[:17] + "0")
    enterprises = EnterpriseFactory.create_batch(6, area=area, above_scale_from=date(2007, 1, 1))
    own = OrganizationFactory(area=area, covers=enterprises[:1])
    OrganizationFactory(area=area, kind=Kind.JOINT_BRANCH, covers=[*enterprises[1:4], sample])
    MemberFactory.create_batch(3, organization=own)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize(("language", "width"), [("en", NARROW), ("zh-hans", BROAD)])
def test_the_home_page_is_whole_in(open_page, language, width, javascript):
    page = open_page("/", language=language, width=width, javascript=javascript)

    assert page.locator("html").get_attribute("lang") == language
    assert page.get_by_role("heading", name=HEADINGS[language]).is_visible()
    assert page.get_by_role("img").is_visible()
    assert_fits(page)
    if javascript:
        assert_accessible(page)


@pytest.mark.parametrize("width", [NARROW, BROAD])
@pytest.mark.parametrize("address", ["/", "/nowhere/"])
def test_pages_are_accessible_in_the_dark(open_page, address, width):
    page = open_page(address, scheme="dark", width=width, status=200 if address == "/" else 404)

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 20, 18)"
    assert_fits(page)
    assert_accessible(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_the_language_changes_on_the_page_that_one_reads(open_page, javascript):
    page = open_page(f"/?as_of={DAY}&scale=all", javascript=javascript, width=NARROW)

    page.get_by_role("button", name="简体中文").click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    assert page.url.endswith(f"/?as_of={DAY}&scale=all")

    page.get_by_role("button", name="English").click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_the_form_asks_for_another_day(open_page, javascript):
    page = open_page("/", javascript=javascript)

    page.get_by_label("Day", exact=True).fill("1999-12-31")
    page.get_by_label("Enterprises to cover").select_option("all")
    page.get_by_role("button", name="Show").click()
    page.wait_for_load_state()
    assert page.url.endswith("/?as_of=1999-12-31&scale=all")
    assert page.get_by_text("There are 0 organizations, 0 standalone, 0 joint, with 0 members.").is_visible()
    assert page.get_by_label("Day", exact=True).input_value() == "1999-12-31"


def test_a_message_at_the_field_belongs_to_it(open_page):
    page = open_page("/?as_of=2008-02-30", status=400, width=NARROW)

    field = page.get_by_label("Day", exact=True)
    message = page.locator(f"#{field.get_attribute('aria-describedby')}")
    assert "This is not a day." in message.inner_text()
    assert_fits(page)
    assert_accessible(page)


def test_two_messages_leave_the_fields_and_the_button_on_one_line(open_page):
    page = open_page("/?as_of=2008-02-30&scale=most", status=400)

    boxes = [field.bounding_box() for field in page.locator(".fields :is(input, select, button)").all()]
    assert len(boxes) == 3
    assert len({round(box["y"] + box["height"]) for box in boxes}) == 1


def test_the_figures_of_a_row_stand_on_one_line_whatever_their_names_take(open_page):
    page = open_page("/", width=NARROW)

    organizations, members, *_rates = page.locator(".figure").all()
    assert organizations.bounding_box()["y"] == members.bounding_box()["y"]


def test_on_a_phone_the_head_of_the_page_is_one_row(open_page):
    page = open_page("/", width=NARROW)

    name = page.get_by_role("link", name="Party-organization Registry").bounding_box()
    switch = page.get_by_role("button", name="简体中文").bounding_box()
    assert switch["y"] < name["y"] + name["height"]


def test_the_keyboard_skips_to_the_content(open_page):
    page = open_page("/")

    page.keyboard.press("Tab")
    assert page.get_by_role("link", name="Skip to the content").is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_first_visit_takes_less_than_100_kilobytes(open_page):
    page = open_page("/")
    entries = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
    sizes = page.evaluate(f"{entries}.map((entry) => entry.decodedBodySize)")

    assert len(sizes) >= 2
    assert sum(sizes) < 100_000


def test_the_page_prints_without_its_controls(open_page):
    page = open_page("/", width=A4)
    page.emulate_media(media="print")

    assert page.get_by_role("heading", name="Coverage of enterprises").is_visible()
    assert not page.get_by_role("button", name="Show").is_visible()
    assert not page.get_by_role("link", name="Sign in").is_visible()
    assert_fits(page)
