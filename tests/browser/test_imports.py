"""An import in a browser: each of its pages in both languages, narrow and broad, light and dark."""

import pytest

from orgs.models import Enterprise
from sheets.models import State
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, InstructorFactory, credit_code
from tests.factories.sheets import ImportFactory
from tests.factories.tasks import run_tasks
from tests.sheets.files import csv_text
from tests.sheets.stepping import run, uploaded

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

LIST = "/admin/orgs/enterprise/"
NEW, OLD, WRONG = credit_code(1), credit_code(2), credit_code(3)


@pytest.mark.parametrize(
    ("language", "width", "scheme", "button", "done"),
    [
        ("en", NARROW, "light", "Import…", "The import is done"),
        ("zh-hans", BROAD, "dark", "导入…", "导入已完成"),
    ],
)
def test_a_file_is_uploaded_its_columns_chosen_its_rows_left_out_and_it_is_followed(
    open_page, tmp_path, language, width, scheme, button, done
):
    area = AreaFactory(name="梧田街道", name_en="Wutian")
    EnterpriseFactory(uscc=OLD, name="旧电器厂", area=area)
    organizer = UserFactory(is_staff=True, role="organizer", area=area)
    rows = [
        ["信用代码", "企业名称", "注册日期", "注册地址", "经济类型", "所属区划", "备注"],
        [NEW, "新电器有限公司", "2008-01-01", "瓯海大道一号", "私营", area.code, "新"],
        [OLD, "旧电器有限公司", "2000-01-01", "瓯海大道二号", "私营", area.code, ""],
        [WRONG, "三电器有限公司", "2008-02-30", "瓯海大道三号", "没有", area.code, "三月"],
    ]
    file = tmp_path / "名单.csv"
    file.write_text(csv_text(rows), encoding="utf-8")

    page = open_page(LIST, language=language, width=width, scheme=scheme, user=organizer)
    page.get_by_role("link", name=button).press("Enter")
    page.wait_for_url("**/add/?resource=enterprises")
    assert_fits(page)
    assert_accessible(page)
    page.set_input_files("#id_file", file)
    page.locator("#upload_form [type=submit]").press("Enter")

    page.wait_for_selector("#columns_form")
    assert_fits(page)
    assert_accessible(page)
    page.select_option("#id_column_0", "uscc")
    page.locator("#columns_form [type=submit]").press("Enter")

    page.wait_for_selector("#leave_out_form")
    assert_fits(page)
    assert_accessible(page)
    page.locator("#leave_out_form button").press("Enter")
    page.wait_for_selector("#confirm_form")
    assert_accessible(page)
    page.locator("#confirm_form button").press("Enter")

    page.wait_for_selector("#import-progress")
    assert_fits(page)
    assert_accessible(page)
    run_tasks()
    page.wait_for_selector(".outcome-of-import")
    assert done in page.locator("#content-main").inner_text()
    assert_fits(page)
    assert_accessible(page)
    assert set(Enterprise.objects.values_list("uscc", flat=True)) == {NEW, OLD}
    page.goto("/admin/sheets/import/")
    assert_fits(page)
    assert_accessible(page)


@pytest.mark.parametrize(
    ("language", "width", "scheme", "undone"),
    [
        ("en", NARROW, "light", "The import was undone"),
        ("zh-hans", BROAD, "dark", "导入已撤回"),
    ],
)
def test_an_import_is_undone_once_nothing_is_in_the_way(open_page, language, width, scheme, undone):
    administrator = UserFactory(is_staff=True, role="administrator")
    EnterpriseFactory(uscc=OLD, name="旧电器厂")
    header = ["uscc", "name", "registered_on"]
    rows = [[NEW, "新电器有限公司", "2008-01-01"], [OLD, "旧电器有限公司", "2000-01-01"]]
    import_ = run(uploaded([header, *rows], by=administrator))
    address = f"/admin/sheets/import/{import_.pk}/"

    page = open_page(address, language=language, width=width, scheme=scheme, user=administrator)
    page.locator(f"a[href='{address}undo/']").press("Enter")
    page.wait_for_selector("#undo_form")
    assert_fits(page)
    assert_accessible(page)
    page.locator("#undo_form button").press("Enter")
    page.wait_for_selector("#import-progress")
    built = InstructorFactory(
        enterprise=Enterprise.objects.get(uscc=NEW)
    )  # while the undo waits for its turn
    run_tasks()
    page.wait_for_selector(".reasons")
    assert_fits(page)
    assert_accessible(page)
    page.goto(f"{address}undo/")
    assert page.locator(".reasons").count() == 1
    assert page.locator("#undo_form").count() == 0
    assert_fits(page)
    assert_accessible(page)

    built.delete()
    page.reload()
    page.locator("#undo_form button").press("Enter")
    page.wait_for_selector("#import-progress")
    run_tasks()
    page.wait_for_selector(".outcome-of-import")
    assert undone in page.locator("#content-main").inner_text()
    assert_fits(page)
    assert_accessible(page)
    assert list(Enterprise.objects.values_list("name", flat=True)) == ["旧电器厂"]


def test_a_file_that_is_too_large_is_not_sent(open_page, tmp_path):
    file = tmp_path / "large.csv"
    file.write_bytes(b"uscc\n" + b" " * (21 << 20))
    page = open_page("/admin/sheets/import/add/", user=UserFactory(is_staff=True, role="administrator"))
    page.select_option("#id_resource", "enterprises")

    page.set_input_files("#id_file", file)
    page.locator("#upload_form [type=submit]").press("Enter")

    told = page.evaluate("document.getElementById('id_file').validationMessage")
    assert told.startswith("The file has more than 20 megabytes")
    assert page.locator("#upload_form").count() == 1


def test_a_page_that_follows_an_import_needs_no_script(open_page):
    user = UserFactory(is_staff=True, role="administrator")
    import_ = ImportFactory(state=State.CHECKING, failure="", made_by=user)
    page = open_page(f"/admin/sheets/import/{import_.pk}/", user=user, javascript=False)
    page.get_by_role("link", name="Look again").press("Enter")
    page.wait_for_load_state()

    assert page.locator("#import-progress").count() == 1
