"""An organizer imports a list from Excel: what is wrong in it is downloaded, mended and imported, too."""

import openpyxl
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tests.browser.journeys.newcomers import AREA
from tests.browser.journeys.staff import open_list, sign_in

HEADERS = {
    "en": ["uscc", "name", "area", "registered_on", "ownership"],
    "zh-hans": ["统一社会信用代码", "企业名称", "所属区划", "注册日期", "经济类型"],
}
NO_DAY, DAY = "2008-02-30", "2008-02-29"


def write_list(path, newcomers, language):
    """The list as Excel keeps it: in the last row the day is none."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADERS[language])
    for one in newcomers:
        day = NO_DAY if one == newcomers[-1] else DAY
        sheet.append([one.uscc, one.name, AREA, day, "私营"])
    book.save(path)


def mend(path):
    """Write the right day into the only row of the wrong ones, as one would in Excel; gives what it said is wrong."""
    book = openpyxl.load_workbook(path)
    (row,) = book.active.iter_rows(min_row=2)
    (day,) = (cell for cell in row if cell.value == NO_DAY)
    day.value = DAY
    book.save(path)
    return row[-1].value


def import_a_list(page, folder, newcomers, language, shot):
    """Import the list of `newcomers`, then what was wrong in it; gives what the file of wrong rows said."""
    sign_in(page, "organizer")
    open_list(page, _("Enterprises"))
    page.get_by_role("link", name=_("Import…")).click()
    sheet = folder / "list.xlsx"
    write_list(sheet, newcomers, language)
    _upload(page, sheet)
    page.get_by_text(_told_wrong(1)).wait_for()
    shot("import-preview", page)
    with page.expect_download() as started:
        page.get_by_role("link", name=_("Download all wrong rows (XLSX)")).click()
    wrong = folder / "wrong.xlsx"
    started.value.save_as(wrong)
    page.get_by_role("button", name=_("Leave the wrong rows out")).click()
    _confirm(page)
    shot("import-result", page)

    told = mend(wrong)
    page.get_by_role("link", name=_("Import another file")).click()
    shot("import-upload", page)
    _upload(page, wrong)
    _confirm(page)
    shot("import-of-mended-rows", page)
    return told


def _told_wrong(rows):
    return ngettext(
        "%(counter)s row is wrong. Nothing is written before it is mended or left out.",
        "%(counter)s rows are wrong. Nothing is written before they are mended or left out.",
        rows,
    ) % {"counter": rows}


def _upload(page, path):
    page.get_by_label(_("File")).set_input_files(path)
    page.get_by_role("button", name=_("Check the file")).click()


def _confirm(page):
    page.get_by_role("button", name=pgettext("button", "Import"), exact=True).click()
    page.get_by_text(_("The import is done.")).wait_for()
