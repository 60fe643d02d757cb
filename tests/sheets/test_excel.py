"""XLSX files: numbers, dates, formulas, error cells, files that harm."""

import io
import re
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from orgs.models import Area, Enterprise, Organization
from sheets import archive
from tests.factories.orgs import credit_code
from tests.sheets.files import counts, errors, load, rewritten, xlsx

# What a file says depends on no database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

CODE = credit_code(1)
HEADER = ["uscc", "name", "registered_on", "legal_form", "employees", "note"]


def enterprise(**cells):
    """A sheet with one enterprise."""
    row = {"uscc": CODE, "name": "甲", "registered_on": date(2001, 2, 3)} | cells
    return xlsx([HEADER, [row.get(name) for name in HEADER]])


def test_a_sheet_is_read_like_a_list():
    assert counts("enterprises", enterprise(employees=12)) == (1, 0, 0)
    stored = Enterprise.objects.get()
    assert (stored.uscc, stored.registered_on, stored.employees) == (CODE, date(2001, 2, 3), 12)


def test_it_is_known_by_its_content_whatever_it_is_called():
    assert counts("areas", xlsx([["区划代码", "名称", "级别"], [330304, "瓯海", "区县"]])) == (1, 0, 0)


def test_a_number_as_a_header_is_named_as_excel_shows_it():
    rows = [["code", "name", "level", 2008], ["330304", "瓯海", "区县", 223]]
    assert load("areas", xlsx(rows)).ignored == ("2008",)


def test_only_the_first_sheet_is_read():
    book = openpyxl.Workbook()
    book.active.append(["code", "name", "level"])
    book.active.append(["33", "浙江", "province"])
    book.create_sheet("second").append(["nothing", "of", "this"])
    out = io.BytesIO()
    book.save(out)
    assert counts("areas", out.getvalue()) == (1, 0, 0)


def test_the_first_sheet_is_the_first_in_the_book_not_in_the_archive():
    book = openpyxl.Workbook()
    book.active.append(["nothing", "of", "this"])
    sheet = book.create_sheet("first", 0)
    sheet.append(["code", "name", "level"])
    sheet.append(["33", "浙江", "nowhere"])
    sheet["B2"] = "#REF!"
    out = io.BytesIO()
    book.save(out)
    found = errors("areas", out.getvalue())
    assert [error.split(":")[1] for error in found] == [" name", " level"]


@pytest.mark.parametrize("day", [date(2008, 6, 19), datetime(2008, 6, 19), "2008-06-19", "2008/6/19"])  # noqa: DTZ001
def test_a_date_cell_and_a_date_text_are_the_same_day(day):
    load("enterprises", enterprise(registered_on=day))
    assert Enterprise.objects.get().registered_on == date(2008, 6, 19)


def test_a_date_in_a_chinese_format_is_a_date():
    rows = [HEADER, [CODE, "甲", 39618, None, None]]
    load("enterprises", xlsx(rows, formats={"C2": 'yyyy"年"m"月"d"日"'}))
    assert Enterprise.objects.get().registered_on == date(2008, 6, 19)


@pytest.mark.parametrize("cell", [39618, 39618.5, datetime(2008, 6, 19, 12), time(12), True, 20080619])  # noqa: DTZ001
def test_a_bare_number_or_a_time_is_no_day(cell):
    (error,) = errors("enterprises", enterprise(registered_on=cell))
    assert error.startswith("line 2: registered_on: ")


def test_short_whole_numbers_read_as_their_digits_in_text_columns():
    rows = [["code", "name", "kind", "established_on", "approval_number"]]
    rows += [[330304001, 12.0, "branch", date(2001, 1, 1), 200801]]
    load("organizations", xlsx(rows))
    stored = Organization.objects.get()
    assert (stored.code, stored.name, stored.approval_number) == ("330304001", "12", "200801")


@pytest.mark.parametrize("number", [911110000600037341, 10**15, -(10**15), 1.5e16])
@pytest.mark.parametrize("column", ["uscc", "name", "legal_form"])
def test_a_number_of_more_than_15_digits_in_a_text_column_has_lost_digits(number, column):
    (error,) = errors("enterprises", enterprise(**{column: number}))
    assert error.startswith(f"line 2: {column}: ")
    assert "15 digits" in error


def test_a_number_of_15_digits_keeps_them():
    load("enterprises", enterprise(legal_form=999_999_999_999_999))
    assert Enterprise.objects.get().legal_form == "999999999999999"


@pytest.mark.parametrize("cell", [True, date(2008, 6, 19), time(12)])
def test_a_date_or_a_truth_value_in_a_text_column_is_an_error(cell):
    (error,) = errors("enterprises", enterprise(legal_form=cell))
    assert error.startswith("line 2: legal_form: ")


@pytest.mark.parametrize("mark", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!"])
@pytest.mark.parametrize("column", ["uscc", "name", "registered_on", "legal_form", "employees"])
def test_an_error_cell_is_an_error(mark, column):
    (error,) = errors("enterprises", enterprise(**{column: mark}))
    assert error.startswith(f"line 2: {column}: an error cell")
    assert error.endswith(f"({mark})") == (column != "name")


def test_an_error_cell_in_a_column_that_is_ignored_is_ignored():
    assert counts("enterprises", enterprise(note="#N/A")) == (1, 0, 0)


def with_formula(cell):
    def edit(xml):
        # With lxml openpyxl ends the empty element another way than without.
        before = re.compile(rb'<c r="D2"><f>1\+1</f><v(?: ?/>|></v>)</c>')
        assert before.search(xml)
        return before.sub(cell, xml)

    return xlsx([HEADER, [CODE, "甲", "2001-01-01", "=1+1", None]], edit=edit)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (b'<c r="D2"><f>1+1</f><v>2</v></c>', "2"),
        (b'<c r="D2" t="str"><f>A1</f><v>LLC</v></c>', "LLC"),
        (b'<c r="D2" t="str"><f>A1</f><v></v></c>', ""),
    ],
)
def test_a_formula_reads_as_its_stored_value(cell, value):
    load("enterprises", with_formula(cell))
    assert Enterprise.objects.get().legal_form == value


@pytest.mark.parametrize("cell", [b'<c r="D2"><f>1+1</f><v /></c>', b'<c r="D2"><f>1+1</f></c>'])
def test_a_formula_that_was_never_computed_is_an_error(cell):
    (error,) = errors("enterprises", with_formula(cell))
    assert error.startswith("line 2: legal_form: an error cell (formula")


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        b"<c r='D2' t='e'><f>1/0</f><v>#DIV/0!</v></c>",
        b'<c t="e" s="1" r="D2"><f>1/0</f><v>#DIV/0!</v></c>',
    ],
    ids=["as Excel writes it", "other quotes", "another order"],
)
def test_a_formula_whose_stored_value_is_an_error_is_an_error(cell):
    (error,) = errors("enterprises", with_formula(cell))
    assert error == "line 2: legal_form: an error cell (#DIV/0!)"


def test_lines_are_rows_of_the_sheet_and_blank_rows_are_skipped():
    rows = [["code", "name", "level"], ["33", "浙江", "province"], [], ["", " ", None], ["3303", "温州", "x"]]
    (error,) = errors("areas", xlsx(rows))
    assert error.startswith("line 5: level: ")


def test_a_table_may_start_further_down_and_to_the_right():
    book = openpyxl.Workbook()
    for place, value in {
        "C4": "code", "D4": "name", "E4": "level", "C6": "33", "D6": "浙江", "E6": "x",
    }.items():  # fmt: skip
        book.active[place] = value
    out = io.BytesIO()
    book.save(out)
    (error,) = errors("areas", out.getvalue())
    assert error.startswith("line 6: level: ")


def test_empty_cells_at_the_end_of_a_row_are_empty_values():
    rows = [[*HEADER[:5], "closed_on"], [CODE, "甲", "2001-01-01"]]
    assert counts("enterprises", xlsx(rows)) == (1, 0, 0)


def test_content_behind_the_last_header_is_an_error():
    rows = [["code", "name", "level"], ["33", "浙江", "province", None, "x"]]
    (error,) = errors("areas", xlsx(rows))
    assert error.startswith("line 2: level: ")
    assert error.endswith("(5)")


def test_an_empty_sheet_is_an_empty_file():
    (error,) = errors("areas", xlsx([]))
    assert error.startswith("line 1: file: ")


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and nothing that follows",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old or a locked file",
        rewritten(xlsx([["code"]]), {"xl/workbook.xml": lambda xml: b"<workbook/>"}),
        rewritten(xlsx([["code"]]), {"xl/worksheets/sheet1.xml": lambda xml: xml[:200]}),
        xlsx([["code", "name", "level"]] * 50)[:-100],
    ],
    ids=["no archive", "old Excel", "no sheets", "cut XML", "cut archive"],
)
def test_a_damaged_file_is_an_error_and_no_traceback(content):
    (error,) = errors("areas", content)
    assert error.startswith("line 1: ")


def test_an_old_or_locked_file_is_told_how_to_be_saved():
    (error,) = errors("areas", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and what follows")
    assert error.startswith("line 1: file: this is an old or a password-protected Excel file")


def test_another_archive_is_no_sheet():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    (error,) = errors("areas", out.getvalue())
    assert error.startswith("line 1: file: ")


def test_a_file_that_unpacks_to_too_much_is_refused_unread(monkeypatch):
    monkeypatch.setattr(archive, "MOST_BYTES", 100_000)
    bomb = rewritten(
        xlsx([["code", "name", "level"]]),
        {"xl/worksheets/sheet1.xml": lambda xml: xml + b" " * 200_000},
    )
    assert len(bomb) < 20_000
    (error,) = errors("areas", bomb)
    assert "unpacks to more than" in error


def test_a_directory_that_lies_about_sizes_is_refused():
    honest = rewritten(
        xlsx([["code", "name", "level"]]), {"xl/worksheets/sheet1.xml": lambda xml: xml + b" " * 200_000}
    )
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    (error,) = errors("areas", lying)
    assert error.startswith("line 1: file: ")


def test_a_cell_at_the_far_end_of_the_sheet_takes_no_memory():
    book = openpyxl.Workbook()
    book.active.append(["code", "name", "level"])
    book.active["XFD1048576"] = "far"
    out = io.BytesIO()
    book.save(out)
    (error,) = errors("areas", out.getvalue())
    assert "1048576" in error


def test_nothing_of_a_refused_sheet_is_written():
    errors("areas", xlsx([["code", "name", "level"], ["33", "浙江", "province"], ["3303", "温州", "x"]]))
    assert not Area.objects.exists()
