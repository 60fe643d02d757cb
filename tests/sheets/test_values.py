"""Cells: what each type of column takes, and how errors show it."""

from datetime import date

import pytest

from members.models import Member
from orgs.models import Enterprise
from tests.factories.orgs import EnterpriseFactory, credit_code
from tests.sheets.files import counts, errors, identity, load

# What a cell says depends on no database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

CODE = credit_code(7)


def enterprise(**cells):
    row = {"uscc": CODE, "name": "甲", "registered_on": "2001-02-03"} | cells
    return [list(row), list(row.values())]


@pytest.mark.parametrize("empty", ["", "N/A", "-", " ", " - ", "\u3000N/A\u00a0"])
def test_blank_and_na_and_a_dash_are_empty(empty):
    load("enterprises", enterprise(address=empty, closed_on=empty, employees=empty, area=empty))
    stored = Enterprise.objects.get()
    assert (stored.address, stored.closed_on, stored.employees) == ("", None, None)
    assert not stored.areas.exists()


@pytest.mark.parametrize("empty", ["", "N/A", "-"])
@pytest.mark.parametrize("column", ["uscc", "name", "registered_on"])
def test_an_empty_cell_is_an_error_where_a_value_is_required(empty, column):
    (error,) = errors("enterprises", enterprise(**{column: empty}))
    assert error.startswith(f"line 2: {column}: ")


def test_spaces_around_values_are_dropped():
    load(
        "enterprises",
        enterprise(uscc=f" {CODE}\u3000", name="\u00a0甲 乙 ", employees=" 12 ", ownership=" hmt"),
    )
    stored = Enterprise.objects.get()
    assert (stored.uscc, stored.name, stored.employees, stored.ownership) == (CODE, "甲 乙", 12, "hmt")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2008-06-19", date(2008, 6, 19)),
        ("2008/6/19", date(2008, 6, 19)),
        ("2008/06/09", date(2008, 6, 9)),
        ("2008/2/29", date(2008, 2, 29)),
        ("2008-06-19 00:00:00", date(2008, 6, 19)),
        ("9999-12-31", date(9999, 12, 31)),
    ],
)
def test_days_are_read(text, day):
    load("enterprises", enterprise(registered_on=text))
    assert Enterprise.objects.get().registered_on == day


@pytest.mark.parametrize(
    "text",
    [
        "2008-02-30", "2007-02-29", "2008-13-01", "2008-00-10", "2008/6", "20080619", "19/6/2008", "2008.6.19",
        "2008年6月19日", "0208-06-19", "20008-06-19", "2008-06-19 12:30:00", "39618", "yesterday", "２００８-06-19",
        "2008-06-1９", "2008/6-19",
    ],
)  # fmt: skip
def test_what_is_no_day_is_an_error_with_the_value(text):
    (error,) = errors("enterprises", enterprise(registered_on=text))
    assert error.startswith("line 2: registered_on: ")
    assert error.endswith(f"({text})")


@pytest.mark.parametrize("text", ["-1", "1.5", "1,000", "many", "2147483648", "9" * 30, "１２", "1e3"])
def test_what_is_no_whole_number_is_an_error(text):
    (error,) = errors("enterprises", enterprise(employees=text))
    assert error.startswith("line 2: employees: ")
    assert error.endswith(f"({text})")


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("2147483647", 2147483647)])
def test_whole_numbers_are_read(text, number):
    load("enterprises", enterprise(employees=text))
    assert Enterprise.objects.get().employees == number


@pytest.mark.parametrize(
    "text",
    [
        "330304123456789",  # an old registration number
        CODE[:17],
        CODE + "1",
        CODE[:17] + ("1" if CODE[17] != "1" else "2"),
        "9133O399000000007" + CODE[17],
        "9.13304E+17",
        CODE[:9] + " " + CODE[9:],
    ],
)
def test_what_is_no_credit_code_is_an_error_with_the_value(text):
    (error,) = errors("enterprises", enterprise(uscc=text))
    assert error.startswith("line 2: uscc: ")
    assert error.endswith(f"({text})")


def test_letters_in_credit_codes_are_taken_in_upper_case():
    code = next(code for code in map(credit_code, range(100)) if code[17].isalpha())
    EnterpriseFactory(uscc=code, name="甲", registered_on=date(2001, 2, 3), ownership="private")
    assert counts("enterprises", enterprise(uscc=code.lower())) == (0, 0, 1)


def test_one_code_in_both_cases_is_the_same_key_twice():
    code = next(code for code in map(credit_code, range(100)) if code[17].isalpha())
    rows = [*enterprise(uscc=code), [code.lower(), "乙", "2001-02-03"]]
    (error,) = errors("enterprises", rows)
    assert error.startswith("line 3: uscc: ")


@pytest.mark.parametrize("word", ["Private", "民营", "private,hmt", "0"])
def test_an_unknown_choice_is_an_error_with_the_value(word):
    (error,) = errors("enterprises", enterprise(ownership=word))
    assert error.startswith("line 2: ownership: ")
    assert error.endswith(f"({word})")


@pytest.mark.parametrize(("column", "longest"), [("name", 200), ("legal_form", 100), ("address", 300)])
def test_a_text_is_no_longer_than_its_field(column, longest):
    assert counts("enterprises", enterprise(**{column: "长" * longest}), dry_run=True) == (1, 0, 0)
    (error,) = errors("enterprises", enterprise(**{column: "长" * (longest + 1)}))
    assert error.startswith(f"line 2: {column}: ")


@pytest.mark.parametrize("mark", ["#N/A", "#REF!", "#VALUE!"])
def test_the_text_of_an_error_cell_is_an_error_in_csv_too(mark):
    (error,) = errors("enterprises", enterprise(address=mark))
    assert error == f"line 2: address: an error cell ({mark})"


def test_a_number_that_excel_shortened_is_an_error_in_csv_too():
    (error,) = errors("enterprises", enterprise(address="9.13304E+17"))
    assert "15 digits" in error


def test_a_text_of_more_than_15_digits_is_fine_in_csv():
    digits = "913303041452854819"
    assert counts("enterprises", enterprise(uscc=digits, address=digits)) == (1, 0, 0)


def test_a_value_with_line_breaks_is_shown_on_one_line_and_not_at_length():
    (error,) = errors("enterprises", enterprise(ownership="a\nb" + "x" * 500))
    assert "\n" not in error
    assert len(error) < 400


def member(**cells):
    row = {"member_no": "M1", "name": "张三"} | cells
    return [list(row), list(row.values())]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "张" * 101),
        ("birth_date", "1970-13-01"),
        ("id_number", "330304197001010000"),
        ("phone", "1" * 31),
        ("phone", "1.38E+10"),
    ],
)
def test_the_values_of_personal_columns_are_left_out(column, value):
    (error,) = errors("members", member(**{column: value}))
    assert error.startswith(f"line 2: {column}: ")
    assert value not in error
    assert not error.endswith(")")


def test_an_identity_number_in_a_wrong_column_is_not_shown():
    (error,) = errors("members", member(sex=identity()))
    assert error.startswith("line 2: sex: ")
    assert identity() not in error


def test_the_name_of_an_instructor_is_left_out_of_every_error():
    EnterpriseFactory(uscc=CODE)
    rows = [["name", "enterprise", "valid_from"]] + [["王五", CODE, "2001-01-01"]] * 2
    (error,) = errors("instructors", rows)
    assert error.startswith("line 3: name: ")
    assert "王五" not in error


@pytest.mark.parametrize(
    "number",
    [
        "33030419700101001",
        "330304197002300011",
        "33030419700101001Y",
        "A30304197001010011",
        identity()[:17] + "*",
        identity(born="19700230"),
    ],
)
def test_what_is_no_identity_number_is_an_error(number):
    (error,) = errors("members", member(id_number=number))
    assert error.startswith("line 2: id_number: ")


def test_an_identity_number_with_a_wrong_check_digit_is_an_error():
    right = identity()
    wrong = right[:17] + ("0" if right[17] != "0" else "1")
    assert counts("members", member(id_number=right.lower())) == (1, 0, 0)
    assert Member.objects.get().id_number == right
    (error,) = errors("members", member(id_number=wrong))
    assert "check digit" in error


def test_all_errors_of_a_file_come_in_one_run_in_the_order_of_lines():
    rows = [
        ["uscc", "name", "registered_on", "area", "employees"],
        [CODE, "", "2001-02-30", "", "x"],
        [credit_code(8), "乙", "2001-01-01", "999999", "1"],
        [CODE, "丙", "2001-01-01", "", ""],
    ]
    found = errors("enterprises", rows)
    assert [error.split(": ")[:2] for error in found] == [
        ["line 2", "name"], ["line 2", "registered_on"], ["line 2", "employees"], ["line 3", "area"],
        ["line 4", "uscc"],
    ]  # fmt: skip
    assert not Enterprise.objects.exists()


def test_a_row_with_a_bad_value_still_tells_what_it_refers_to_in_vain():
    found = errors("enterprises", enterprise(employees="x", area="33"))
    assert [error.split(": ")[1] for error in found] == ["employees", "area"]
    header = "code,name,kind,established_on,superior,incubated_by,area"
    rows = [header, "A,a,nonsense,2001-01-01,B,C,", "B,b,branch,2001-01-01,A,,"]
    found = errors("organizations", "\n".join(rows))
    assert [error.split(": ")[:2] for error in found] == [["line 2", "kind"], ["line 2", "incubated_by"]]


@pytest.mark.parametrize("prefix", ["N2330399", "Y1330399", "A1330399", "11330399"])
def test_the_first_two_places_of_a_credit_code_may_be_letters(prefix):
    code = credit_code(1, prefix=prefix)
    assert counts("enterprises", enterprise(uscc=code.lower())) == (1, 0, 0)
    assert Enterprise.objects.get().uscc == code
