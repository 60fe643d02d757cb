"""The page of the yearly list in a browser, in both languages, narrow and without JavaScript."""

from datetime import date

import pytest

from orgs.models import Enterprise
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

LIST = "/admin/orgs/enterprise/"
BEFORE = date(2008, 1, 1)


def choose(page, tmp_path, text):
    """Choose a file with `text` and the first day of 2009, and ask for the preview."""
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    page.fill("#id_on", "2009-01-01")
    page.set_input_files("#id_file", file)
    page.locator("#list_form [type=submit]").press("Enter")
    page.wait_for_load_state()


@pytest.mark.parametrize(
    ("language", "button", "followed", "width", "javascript"),
    [
        ("en", "Yearly list…", "1 entered, 0 stayed, 1 left", NARROW, True),
        ("zh-hans", "年度名录…", "新纳入 1 家", BROAD, False),
    ],
)
def test_a_list_is_chosen_looked_at_and_followed(
    open_page, tmp_path, language, button, followed, width, javascript
):
    administrator = UserFactory(is_staff=True, is_superuser=True)
    AreaFactory()
    entering, leaving = EnterpriseFactory(), EnterpriseFactory(above_scale_from=BEFORE)
    page = open_page(LIST, language=language, width=width, user=administrator, javascript=javascript)
    page.get_by_role("link", name=button).press("Enter")
    page.wait_for_url("**/yearly-list/")
    assert_fits(page)
    if javascript:  # axe is a script
        assert_accessible(page)

    choose(page, tmp_path, f"uscc,name,revenue\n{entering.uscc},另一个名称,1\n")
    assert leaving.name in page.locator("#content-main").inner_text()
    assert_fits(page)
    if javascript:
        assert_accessible(page)

    page.locator("#confirm_form [type=submit]").press("Enter")
    page.wait_for_url(f"**{LIST}")
    assert followed in page.locator(".messagelist").inner_text()
    assert list(Enterprise.objects.above_scale_on(date(2009, 1, 1))) == [entering]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_errors_stand_in_a_table_that_fits(open_page, tmp_path, language, scheme):
    administrator = UserFactory(is_staff=True, is_superuser=True)
    page = open_page(
        f"{LIST}yearly-list/", language=language, width=NARROW, scheme=scheme, user=administrator
    )
    choose(page, tmp_path, "uscc,revenue\n913303990000000229,x\n<b>91330399</b>,1\n")
    assert page.locator("table.problems tbody tr").count() == 3
    assert "<b>91330399</b>" in page.locator("table.problems").inner_text()
    assert_fits(page)
    assert_accessible(page)
