"""The dashboard and the leaders' view in a browser: charts beside their tables, on the screen and on paper."""

from datetime import date

import pytest

from accounts.roles import Role
from orgs.models import Area, Kind
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

DASHBOARD, LEADERS = "/dashboard/?as_of=2008-06-19", "/dashboard/leaders/?as_of=2008-06-19"
A4 = 718  # between its margins
SUBDISTRICTS = 25


@pytest.fixture
def user():
    """An organizer of a district with many subdistricts, two of them with enterprises."""
    district = AreaFactory(code="330304", name="瓯海区", name_en="Ouhai")
    areas = [
        AreaFactory(code=f"330304{number:03d}", name="南白象街道", name_en="Nanbaixiang Subdistrict")
        for number in range(1, SUBDISTRICTS + 1)
    ]
    Area.objects.rebuild_tree()
    enterprises = [
        EnterpriseFactory(area=area, above_scale_from=date(2007, 1, 1))
        for area in areas[:2]
        for _ in range(3)
    ]
    own = OrganizationFactory(area=areas[0], covers=enterprises[:1], established_on=date(2007, 5, 1))
    OrganizationFactory(area=areas[1], kind=Kind.JOINT_BRANCH, covers=enterprises[2:5])
    InstructorFactory(enterprise=enterprises[1])
    MemberFactory.create_batch(3, organization=own)
    DesignationFactory(enterprise=enterprises[0])
    return UserFactory(role=Role.ORGANIZER.value, is_staff=True, area=district)


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("zh-hans", NARROW, "light"), ("en", BROAD, "dark")]
)
def test_the_pages_are_whole_in(open_page, user, language, width, scheme):
    page = open_page(DASHBOARD, language=language, width=width, scheme=scheme, user=user)

    figures = page.locator("figure.chart")
    assert figures.count() == 4
    for figure in figures.all():
        assert figure.locator("svg path").count()
        assert figure.get_attribute("aria-labelledby")
    assert_fits(page)
    assert_accessible(page)
    page.goto(LEADERS)
    assert_fits(page)
    assert_accessible(page)


def test_a_chart_shows_the_numbers_of_its_table_in_patterns_and_in_the_colours_of_the_page(open_page, user):
    page = open_page(DASHBOARD, user=user)
    chart = page.locator("figure[data-table=modes-table]")
    bars = chart.locator("path[fill^='url(#']")

    texts = chart.locator("text").all_text_contents()
    for name, number in (("Standalone organization", "1"), ("Joint branch", "3"), ("Instructor", "1")):
        assert name in texts
        assert number in texts
    assert bars.count(), "bars have patterns"
    light = chart.locator("text").first.get_attribute("fill")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "(before) => document.querySelector('figure text').getAttribute('fill') !== before", arg=light
    )
    page.emulate_media(media="print", color_scheme="dark")
    page.wait_for_function(
        "(before) => document.querySelector('figure text').getAttribute('fill') === before", arg=light
    )


def test_the_chart_of_areas_is_called_and_labelled_as_its_sorted_table_and_fits_a_screen(open_page, user):
    page = open_page(f"{DASHBOARD}&sort=-organizational", user=user)
    chart = page.locator("figure[data-table=by-area-table]")

    assert page.locator("[aria-sort=descending]").inner_text() == "Organizational coverage"
    texts = chart.locator("text").all_text_contents()
    assert {"Organizational coverage", "Work coverage", "66.67%"} <= set(texts)
    assert chart.bounding_box()["height"] < SUBDISTRICTS * 40


def test_without_scripts_the_tables_say_all_there_is(open_page, user):
    page = open_page(DASHBOARD, user=user, javascript=False, width=NARROW)

    assert not page.locator("figure.chart").first.is_visible()
    page.get_by_label("Compared with").fill("2007-01-01")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Organizations", exact=True).click()
    page.wait_for_load_state()
    assert "compared_with=2007-01-01" in page.url
    assert page.locator("[aria-sort=descending]").inner_text().startswith("Organizations")
    page.locator("#modes-table").get_by_role("link", name="3").click()
    page.wait_for_load_state()
    assert page.locator("#result_list tbody tr").count() == 3


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_leaders_view_is_one_sheet_of_paper_without_navigation(open_page, user, language):
    page = open_page(LEADERS, language=language, width=A4, user=user)
    page.emulate_media(media="print")

    assert page.get_by_role("table").count() == 2
    assert not page.locator("nav").locator("visible=true").count()
    assert not page.locator("form").locator("visible=true").count()
    assert_fits(page)
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1


def test_the_dashboard_prints_within_the_sheet(open_page, user):
    page = open_page(DASHBOARD, width=A4, user=user)
    page.emulate_media(media="print")

    assert page.locator("figure svg").first.is_visible()
    assert_fits(page)
