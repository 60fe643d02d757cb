"""An organizer's work in a browser: by typing, with the keyboard, on a phone."""

from datetime import date
from urllib.parse import quote

import pytest
from django.urls import reverse

from orgs.models import Area, Kind, Organization
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import NARROW
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, MembershipFactory
from tests.factories.orgs import AreaFactory, CoverageFactory, EnterpriseFactory, OrganizationFactory

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def organizer():
    return UserFactory(username="organizer", is_staff=True, is_superuser=True)


def choose(page, field, text, option):
    """Type `text` into the field that completes it, and take `option`."""
    box = page.locator(f"#{field} ~ .select2-container").first
    box.locator(".select2-selection").focus()
    page.keyboard.press("Enter")
    page.locator(".select2-search__field:focus").wait_for()
    with page.expect_response(lambda response: f"term={quote(text)}&" in response.url + "&"):
        page.keyboard.type(text)
    # What was offered for the letters before is gone, so nothing is replaced under the pointer.
    page.locator(".loading-results").wait_for(state="detached")
    page.get_by_role("option", name=option).click()
    box.locator(".select2-selection").get_by_text(option).wait_for()


def save(page, button, said):
    """Save, and read on the page that comes what it `said`, instead of errors."""
    page.get_by_role("button", name=button, exact=True).click()
    page.locator(".messagelist, .errornote").first.wait_for()
    assert said in page.locator("#content-start").inner_text()


def test_an_organization_is_established_by_typing(open_page, organizer):
    AreaFactory(code="330304001", name="梧田街道")
    EnterpriseFactory(name="瓯海锁业有限公司")
    page = open_page("/admin/orgs/organization/add/", user=organizer)

    page.get_by_label("Organization code").fill("ZZ1")
    page.get_by_label("Name:", exact=True).fill("瓯海锁业党支部")
    page.get_by_label("Established on").fill("2008-06-30")
    page.get_by_label("Kind").select_option("branch")
    choose(page, "id_area", "梧田", "梧田街道 330304001")
    choose(page, "id_enterprises", "ohsy", "瓯海锁业有限公司")
    save(page, "Save", "was added successfully")

    organization = Organization.objects.get()
    assert organization.areas.get().area.code == "330304001"
    assert organization.coverage.get().enterprise.name == "瓯海锁业有限公司"


def test_a_row_of_coverage_is_added_to_a_joint_branch(open_page, organizer):
    organization = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=[EnterpriseFactory()])
    EnterpriseFactory(name="瓯海锁业有限公司")
    page = open_page(reverse("admin:orgs_organization_change", args=[organization.pk]), user=organizer)

    page.locator("#coverage-group .add-row a").click()
    choose(page, "id_coverage-1-enterprise", "ohsy", "瓯海锁业有限公司")
    page.locator("#id_coverage-1-valid_from").fill("2008-01-01")
    save(page, "Save and continue editing", "was changed successfully")
    assert organization.coverage.count() == 2
    assert page.locator("#coverage-group").get_by_text("瓯海锁业有限公司").count() > 0


def test_a_second_click_sends_a_form_no_second_time(open_page, organizer):
    page = open_page("/admin/orgs/organization/add/", user=organizer)
    sent = page.evaluate(
        """() => {
            let sent = 0;
            window.addEventListener("submit", (event) => {
                sent += !event.defaultPrevented;
                event.preventDefault();
            });
            const form = document.getElementById("organization_form");
            form.requestSubmit();
            form.requestSubmit();
            return sent;
        }"""
    )
    assert sent == 1


@pytest.mark.parametrize("width", [NARROW, 1280])
def test_errors_at_the_rows_are_shown_and_accessible(open_page, organizer, width):
    organization = OrganizationFactory(covers=[EnterpriseFactory()])
    other = EnterpriseFactory(name="瓯海锁业有限公司")
    page = open_page(
        reverse("admin:orgs_organization_change", args=[organization.pk]), user=organizer, width=width
    )
    page.locator("#coverage-group .add-row a").click()
    choose(page, "id_coverage-1-enterprise", "ohsy", "瓯海锁业有限公司")
    page.locator("#id_coverage-1-valid_from").fill("2008-01-01")
    page.get_by_role("button", name="Save", exact=True).click()

    assert (
        page.locator("#coverage-group .errorlist").first.inner_text().startswith("A standalone organization")
    )
    assert page.locator("#coverage-group").get_by_text(other.name).count() > 0
    assert_fits(page)
    assert_accessible(page)


@pytest.mark.parametrize(("language", "width"), [("en", NARROW), ("zh-hans", 1280)])
def test_the_pages_that_end_records_are_accessible(open_page, organizer, language, width):
    coverage = CoverageFactory()
    relation = MembershipFactory()
    page = open_page("/admin/", user=organizer, width=width, language=language)
    for name, row in (
        ("orgs_organization_dissolve", coverage.organization), ("orgs_organization_merge", coverage.organization),
        ("orgs_organization_split", coverage.organization), ("orgs_enterprise_close", coverage.enterprise),
        ("members_member_end", relation.member),
    ):  # fmt: skip
        page.goto(reverse(f"admin:{name}", args=[row.pk]))
        assert_fits(page)
        assert_accessible(page)


def test_an_organization_is_dissolved_with_the_keyboard(open_page, organizer):
    coverage = CoverageFactory()
    page = open_page(
        reverse("admin:orgs_organization_change", args=[coverage.organization_id]), user=organizer
    )
    page.get_by_role("link", name="Dissolve…").press("Enter")
    page.get_by_label("Day").fill("2008-06-30")
    page.get_by_label("Document number").fill("5号")
    page.get_by_label("Reason").fill("企业搬迁")
    page.get_by_label("Reason").press("Enter")
    page.get_by_role("button", name="Confirm: Dissolve").press("Enter")
    page.get_by_text("The organization was dissolved.").wait_for()
    coverage.refresh_from_db()
    assert coverage.valid_to == date(2008, 6, 30)


@pytest.mark.parametrize("width", [NARROW, 1280])
def test_a_list_is_filtered_by_area_and_day(open_page, organizer, width):
    AreaFactory(code="330304", name="瓯海区")
    area = AreaFactory(code="330304001", name="梧田街道")
    Area.objects.rebuild_tree()
    inside = OrganizationFactory(area=area, established_on=date(2007, 1, 1))
    OrganizationFactory(established_on=date(2007, 1, 1))
    MemberFactory(organization=inside)
    page = open_page("/admin/orgs/organization/", user=organizer, width=width)

    choose(page, "id_area", "瓯海", "瓯海区 330304")
    page.get_by_role("button", name="Apply the filter by area").click()
    page.wait_for_url("**area=*")
    assert page.locator("#result_list tbody tr").count() == 1
    page.get_by_label("In force on").fill("2006-12-31")
    page.get_by_role("button", name="Apply the filter by day").click()
    page.wait_for_url("**on=2006-12-31*")
    assert page.locator("#result_list tbody tr").count() == 0
    assert "area=" in page.url
    assert_fits(page)


def test_on_a_phone_no_field_of_a_period_lies_outside_the_screen(open_page, organizer):
    organization = OrganizationFactory(covers=[EnterpriseFactory()])
    address = reverse("admin:orgs_organization_change", args=[organization.pk])
    page = open_page(address, user=organizer, width=NARROW)
    page.locator("#coverage-group .add-row a").click()

    for name in ("coverage-0-valid_to", "coverage-1-valid_from", "coverage-1-valid_to"):
        box = page.locator(f"#id_{name}").bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= NARROW
    assert page.locator("#coverage-1 td.field-valid_to").get_attribute("data-heading") == "Until"
    assert_accessible(page)


def test_a_member_is_found_by_number_and_the_phone_revealed_by_typing_alone(open_page, organizer):
    member = MemberFactory(phone="13800138000")
    page = open_page("/admin/members/member/", user=organizer, width=NARROW)

    page.get_by_label("Identity number / phone").fill("138 0013 8000")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('admin:members_member_change', args=[member.pk])}")
    assert page.get_by_text("138****8000").is_visible()
    page.get_by_role("link", name="reveal…").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Reason").fill("to call about the meeting")
    page.keyboard.press("Enter")
    page.locator("#revealed").wait_for()
    assert page.locator("#revealed").inner_text() == "13800138000"
    assert "138" not in page.url
    assert_fits(page)
    assert_accessible(page)
