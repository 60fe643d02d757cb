"""Figures as files, and when they need not be sent again."""

import io
import zipfile
from datetime import date, datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.roles import Role
from stats.api.base import StatisticsThrottle
from tests.factories.api import staff_client
from tests.factories.members import MemberFactory
from tests.factories.orgs import START, AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.stats.asking import CSV, DAY, XLSX, ask, place, rows_of_csv, rows_of_xlsx, sheet_of

pytestmark = pytest.mark.django_db

SPAN = {"from_": "2007-01-01", "to": "2008-12-31", "interval": "year"}
ASKED = {
    "coverage": {"as_of": DAY},
    "coverage/by-area": {"as_of": DAY},
    "series": SPAN,
    "gaps": {"as_of": DAY},
    "bulletin": {"as_of": DAY},
    "definitions": {},
}
"""Each answer that is also a file, with what it is asked for here."""
PATHS = list(ASKED)
EVERY_PATH = [*PATHS, "applications"]
FORMULAS = ["=HYPERLINK(1)", "+企业", "-企业", "@企业"]
CONTROLS = "".join(map(chr, [*range(1, 9), 11, 12, *range(14, 32), 127, 128, 159]))


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet():
    cache.clear()


@pytest.fixture
def client():
    return staff_client(Role.ADMINISTRATOR)


@pytest.fixture
def register():
    place("330304002", 2)
    area = AreaFactory(code="330304001", name="@街道")
    for name in (*FORMULAS, '企业,"甲"\n乙'):
        enterprise = EnterpriseFactory(name=name, area=area, above_scale_from=START)
        MemberFactory(employer=enterprise, organization=OrganizationFactory(area=area))


def rows_of_json(answer):
    body = answer.json()
    return body.get("results", [body])


def at(row, column):
    """The value of `row` at the dotted path `column`."""
    for key in column.split("."):
        row = None if row is None else row[key]
    return row


def harmless(value):
    return f"'{value}" if isinstance(value, str) and value[:1] in set("=+-@") else value


@pytest.mark.parametrize("path", PATHS)
def test_a_csv_file_has_what_json_has(client, register, path):
    rows = rows_of_json(ask(path, client, **ASKED[path]))

    answer = ask(path, client, **ASKED[path], format="csv")

    assert answer.headers["Content-Type"] == CSV
    assert answer.content.startswith("\N{ZERO WIDTH NO-BREAK SPACE}".encode())
    found = rows_of_csv(answer)
    assert len(found) == len(rows) > 0
    for line, row in zip(found, rows, strict=True):
        for column, text in line.items():
            value = harmless(at(row, column))
            assert text == ("" if value is None else str(value)), column


@pytest.mark.parametrize("path", PATHS)
def test_an_xlsx_file_has_what_json_has(client, register, path):
    rows = rows_of_json(ask(path, client, **ASKED[path]))

    answer = ask(path, client, **ASKED[path], format="xlsx")

    assert answer.headers["Content-Type"] == XLSX
    found = rows_of_xlsx(answer)
    assert len(found) == len(rows) > 0
    for line, row in zip(found, rows, strict=True):
        for column, cell in line.items():
            value = harmless(at(row, column))
            if isinstance(cell, datetime):  # as openpyxl reads days
                assert (cell.date().isoformat(), column) == (value, "as_of")
            else:
                assert cell == value, column
                assert type(cell) is type(value) or isinstance(value, float), column


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_every_number_of_the_body_has_a_column_called_by_its_path(client, format_):
    def paths(value, before=()):
        if not isinstance(value, dict):
            return [".".join(before)]
        return [path for key, inner in value.items() for path in paths(inner, (*before, key))]

    area = place("330304001")
    body = ask("coverage", as_of=DAY, area=area.code).json()
    answer = ask("coverage/by-area", as_of=DAY, format=format_)

    [first, _rest] = (rows_of_csv if format_ == "csv" else rows_of_xlsx)(answer)
    assert list(first) == paths(body)
    assert "organizations.by_kind.committee" in first


def test_no_cell_is_a_formula(client, register):
    lines = rows_of_csv(ask("gaps", client, as_of=DAY, format="csv"))
    sheet = sheet_of(ask("gaps", client, as_of=DAY, format="xlsx"))

    kept = {f"'{name}" for name in FORMULAS}
    assert kept <= {line["enterprise.name"] for line in lines}
    assert kept <= {cell.value for row in sheet.rows for cell in row}
    assert {cell.data_type for row in sheet.rows for cell in row} == {"s", "n"}


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_characters_that_no_sheet_holds_are_left_out(client, format_):
    EnterpriseFactory(name=f"甲{CONTROLS}厂", above_scale_from=START)
    EnterpriseFactory(name=f"{CONTROLS}=1+1", above_scale_from=START)

    rows = (rows_of_csv if format_ == "csv" else rows_of_xlsx)(ask("gaps", client, as_of=DAY, format=format_))

    assert {row["enterprise.name"] for row in rows} == {"甲厂", "'=1+1"}


def test_the_header_of_a_sheet_is_bold_and_stays_in_sight():
    sheet = sheet_of(ask("coverage", format="xlsx"))

    assert sheet.freeze_panes == "A2"
    assert all(cell.font.bold for cell in sheet[1])
    assert not any(cell.font.bold for cell in sheet[2])


def test_a_day_that_excel_does_not_know_is_a_text():
    cells = [
        rows_of_xlsx(ask("coverage", as_of=day, format="xlsx"))[0]["as_of"]
        for day in ("1899-12-31", "1900-01-01")
    ]
    assert cells == ["1899-12-31", datetime(1900, 1, 1)]  # noqa: DTZ001, as openpyxl reads days


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("coverage", "coverage-2008-06-19"),
        ("coverage/by-area", "coverage-by-area-2008-06-19"),
        ("series", "series-2007-01-01-2008-12-31"),
        ("gaps", "gaps-2008-06-19"),
        ("bulletin", "bulletin-2008-06-19-en"),
        ("definitions", "definitions"),
    ],
)
def test_a_file_has_a_name(client, path, name):
    for format_ in ("csv", "xlsx"):
        answer = ask(path, client, **ASKED[path], format=format_)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.{format_}"'
    assert "Content-Disposition" not in ask(path, client, **ASKED[path]).headers


@pytest.mark.parametrize("format_", ["json", "csv", "xlsx"])
@pytest.mark.parametrize("path", PATHS)
def test_who_has_an_answer_does_not_get_it_again(client, register, path, format_):
    asked = {**ASKED[path], "format": format_}
    first = ask(path, client, **asked)
    etag = first.headers["ETag"]

    again = ask(path, client, **asked, headers={"if-none-match": f'"other", {etag}'})

    assert etag.startswith('"')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Vary"] == first.headers["Vary"]
    assert ask(path, client, **asked, headers={"if-none-match": '"other"'}).content == first.content


@pytest.mark.parametrize("path", ["coverage", "coverage/by-area", "gaps", "bulletin"])
def test_who_has_an_answer_that_changed_gets_the_new_one(client, path):
    before = ask(path, client, **ASKED[path]).headers["ETag"]
    place("330304001")

    after = ask(path, client, **ASKED[path], headers={"if-none-match": before})

    assert after.status_code == 200
    assert after.headers["ETag"] != before


def test_the_figures_of_applications_are_known_again_too():
    etag = ask("applications").headers["ETag"]

    assert ask("applications", headers={"if-none-match": etag}).status_code == 304


def test_head_tells_the_tag_of_the_answer():
    answer = APIClient().head(
        "/api/v1/statistics/coverage/", {"as_of": DAY}, headers={"accept-language": "en"}
    )

    assert answer.headers["ETag"] == ask("coverage", as_of=DAY).headers["ETag"]


def test_an_error_has_no_tag():
    assert "ETag" not in ask("coverage", as_of="never").headers


def test_a_sheet_does_not_tell_when_it_was_made():
    answer = ask("definitions", format="xlsx")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert str(date.today().year) not in archive.read("docProps/core.xml").decode()  # noqa: DTZ011


def test_what_staff_get_is_kept_nowhere_and_what_anyone_gets_may_be(client):
    assert ask("gaps", client, format="csv").headers["Cache-Control"] == "no-store, private"
    assert "Cache-Control" not in ask("series").headers


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
@pytest.mark.parametrize("path", PATHS)
def test_an_error_is_told_in_json_whatever_is_asked_for(client, path, format_):
    answer = ask(path, client, colour="red", format=format_)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/json"
    assert "Content-Disposition" not in answer.headers
    assert answer.json().keys() == {"colour"}


@pytest.mark.parametrize(("path", "format_"), [*((path, "pdf") for path in PATHS), ("applications", "csv")])
def test_a_format_that_is_none_is_named(client, path, format_):
    answer = ask(path, client, format=format_)

    assert answer.status_code == 400
    assert answer.json().keys() == {"format"}


def test_what_is_said_of_an_address_is_no_file():
    answer = APIClient().options("/api/v1/statistics/coverage/?format=csv")

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["renders"] == ["application/json", CSV.partition(";")[0], XLSX]


def test_a_file_may_be_asked_for_by_its_media_type(client):
    answer = ask("series", headers={"accept": "text/csv"})

    assert answer.headers["Content-Type"] == CSV
    assert answer.headers["Content-Disposition"].endswith('.csv"')


BAD_VALUES = {
    "coverage/by-area": {"level": ["ward", ""], "as_of": ["2008-02-30"], "area": ["9"], "scale": ["x"], "on": [DAY]},
    "series": {"from": ["2008"], "to": ["x"], "interval": ["week", ""], "area": ["9"], "scale": ["all"]},
    "bulletin": {"language": ["fr", "EN", ""], "as_of": ["x"], "area": ["9"], "scale": ["x"], "level": ["city"]},
    "definitions": {"as_of": [DAY], "language": ["en"]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [(path, name, value) for path, bad in BAD_VALUES.items() for name, values in bad.items() for value in values],
)  # fmt: skip
def test_a_bad_value_or_an_unknown_parameter_is_named(path, name, value):
    answer = APIClient().get(f"/api/v1/statistics/{path}/", {name: value})

    assert answer.status_code == 400
    assert list(answer.json()) == [name]


def test_all_figures_count_against_one_limit(client, monkeypatch):
    monkeypatch.setattr(StatisticsThrottle, "rate", f"{len(EVERY_PATH)}/min", raising=False)

    assert {ask(path, client).status_code for path in EVERY_PATH} == {200}
    for path in EVERY_PATH:
        refused = ask(path, client, format="csv" if path in ASKED else "json")
        assert refused.status_code == 429
        assert refused.json().keys() == {"detail"}


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("path", "most"), [("coverage/by-area", 5), ("series", 8), ("bulletin", 4), ("definitions", 0)]
)
def test_the_number_of_statements_is_constant_and_small(path, most):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            assert ask(path, **ASKED[path]).status_code == 200
        return len(queries)

    place("330304001", 1)
    one = statements()
    place("330304002", 3)
    place("330304003", 3)
    assert statements() == one <= most
