"""Every page of the admin in a browser: accessible, within the screen, within the content policy."""

from datetime import date

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from accounts.models import Token
from applications.actions.applying import add_file
from applications.models import MediaType, State
from orgs.admin.history import HistoryAdmin
from orgs.models import (
    Area,
    Enterprise,
    Kind,
    Policy,
    PolicyNumber,
)
from secrecy.fields import protected_fields
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.applications import application_in
from tests.factories.members import MemberFactory, TransferFactory
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    PracticeFactory,
    credit_code,
)
from tests.factories.sheets import ImportFactory
from tests.sheets.files import identity

A4 = 718  # between its margins

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def organizer():
    return UserFactory(username="organizer", is_staff=True, is_superuser=True)


@pytest.fixture(autouse=True)
def _register(organizer):
    AreaFactory(code="330304", name="瓯海区")
    area = AreaFactory(code="330304001", name="梧田街道")
    community = AreaFactory(code="330304001001", name="梧田工业区企业社区")
    Area.objects.rebuild_tree()
    # With a code of the sample, so that the notice is there too.
    enterprise = EnterpriseFactory(
        uscc=credit_code(1, prefix="91330399YL")[:17] + "0",
        contact_phone="057788123456",
        area=community,
        above_scale_from=date(2007, 1, 1),
    )
    own = OrganizationFactory(area=area, covers=[enterprise])
    joint = OrganizationFactory(area=area, kind=Kind.JOINT_BRANCH, covers=EnterpriseFactory.create_batch(2))
    OrganizationFactory(area=community, kind=Kind.COMMUNITY_GENERAL_BRANCH)
    MemberFactory(organization=own, employer=enterprise, id_number=identity(), phone="13800138000")
    MemberFactory.create_batch(2, organization=own, employer=enterprise)
    TransferFactory(
        origin=own, destination=joint, requested_on=date(2008, 6, 1), letter_number="2008-0001",
        letter_on=date(2008, 6, 2), letter_valid_until=date(2008, 9, 2),
    )  # fmt: skip
    MemberFactory(organization=joint, full_on=None, probationary_on=date(2020, 1, 1))
    InstructorFactory(enterprise=enterprise, phone="13800138000")
    DesignationFactory(enterprise=enterprise)
    PracticeFactory(enterprise=enterprise)
    returned = application_in(
        State.RETURNED, area=community, enterprise=enterprise, formation="joint", on=date(2020, 1, 2)
    )
    add_file(application=returned, title="申请书.pdf", media_type=MediaType.PDF, content=b"%PDF-1.7")
    if not PolicyNumber.objects.exists():  # the rows of the migration are gone after a transactional test
        PolicyNumber.objects.create(
            policy=Policy.BRANCH_MEMBERS, value=50, source="2018", valid_from=date(2018, 10, 28)
        )
    Token.objects.create(user=organizer)
    ImportFactory(made_by=organizer)


def complaints_about(page, path, axe_at=NARROW):
    """What is wrong with the page at `path`, narrow and broad."""
    wrong = []
    response = page.goto(path)
    if response.status != 200:
        return [f"{path}: {response.status}"]
    for width in (NARROW, BROAD):
        page.set_viewport_size({"width": width, "height": 900})
        for check in (assert_fits, assert_accessible) if width == axe_at else (assert_fits,):
            try:
                check(page)
            except AssertionError as error:
                wrong.append(f"{width}: {error}")
    return wrong


def test_the_changes_of_all_records(open_page, organizer):
    page = open_page("/admin/", user=organizer)
    path = "/admin/record/accessentry/changes/"
    wrong = complaints_about(page, path) + complaints_about(
        page, f"{path}?since=2001-01-01&user=nobody", BROAD
    )
    assert not wrong, "\n".join(wrong)


def pages_of(model: type[Model], user, rf):
    """The addresses of the pages of `model` that `user` may open."""
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    request = rf.get("/")
    request.user = user
    yield reverse(f"admin:{name}_changelist")
    record = model._default_manager.first()
    if record is None:  # of the access log, of which a test that begins has none
        return
    if admin.site._registry[model].has_add_permission(request):
        yield reverse(f"admin:{name}_add")
    yield reverse(f"admin:{name}_change", args=[record.pk])
    if admin.site._registry[model].has_delete_permission(request, record):
        yield reverse(f"admin:{name}_delete", args=[record.pk])
    if isinstance(admin.site._registry[model], HistoryAdmin):
        yield reverse(f"admin:{name}_history", args=[record.pk])
    for field in protected_fields(model):
        yield reverse(f"admin:{name}_reveal", args=[record.pk, field.name])


# All in one test: the browser keeps the scripts, and the register is made once.
@pytest.mark.parametrize(("language", "axe_at"), [("en", BROAD), ("zh-hans", NARROW)])
def test_the_pages_of_every_record(open_page, organizer, rf, language, axe_at):
    page = open_page("/admin/", language=language, user=organizer)
    wrong = [
        told
        for model in admin.site._registry
        for path in pages_of(model, organizer, rf)
        for told in complaints_about(page, path, axe_at)
    ]
    for path in (
        reverse("admin:app_list", args=["orgs"]), reverse("admin:password_change"),
        reverse("admin:auth_user_password_change", args=[organizer.pk]),
    ):  # fmt: skip
        wrong += complaints_about(page, path, axe_at)

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh-hans", "dark")])
def test_the_way_in(open_page, organizer, language, scheme):
    outside = open_page("/admin/login/", language=language, scheme=scheme)
    inside = open_page("/admin/", language=language, scheme=scheme, user=organizer)

    wrong = complaints_about(outside, "/admin/login/") + complaints_about(inside, "/admin/")
    assert outside.locator("html").get_attribute("lang") == language
    assert not wrong, "\n".join(wrong)


def test_the_admin_is_dark_where_the_browser_prefers_it(open_page, organizer):
    page = open_page("/admin/", language="zh-hans", scheme="dark", user=organizer)
    enterprise = reverse("admin:orgs_enterprise_change", args=[Enterprise.objects.first().pk])

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 20, 18)"
    wrong = [
        told
        for path in ("/admin/orgs/enterprise/", enterprise, "/admin/orgs/organization/?q=nothing")
        for told in complaints_about(page, path)
    ]
    assert not wrong, "\n".join(wrong)


def test_on_a_broad_screen_the_head_of_a_list_stays_in_sight(open_page, organizer):
    EnterpriseFactory.create_batch(40)
    page = open_page("/admin/orgs/enterprise/", width=1440, user=organizer)

    page.mouse.wheel(0, 1200)
    page.wait_for_function("window.scrollY > 300")
    assert page.locator("#result_list thead").bounding_box()["y"] < 0
    assert page.locator("#result_list thead th").first.bounding_box()["y"] == 0
    assert_fits(page)


def test_a_list_prints_without_what_is_clicked(open_page, organizer):
    page = open_page("/admin/orgs/organization/", width=A4, user=organizer)
    page.emulate_media(media="print")

    assert page.locator("#result_list").is_visible()
    for clicked in ("nav", "input", "button", ".object-tools"):
        assert not page.locator(clicked).locator("visible=true").count()
    assert_fits(page)


def test_signing_in_leads_to_the_work(open_page, organizer):
    page = open_page("/admin/", width=NARROW)

    page.get_by_label("Username").fill("organizer")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    assert page.get_by_role("heading", name="Work on the register").is_visible()


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/orgs/enterprise/"])
def test_the_sample_is_called_one_on(open_page, organizer, path):
    page = open_page(path, user=None if "login" in path else organizer)

    assert page.get_by_text("Sample data.").is_visible()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "name", ["orgs_enterprise", "orgs_organization", "orgs_designation", "members_member", "members_transfer"]
)
def test_a_list_shows_all_its_columns_beside_its_side_bars(open_page, organizer, language, name):
    page = open_page(reverse(f"admin:{name}_changelist"), language=language, user=organizer)

    assert page.locator("#nav-sidebar").is_visible()
    assert page.locator("#changelist-filter").is_visible()
    hidden = "list => list.scrollWidth - list.clientWidth"
    assert page.locator("#changelist .results").evaluate(hidden) == 0
