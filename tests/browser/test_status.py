"""Following an application in a browser: each state, and what the applicant does there."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from applications.actions import applying, founding, reviewing
from applications.models import Application, MediaType, Reason, State
from applications.pages.tries import PER_PLACE, count_try
from applications.secrets import access_code
from orgs.models import Kind, Organization
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.applications import SUBMITTED_ON, application_in

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

PAGE = "/apply/status/"
LONG = "Longword" * 30


def assert_good(page, twin=None):
    """The page is as it should be; axe needs scripts, which a page without them lends from its `twin`."""
    assert_fits(page)
    if twin is not None:
        twin.context.add_cookies(page.context.cookies())
        twin.goto(page.url)
    assert_accessible(twin or page)


def sign_in(page, application, code):
    page.fill("[name=reference]", application.reference)
    page.fill("[name=code]", code)
    page.locator("main .entry button").click()


def submitted(language):
    application = application_in(
        State.SUBMITTED, language=language, enterprise_name="温州市瓯海某某" * 8 + "有限公司",
        organization_name="中共温州市瓯海某某有限公司支部委员会",
    )  # fmt: skip
    return Application.objects.get(pk=application.pk)


@pytest.mark.parametrize(
    ("width", "language", "javascript", "scheme"),
    [(NARROW, "zh-hans", False, "light"), (BROAD, "en", True, "dark")],
    ids=["narrow-zh-hans-no-script", "broad-en-script"],
)
def test_an_application_is_followed_through_all_states(open_page, width, language, javascript, scheme):
    by = UserFactory(role="administrator", username="reviewer-zhang")
    application = submitted(language)
    page = open_page(PAGE, language=language, width=width, javascript=javascript, scheme=scheme, expected=400)
    other = open_page(PAGE, language=language, width=width, scheme=scheme, expected=409)
    twin = None if javascript else other
    assert_good(page, twin)
    sign_in(page, application, "wrong")
    page.locator("[role=alert]").wait_for()
    assert page.locator("[name=reference]").input_value() == application.reference
    assert page.locator("[name=code]").input_value() == ""
    assert_good(page, twin)
    page.locator("[role=alert] a").click()
    sign_in(page, application, access_code(application).lower())

    def look(state):
        page.goto(PAGE)
        assert page.locator(f".state-{state}").is_visible()
        assert page.get_by_role("heading", level=1).inner_text().endswith(application.reference)
        assert by.username not in page.content()
        assert_good(page, twin)

    say = {"application": application, "by": by}
    look("submitted")
    reviewing.take_up(**say)
    look("in_review")
    why = {"reasons": [Reason.FILE_MISSING, Reason.MEMBERS_INCOMPLETE], "staff_note": "reviewer-zhang"}
    reviewing.return_application(**say, **why, note=f"请补交营业执照。\n\n{LONG}")
    look("returned")
    assert page.get_by_text(LONG).first.is_visible()
    applying.add_file(
        application=application, title=f"{LONG[:90]}.pdf", media_type=MediaType.PDF, content=b"%PDF-1.7"
    )
    applying.supplement(application=application, answer="已补交。", on=SUBMITTED_ON)
    look("in_review")
    reviewing.approve(**say, note="同意", staff_note="", on=SUBMITTED_ON)
    look("approved")
    with page.expect_download() as told:
        page.locator(f"a[href='{PAGE}letter/']").click()
    assert told.value.suggested_filename == f"approval-letter-{application.reference}.docx"
    assert ZipFile(BytesIO(Path(told.value.path()).read_bytes())).testzip() is None
    founding.found(
        **say, kind=Kind.BRANCH, area=application.area, neighbours=[], members=[], secretary=None,
        organization=Organization(code="F1", name=application.organization_name), on=SUBMITTED_ON,
    )  # fmt: skip
    look("founded")
    assert page.locator(".facts").get_by_text("F1", exact=True).is_visible()
    other.context.add_cookies(page.context.cookies())
    other.goto(f"{PAGE}withdraw/")
    assert other.get_by_role("alert").is_visible()
    assert_good(other)
    page.locator(f"form[action='{PAGE}leave/'] button").click()
    page.locator("[name=code]").wait_for()


@pytest.mark.parametrize(("width", "language"), [(NARROW, "zh-hans"), (BROAD, "en")])
def test_an_application_is_withdrawn_by_the_keyboard_and_a_rejected_one_says_why(open_page, width, language):
    application = submitted(language)
    page = open_page(PAGE, language=language, width=width, expected=429)
    sign_in(page, application, access_code(application))
    page.locator(f"a[href='{PAGE}withdraw/']").press("Enter")
    page.locator("[name=reason]").fill("另行申请")
    assert_good(page)
    page.locator("main .entry button").press("Enter")
    page.locator(".state-withdrawn").wait_for()
    assert page.get_by_text("另行申请").is_visible()
    assert_good(page)

    rejected = application_in(State.REJECTED)
    page.locator(f"form[action='{PAGE}leave/'] button").press("Enter")
    sign_in(page, rejected, access_code(rejected))
    page.locator(".state-rejected").wait_for()
    assert_good(page)

    page.locator(f"form[action='{PAGE}leave/'] button").press("Enter")
    page.locator("[name=code]").wait_for()
    for _number in range(PER_PLACE):
        count_try("127.0.0.1")
    sign_in(page, rejected, access_code(rejected))
    page.get_by_text("429").wait_for()
    assert_good(page)
