"""An enterprise applies, in a browser: from the home page to the receipt."""

import pytest

from applications.models import Application, Formation, State
from applications.secrets import by_code
from orgs.models import Kind
from tests.applications.test_files import PDF
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory, credit_code

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

MAIN = "button.main"


@pytest.fixture
def areas():
    AreaFactory(code="330304001")
    community = AreaFactory(code="330304001001", name="工业园社区")
    OrganizationFactory(name="工业园社区党总支", kind=Kind.COMMUNITY_GENERAL_BRANCH, area=community)
    return community


@pytest.mark.parametrize(
    ("width", "language", "javascript", "scheme"),
    [(NARROW, "zh-hans", False, "dark"), (BROAD, "en", True, "light")],
    ids=["narrow-zh-no-script", "broad-en-script"],
)
def test_one_comes_from_the_home_page_to_the_receipt(open_page, areas, width, language, javascript, scheme):
    known = EnterpriseFactory(name="瓯海锁业有限公司" * 3, area=areas)
    page = open_page("/", width=width, language=language, javascript=javascript, scheme=scheme, expected=400)

    def good(address):
        page.wait_for_url(f"**{address}")
        assert page.locator("html").get_attribute("lang") == language
        assert_fits(page)
        if javascript:  # axe needs it
            assert_accessible(page)
            page.set_viewport_size({"width": NARROW, "height": 900})
            assert_fits(page)
            page.set_viewport_size({"width": BROAD, "height": 900})

    def go_on(button=MAIN):
        page.locator(button).first.click()

    page.locator(".ways a").first.press("Enter")
    good("/apply/")
    page.fill("[name=members]", "0")
    page.select_option("[name=area]", areas.code)
    page.locator(".day-form button").click()
    good(f"/apply/?members=0&area={areas.code}#fits")
    assert page.get_by_text("工业园社区党总支").is_visible()

    go_on()
    good("/apply/form/enterprise/")
    page.fill("[name=uscc]", known.uscc[:-1])
    page.keyboard.press("Enter")
    page.wait_for_selector(".problems")
    good("/apply/form/enterprise/")
    assert page.evaluate("document.activeElement.className") == "problems"
    page.locator(".problems a").press("Enter")
    assert page.evaluate("document.activeElement.name") == "uscc"
    page.fill("[name=uscc]", credit_code(77))
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=enterprise_name]")
    good("/apply/form/enterprise/*")
    page.fill("[name=uscc]", known.uscc)
    page.keyboard.press("Enter")

    good("/apply/form/organization/")
    assert not page.locator("[name=neighbours-0-name]").is_visible()
    page.locator("[value=joint]").check()
    page.fill("[name=neighbours-0-name]", "隔壁电器厂")
    good("/apply/form/organization/")
    page.locator("[name=then][value=more]").click()
    page.wait_for_selector("[name=neighbours-3-name]")
    page.locator("[value=outside]").check()
    page.fill("[name=place]", "上海市")
    go_on()

    good("/apply/form/members/")
    for number, stage in enumerate(("full", "probationary", "activist")):
        page.fill(f"[name=members-{number}-name]", f"申请人{number}")
        page.select_option(f"[name=members-{number}-stage]", stage)
    page.fill("[name=members-0-since]", "2010-07-01")
    page.select_option("[name=members-3-stage]", "full")
    go_on()
    page.wait_for_selector(".problems")
    good("/apply/form/members/")
    page.fill("[name=members-3-name]", "申请人3")
    page.locator("[name=then][value=more]").click()
    page.wait_for_selector("[name=members-8-name]")
    go_on()

    good("/apply/form/secretary/")
    page.get_by_label("申请人0").check()
    go_on()

    good("/apply/form/contact/")
    page.fill("[name=contact_name]", "张三")
    page.fill("[name=contact_phone]", "13800001234")
    page.locator("[name=then][value=later]").click()
    good("/apply/form/later/")
    page.locator("main a").first.click()
    good("/apply/form/check/")  # nothing is missing

    page.goto("/apply/form/contact/?from=check")
    good("/apply/form/contact/?from=check")
    page.goto("/apply/form/files/")
    page.set_input_files("[name=file]", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"x"})
    go_on()
    page.wait_for_selector(".problems")
    page.set_input_files("[name=file]", {"name": "决议.pdf", "mimeType": "image/png", "buffer": PDF})
    page.locator("[name=then][value=more]").click()
    page.wait_for_selector("[name=remove]")
    good("/apply/form/files/")
    go_on()

    good("/apply/form/check/")
    go_on()
    page.wait_for_selector(".problems")
    good("/apply/form/check/")
    page.locator("[name=confirmed]").check()
    go_on()
    good("/apply/receipt/*/")
    application = Application.objects.get()
    assert (application.state, application.formation) == (State.SUBMITTED, Formation.OUTSIDE)
    code = page.locator(".new-key code").inner_text()
    assert by_code(page.locator(".reference").inner_text(), code) == application
    page.reload()
    assert code not in page.content()
    good("/apply/receipt/*/")
    page.locator(".keep button").click()
    page.wait_for_selector(".new-key")
    assert by_code(application.reference, page.locator(".new-key code").inner_text()) == application
    good("/apply/receipt/*/")
