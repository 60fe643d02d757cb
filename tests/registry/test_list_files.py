"""Every list of the API as a file: all of its rows, in the columns of their import, for who may see them."""

import tracemalloc
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.roles import Role
from applications.models import Formation, State
from orgs import batches
from orgs.api import files, tables
from orgs.models import Area, Kind, Level
from record.models import AccessEntry, Event
from registry.api import router
from tests.factories.api import staff_client
from tests.factories.applications import application_in
from tests.factories.members import MemberFactory, TransferFactory
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)
from tests.stats.asking import CSV, XLSX, rows_of_csv, rows_of_xlsx, sheet_of

pytestmark = pytest.mark.django_db

SHEETS = {path: viewset.sheet for path, viewset, _name in router.registry}
LISTS = list(SHEETS)
HIDDEN = {
    "members": {"name"},
    "transfers": {"member_name", "end_reason"},
    "instructors": {"name", "days_per_month"},
}
FORMULA = "=HYPERLINK(1)"
DAY = "2008-06-19"


def fill(code="330304001"):
    """Add a row or more to each list, in the area of `code`."""
    area = AreaFactory(code=code)
    covered = [EnterpriseFactory(name=name, area=area) for name in (FORMULA, '企业,"甲"\n乙')]
    branch = OrganizationFactory(area=area, covers=covered)
    OrganizationFactory(area=area, kind=Kind.COMMUNITY_GENERAL_BRANCH)
    TransferFactory(origin=branch)
    InstructorFactory(enterprise=covered[0], days_per_month=3)
    DesignationFactory(enterprise=covered[0])
    application_in(State.SUBMITTED, formation=Formation.JOINT, area=area)
    return area


def ask(client, path, **parameters):
    return client.get(f"/api/v1/{path}/", parameters, headers={"accept-language": "en"})


def in_json(client, path, **parameters):
    """The rows of the list, in what a file has of it: the columns of the import where there is one."""
    rows = ask(client, path, **parameters).json()["results"]
    if SHEETS[path] is None:
        return rows
    told = [column.name for column in SHEETS[path].told_columns()]
    return [{name: row[name] for name in told if name in row} for row in rows]


def told(value):
    """A value of JSON as a file tells it."""
    if isinstance(value, list):
        value = ", ".join(value)
    return f"'{value}" if isinstance(value, str) and value.startswith("=") else value


def in_csv(client, path, **parameters):
    return rows_of_csv(ask(client, path, **parameters, format="csv"))


def as_csv(rows):
    return [
        {name: "" if told(value) is None else str(told(value)) for name, value in row.items()} for row in rows
    ]


def as_xlsx(rows):
    """`rows` as a sheet tells them: a text that is empty is no cell."""
    return [{name: None if told(value) == "" else told(value) for name, value in row.items()} for row in rows]


def days_as_texts(row):
    return {
        name: cell.date().isoformat() if isinstance(cell, datetime) else cell for name, cell in row.items()
    }


@pytest.fixture
def client():
    return staff_client(Role.ADMINISTRATOR)


@pytest.mark.parametrize("path", LISTS)
def test_a_file_has_the_rows_of_json_and_the_columns_of_the_import(client, path):
    fill()
    rows = in_json(client, path)

    answer = ask(client, path, format="csv")
    assert answer.headers["Content-Type"] == CSV
    lines = rows_of_csv(answer)
    assert lines == as_csv(rows)
    assert list(lines[0]) == list(rows[0])

    answer = ask(client, path, format="xlsx")
    assert answer.headers["Content-Type"] == XLSX
    found = rows_of_xlsx(answer)
    assert [days_as_texts(row) for row in found] == as_xlsx(rows)
    assert list(found[0]) == list(rows[0])


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.ANALYST])
def test_a_file_has_what_the_role_sees_in_its_area(role):
    own = fill()
    fill("330304002")
    client = staff_client(role, own)

    for path in set(LISTS) - ({"applications"} if role == Role.ANALYST else set()):
        rows = in_json(client, path)
        assert in_csv(client, path) == as_csv(rows) != [], path
        assert len(rows_of_xlsx(ask(client, path, format="xlsx"))) == len(rows), path


def test_what_the_role_may_not_see_is_no_column_of_an_empty_file_either():
    analyst = staff_client(Role.ANALYST, AreaFactory(code="330304001"))

    for path, hidden in HIDDEN.items():
        [header] = sheet_of(ask(analyst, path, format="xlsx")).iter_rows(values_only=True)
        assert {"valid_from", "member_no", "member"} & set(header)
        assert not {"birth_date", "id_number", "phone"} & set(header)
        assert not hidden & set(header), path
    assert ask(analyst, "applications", format="csv").status_code == 403


def test_a_file_keeps_day_filters_search_and_order(client):
    fill()
    area = AreaFactory(code="330304002")
    for name, closed_on in (("温州乙", None), ("温州甲", None), ("温州丙", "2008-01-01"), ("永嘉", None)):
        EnterpriseFactory(name=name, area=area, ownership="foreign", closed_on=closed_on)
    query = {"area": area.code, "ownership": "foreign", "on": DAY, "search": "温州", "ordering": "-name"}

    answer = ask(client, "enterprises", **query, format="csv")

    assert answer.headers["Content-Disposition"] == f'attachment; filename="enterprises-{DAY}.csv"'
    rows = rows_of_csv(answer)
    assert len(rows) == 2
    assert rows == as_csv(in_json(client, "enterprises", **query))


def test_no_cell_is_a_formula(client):
    EnterpriseFactory(name=FORMULA)

    [row] = in_csv(client, "enterprises")
    sheet = sheet_of(ask(client, "enterprises", format="xlsx"))

    assert row["name"] == f"'{FORMULA}"
    assert "f" not in {cell.data_type for line in sheet.rows for cell in line}


def test_a_csv_file_is_read_as_it_is_sent(client, monkeypatch):
    monkeypatch.setattr(batches, "AT_ONCE", 2)
    for number in range(1, 6):
        AreaFactory(code=f"33030400{number}")
    codes = [row["code"] for row in in_json(client, "areas", ordering="-code")]

    with CaptureQueriesContext(
        connection,
    ) as asked:
        pieces = iter(ask(client, "areas", ordering="-code", format="csv").streaming_content)
        header = next(pieces)
        before = len(asked)
        first = next(pieces)
        assert len(asked) == before + 1
        AreaFactory(code="330304000")  # comes too late
        before = len(asked)
        rest = list(pieces)

    assert header.startswith("\N{ZERO WIDTH NO-BREAK SPACE}code,".encode())
    assert len(asked) - before == len(rest) == -(-len(codes) // 2) - 1
    lines = b"".join([first, *rest]).decode().splitlines()
    assert [line.partition(",")[0] for line in lines] == codes


def test_a_workbook_has_more_rows_than_are_read_at_once(client, monkeypatch):
    monkeypatch.setattr(batches, "AT_ONCE", 2)
    EnterpriseFactory.create_batch(5)

    found = rows_of_xlsx(ask(client, "enterprises", format="xlsx"))

    assert [row["uscc"] for row in found] == [row["uscc"] for row in in_json(client, "enterprises")]


def test_no_digit_is_lost_and_no_day_cut_in_a_workbook(client):
    EnterpriseFactory(uscc="91330304000000017" + "0", area=AreaFactory(code="330304001"))

    sheet = sheet_of(ask(client, "enterprises", format="xlsx"))
    columns = {cell.value: cell.column for cell in sheet[1]}

    assert sheet.sheet_format.defaultColWidth > len("91330304000000017X")
    assert sheet.cell(2, columns["uscc"]).number_format == "@"
    assert sheet.cell(2, columns["registered_on"]).is_date


@pytest.mark.sqlite
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_eight_times_the_rows_take_the_same_memory(client, monkeypatch, format_):
    monkeypatch.setattr(batches, "AT_ONCE", 100)

    def memory():
        tracemalloc.start()
        for _piece in ask(client, "areas", format=format_).streaming_content:
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    def areas(numbers):
        made = (
            Area(code=f"{330304000000 + number}", name=f"社区 {number}", level=Level.COMMUNITY)
            for number in numbers
        )
        Area.objects.bulk_create(made)

    areas(range(500))
    memory()
    before = memory()
    areas(range(500, 4000))

    assert memory() < before + 200_000


@pytest.mark.sqlite
def test_a_file_of_more_rows_takes_no_more_statements(client):
    def statements():
        found = {}
        for path in LISTS:
            with CaptureQueriesContext(connection) as asked:
                ask(client, path, format="csv").getvalue()
            found[path] = len(asked)
        return found

    fill()
    ask(client, "areas")
    before = statements()
    fill("330304002")
    fill("330304003")

    assert statements() == before


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_a_file_that_is_taken_is_noted_without_what_was_searched(client, format_):
    fill()

    MemberFactory(name="欧阳")
    ask(client, "members", search="欧阳", ordering="name", format=format_)

    entry = AccessEntry.objects.get(event=Event.EXPORTED)
    assert entry.user.groups.get().name == Role.ADMINISTRATOR
    assert entry.detail == f"members.{format_}: rows 1, by ordering, search"


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_what_is_no_file_is_not_noted(client, format_):
    head = client.head("/api/v1/areas/", {"format": format_})
    refused = ask(client, "areas", format=format_, level="ward")
    detail = client.get(f"/api/v1/areas/{AreaFactory().code}/", {"format": format_})
    anonymous = ask(APIClient(), "areas", format=format_)
    ask(client, "areas")

    assert (head.status_code, head.getvalue()) == (200, b"")
    assert head.headers["Content-Disposition"].endswith(f'.{format_}"')
    assert (refused.status_code, refused.json().keys()) == (400, {"level"})
    assert (detail.status_code, detail.json().keys()) == (400, {"format"})
    assert (anonymous.status_code, anonymous.headers["Content-Type"]) == (401, "application/json")
    assert not AccessEntry.objects.filter(event=Event.EXPORTED).exists()


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_a_file_has_no_pages(client, format_):
    answer = ask(client, "areas", format=format_, page=1, page_size=10, cursor="")

    assert answer.status_code == 400
    told_once = ["A file has all rows and no pages."]
    assert answer.json() == {"page": told_once, "page_size": told_once, "cursor": told_once}


def test_what_no_sheet_holds_is_refused_and_given_as_csv(client, monkeypatch):
    EnterpriseFactory.create_batch(2)
    monkeypatch.setattr(tables, "LONGEST_TEXT_OF_EXCEL", 17)
    refused = ask(client, "enterprises", format="xlsx")
    assert (refused.status_code, refused.json().keys()) == (400, {"format"})

    monkeypatch.setattr(files, "MOST_ROWS_OF_A_SHEET", 1)
    refused = ask(client, "enterprises", format="xlsx")
    assert refused.status_code == 400
    assert "2 rows" in refused.json()["format"][0]

    assert len(in_csv(client, "enterprises")) == 2
