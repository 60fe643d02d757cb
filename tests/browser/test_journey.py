"""The whole way in a browser: from the guide to the founded organization, and to its place in the figures."""

import pytest

from applications.models import Application, State
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory
from tests.factories.procedures import page_of

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

MAIN = "button.main"
COVERAGE = "/api/v1/statistics/coverage/?scale=all"


def apply(page, enterprise):
    """Fill in the form for `enterprise`; gives the reference number and the access code of the receipt."""
    page.goto("/apply/")
    page.locator(MAIN).first.click()
    page.fill("[name=uscc]", enterprise.uscc)
    page.keyboard.press("Enter")
    page.wait_for_url("**/organization/")
    page.locator("[value=own]").check()
    page.locator(MAIN).first.click()
    page.wait_for_url("**/members/")
    for number in range(3):
        page.fill(f"[name=members-{number}-name]", f"欧阳{number}")
        page.select_option(f"[name=members-{number}-stage]", "full")
    page.locator(MAIN).first.click()
    page.wait_for_url("**/secretary/")
    page.get_by_label("欧阳0").check()
    page.locator(MAIN).first.click()
    page.wait_for_url("**/contact/")
    page.fill("[name=contact_name]", "联系人")
    page.fill("[name=contact_phone]", "13800001234")
    page.locator(MAIN).first.click()
    page.wait_for_url("**/files/")
    page.locator(MAIN).first.click()
    page.wait_for_url("**/check/")
    page.locator("[name=confirmed]").check()
    page.locator(MAIN).first.click()
    page.wait_for_url("**/apply/receipt/*/")
    return page.locator(".reference").inner_text(), page.locator(".new-key code").inner_text()


def take_step(page, application, name, **said):
    """Take the step `name` on its page, after a look at what it does."""
    page.goto(page_of(application, name))
    for field, value in said.items():
        page.fill(f"[name={field}]", value)
    page.locator("#procedure_form [type=submit]").last.click()
    page.locator(".outcome").wait_for()
    page.locator("[name=confirm]").click()
    page.locator(".messagelist .success").wait_for()


@pytest.mark.parametrize(
    ("width", "language", "javascript"), [(NARROW, "zh-hans", False), (BROAD, "en", True)]
)
def test_an_application_becomes_an_organization_that_the_figures_count(
    open_page, width, language, javascript
):
    area = AreaFactory(code="330304001")
    enterprise = EnterpriseFactory(area=area)
    for number in range(3):
        MemberFactory(name=f"欧阳{number}", employer=enterprise)
    applicant = open_page("/", width=width, language=language, javascript=javascript)
    organizer = open_page(
        "/admin/",
        width=width,
        language=language,
        user=UserFactory(is_staff=True, role="organizer", area=area),
    )
    before = applicant.request.get(COVERAGE).json()

    reference, code = apply(applicant, enterprise)
    application = Application.objects.get(reference=reference)
    for step, said in (("take-up", {}), ("approve", {}), ("found", {"code": "ZZ330304-0001"})):
        take_step(organizer, application, step, **said)

    applicant.context.clear_cookies()
    applicant.goto("/apply/status/")
    applicant.fill("[name=reference]", reference)
    applicant.fill("[name=code]", code)
    applicant.keyboard.press("Enter")
    applicant.get_by_text("ZZ330304-0001").first.wait_for()

    application.refresh_from_db()
    assert application.state == State.FOUNDED
    founded = application.organization
    assert founded.memberships.count() == 3
    assert founded.posts.get().member.name == "欧阳0"
    after = applicant.request.get(COVERAGE).json()
    assert after["organizations"]["total"] == before["organizations"]["total"] + 1
    assert after["organizations"]["initiated_by_enterprise"] == 1
    assert after["members"]["full"] == before["members"]["full"] + 3
    assert after["enterprises"]["by_mode"]["standalone"] == before["enterprises"]["by_mode"]["standalone"] + 1
    assert after["coverage"]["organizational"]["numerator"] == 1
