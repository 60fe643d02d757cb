"""The pages of an import in the admin: what they show, and who gets what from them."""

import io
import re
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from orgs.models import Area, Designation, Enterprise, EnterpriseArea
from sheets.meanings import EXAMPLES
from sheets.models import ColumnChoice, Import, SealedPart, State
from sheets.resources import RESOURCES
from sheets.template import template
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, credit_code
from tests.factories.tasks import run_tasks
from tests.sheets.files import as_bytes, identity, load, xlsx

# What the pages show depends on no database; what they do is tried on both (test_imports).
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

LIST = "/admin/sheets/import/"
ADD = f"{LIST}add/"
HEADER = ["uscc", "name", "registered_on"]
NEW, OLD = credit_code(1), credit_code(2)
GOOD = [HEADER, [NEW, "新厂", "2008-01-01"]]
WRONG = [HEADER, [NEW, "新厂", "2008-02-30"], [OLD, "=1+1", "2008-01-01"], ["x", "三厂", "2008-01-01"]]


def signed_in(client, role="administrator", **options):
    user = UserFactory(is_staff=True, role=role, **options)
    client.force_login(user)
    return user


@pytest.fixture
def user(client):
    return signed_in(client)


def upload(client, content=GOOD, resource="enterprises", name="list.csv", **values):
    file = SimpleUploadedFile(name, as_bytes(content))
    return client.post(ADD, {"resource": resource, "file": file, **values})


def uploaded(client, content=GOOD, **options):
    """Upload a file; gives the address of its import's page."""
    answer = upload(client, content, **options)
    assert answer.status_code == 302, text_of(answer)
    return answer.url


def text_of(page):
    content = re.sub(r"<(script|style).*?</\1>", " ", page.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def confirm(client, address):
    seen = Import.objects.get(pk=address.rstrip("/").rpartition("/")[2]).seen
    return client.post(f"{address}confirm/", {"seen": seen}, follow=True)


def test_a_file_is_uploaded_looked_at_and_imported(client, user):
    EnterpriseFactory(uscc=OLD, name="旧厂", ownership="private")
    rows = [[*HEADER, "ownership"], [NEW, "新厂", "2008-01-01", ""], [OLD, "改名厂", "2000-01-01", "国有"]]

    address = uploaded(client, rows, change_reason="统计局名单")
    with translation.override("zh-hans"):
        page = client.get(address, headers={"accept-language": "zh-hans"})

    text = text_of(client.get(address))
    assert "New 1 Changed 1 Unchanged 0 Wrong 0" in text
    assert f"3 {OLD} name 旧厂 → 改名厂 ownership private → state" in text
    assert f"2 {NEW} 新厂 2008-01-01" in text
    assert "企业名称 旧厂 → 改名厂 经济类型 私营 → 国有" in text_of(page)
    assert not Enterprise.objects.filter(uscc=NEW).exists()

    assert "running" in text_of(confirm(client, address)).lower()
    run_tasks()

    text = text_of(client.get(address))
    assert "The import is done" in text
    assert f"Uploaded {user.username}" in text
    assert "Reason 统计局名单" in text
    made = Import.objects.get()
    assert (
        f"/admin/record/accessentry/changes/?request_id={made.request_id}"
        in client.get(address).content.decode()
    )
    assert Enterprise.objects.get(uscc=OLD).name == "改名厂"


def test_a_file_that_says_what_the_register_says_is_not_to_be_confirmed(client, user):
    EnterpriseFactory(uscc=NEW, name="新厂")
    page = client.get(uploaded(client, [HEADER, [NEW, "新厂", "2000-01-01"]]))

    assert "there is nothing to write" in text_of(page)
    assert "confirm_form" not in page.content.decode()


def test_wrong_rows_are_shown_and_given_back_to_be_mended(client, user):
    address = uploaded(client, WRONG)
    page = client.get(address)
    text = text_of(page)
    assert "2 rows are wrong" in text
    assert "2 registered_on there is no such day 2008-02-30" in text
    assert "What is written in all" not in text
    assert "confirm_form" not in page.content.decode()

    file = b"".join(client.get(f"{address}wrong-rows/").streaming_content)

    header, first, second = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    assert header == [*HEADER, "what_is_wrong"]
    assert first == [NEW, "新厂", "2008-02-30", "registered_on: there is no such day"]
    assert second[0] == "x"
    assert len(second[3]) > 10

    mended = [header, [*first[:2], "2008-02-28", first[3]], [OLD, *second[1:]]]
    again = client.get(uploaded(client, xlsx(mended), name="mended.xlsx"))
    assert "New 2 Changed 0 Unchanged 0 Wrong 0" in text_of(again)
    assert "ignored columns" not in text_of(again)


def test_where_the_file_is_wrong_as_a_whole_no_rows_are_offered_to_be_mended_or_left_out(
    client, user, monkeypatch
):
    def refuse(*_arguments):
        raise IntegrityError

    broken = uploaded(client, f'{",".join(HEADER)}\n{NEW},"新厂,2008-01-01\n')
    monkeypatch.setattr("sheets.resources.enterprises.Enterprises.finish", refuse)
    for address in (broken, uploaded(client)):
        page = client.get(address).content.decode()
        assert "leave_out_form" not in page
        assert "wrong-rows" not in page
        assert "confirm_form" not in page
        assert client.get(f"{address}wrong-rows/").status_code == 404


def test_the_page_says_that_the_file_of_wrong_rows_is_cut(client, user, monkeypatch):
    monkeypatch.setattr("sheets.pages.preview.KEPT", 1)

    assert "the rows with the first 1 errors" in text_of(client.get(uploaded(client, WRONG)))


def test_what_begins_like_a_formula_is_given_back_as_a_text(client, user):
    address = uploaded(client, [[*HEADER, "=备注"], [NEW, "=1+1", "never", "=2"]])
    address = client.post(
        f"{address}columns/", {"column_0": "uscc", "column_1": "name", "column_2": "registered_on"}
    ).url

    file = b"".join(client.get(f"{address}wrong-rows/").streaming_content)

    sheet = load_workbook(io.BytesIO(file)).active
    assert {cell.data_type for row in sheet for cell in row} == {"s"}
    assert sheet["B2"].value == "=1+1"


def test_wrong_rows_are_left_out_on_demand(client, user):
    address = uploaded(client, WRONG)

    page = client.post(f"{address}leave-out/", follow=True)

    assert "New 1 Changed 0 Unchanged 0 Wrong 0 Left out 2" in text_of(page)
    assert "What is written in all Enterprises (1)" in text_of(page)
    confirm(client, address)
    run_tasks()
    assert Enterprise.objects.get().uscc == OLD


def test_a_header_that_is_not_known_is_asked_for_once(client, user):
    rows = [["代码", "name", "登记", "备注"], [NEW, "新厂", "2008-01-01", "13800138000"]]
    address = uploaded(client, rows)
    text = text_of(client.get(address))
    assert "Which columns are these?" in text
    assert "代码 " + NEW in text
    assert "13800138000" not in text

    half = client.post(f"{address}columns/", {"column_0": "uscc", "column_1": "uscc"})
    assert "Already chosen for “代码”." in text_of(half)
    assert "These columns are needed: name, registered_on" in text_of(half)
    chosen = {"column_0": "uscc", "column_1": "name", "column_2": "registered_on", "column_3": ""}
    page = client.post(f"{address}columns/", chosen, follow=True)
    assert "New 1" in text_of(page)

    assert "New 1" in text_of(client.get(uploaded(client, rows)))
    assert dict(ColumnChoice.objects.values_list("header", "column")) == {
        "代码": "uscc", "登记": "registered_on", "备注": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        "33030419850211181X",
        "330304198502111811",
        "330304850211181",
        "330304 19850211 1811",
        "身份证：33030419850211181x（已核）",
        "张三|330304198502111811|13800138000",
        "138-0013-8000",
        "13800138000（本人）",
        "0577-88123456",
        330304198502111811.0,
    ],
)
def test_the_first_values_tell_no_identity_number_and_no_phone_however_they_are_written(client, user, value):
    page = client.get(uploaded(client, xlsx([["代码", "备注"], [NEW, value]])))

    assert f"代码 {NEW}" in text_of(page)
    assert "备注 •••" in text_of(page)


def test_the_columns_are_chosen_again_from_the_preview(client, user):
    rows = [[*HEADER, "address", "legal_form"], [NEW, "新厂", "2008-01-01", "有限公司", "某路1号"]]
    address = uploaded(client, rows)

    assert client.get(f"{address}columns/").status_code == 200
    columns = [*HEADER, "legal_form", "address"]
    page = client.post(
        f"{address}columns/", {f"column_{place}": name for place, name in enumerate(columns)}, follow=True
    )

    assert "New 1" in text_of(page)
    assert Import.objects.get().chosen["address"] == "legal_form"
    assert not ColumnChoice.objects.exists(), "the name of a column means another one in this file alone"


def test_what_is_withheld_is_shown_to_nobody(client, user):
    number = identity()
    MemberFactory(member_no="P1", name="王一", id_number="", phone="13900000000")
    header = ["member_no", "name", "id_number", "phone"]
    rows = [
        header,
        ["P1", "王一", number, "13900000000"],
        ["P2", "王二", identity(order="002"), "13800138000"],
    ]
    address = uploaded(client, rows, resource="members")
    page = client.get(address)

    text = text_of(page)
    assert "2 P1 id_number changed 3" not in text
    assert "P1 id_number changed" in text
    assert "phone changed" not in text
    assert number not in text
    assert "13800138000" not in text


def test_an_import_that_was_overtaken_says_so_and_writes_nothing(client, user):
    old = EnterpriseFactory(uscc=OLD, name="旧厂")
    address = uploaded(client, [HEADER, [OLD, "改名厂", "2000-01-01"]])
    old.name = "别人改的厂"
    old.save()
    confirm(client, address)
    run_tasks()

    text = text_of(client.get(address))

    assert "The register was changed meanwhile: nothing was written." in text
    assert "别人改的厂 → 改名厂" in text
    client.cookies.load({"django_language": "zh-hans"})
    assert "未写入任何数据。如果现在导入，将产生以下变化。" in text_of(client.get(address))


@pytest.mark.parametrize("step", ["confirm", "leave-out", "check", "columns", "discard"])
def test_a_step_that_comes_too_late_shows_what_became_of_the_import(client, user, step):
    address = uploaded(client)
    confirm(client, address)
    run_tasks()

    page = client.post(f"{address}{step}/", {"seen": Import.objects.get().seen}, follow=True)

    assert "The import has moved on meanwhile" in text_of(page)
    assert Import.objects.get().state == State.DONE


def test_a_preview_that_was_not_the_last_confirms_nothing(client, user):
    address = uploaded(client)
    page = client.post(f"{address}confirm/", {"seen": "0" * 64}, follow=True)

    assert "The import has moved on meanwhile" in text_of(page)
    assert Import.objects.get().state == State.CHECKED


def test_a_discarded_import_is_gone_with_its_file_and_may_be_discarded_twice(client, user):
    address = uploaded(client)
    for _click in range(2):
        page = client.post(f"{address}discard/", follow=True)
        assert "nothing of it was written" in text_of(page)

    assert not Import.objects.exists()
    assert not SealedPart.objects.exists()
    assert client.get(address).status_code == 404


def test_the_findings_are_told_in_the_language_of_the_page_on_demand(client, user):
    address = uploaded(client, WRONG)
    chinese = {"accept-language": "zh-hans"}
    assert "there is no such day" in text_of(client.get(address, headers=chinese))

    page = client.post(f"{address}check/", headers=chinese, follow=True)

    assert "there is no such day" not in text_of(page)


def test_a_large_file_is_checked_by_the_worker_and_its_page_follows(client, user, monkeypatch):
    monkeypatch.setattr("sheets.tasks.SMALL", 1)
    address = uploaded(client)
    assert "being checked" in text_of(client.get(address)).lower()
    told = client.get(f"{address}progress/").json()
    assert told == {"state": "checking", "is_under_way": True, "done": None, "rows": None, "text": ""}

    run_tasks()

    told = client.get(f"{address}progress/").json()
    assert (told["state"], told["is_under_way"]) == ("checked", False)
    assert "New 1" in text_of(client.get(address))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda user: setattr(user, "is_active", False), "Its user may no longer import this."),
        (lambda user: user.groups.clear(), "Its user may no longer import this."),
    ],
)
def test_nothing_is_written_for_who_lost_the_permission(client, change, told):
    user = signed_in(client)
    address = uploaded(client)
    confirm(client, address)
    change(user)
    user.save()
    run_tasks()

    signed_in(client)
    text = text_of(client.get(address))
    assert "nothing of it was written" in text
    assert told in text
    assert not Enterprise.objects.exists()


def test_an_import_that_failed_is_checked_again_on_demand(client, user):
    address = uploaded(client)
    confirm(client, address)
    user.groups.clear()
    run_tasks()
    user.groups.add(Group.objects.get(name="administrator"))
    assert "check_form" in client.get(address).content.decode()

    page = client.post(f"{address}check/", follow=True)

    assert "New 1" in text_of(page)


class TestUndo:
    def test_what_was_imported_is_taken_back_after_a_question(self, client, user):
        address = uploaded(client)
        assert client.get(f"{address}undo/").url == address
        confirm(client, address)
        run_tasks()
        assert f"{address}undo/" in client.get(address).content.decode()
        asked = text_of(client.get(f"{address}undo/"))
        assert "whose records are removed 1 Changed rows, whose records are changed back 0" in asked

        page = client.post(f"{address}undo/", follow=True)
        assert "Being undone" in text_of(page)
        again = client.post(f"{address}undo/", follow=True)
        assert "The import has moved on meanwhile" in text_of(again)
        run_tasks()

        text = text_of(client.get(address))
        assert "The import was undone" in text
        assert f"Undone {user.username}" in text
        assert f"{address}undo/" not in client.get(address).content.decode()
        assert not Enterprise.objects.exists()

    def test_what_was_built_on_is_told_before_and_after(self, client, user):
        address = uploaded(client)
        confirm(client, address)
        run_tasks()
        made = Enterprise.objects.get()
        made.name = "后来改名"
        made.save()

        page = client.get(f"{address}undo/")
        assert "The import cannot be undone:" in text_of(page)
        assert "undo_form" not in page.content.decode()
        client.post(f"{address}undo/")
        run_tasks()

        text = text_of(client.get(address))
        assert "When its undo was tried, this was in the way:" in text
        assert "The import is done" in text

    def test_another_organizer_undoes_nothing(self, client):
        area = AreaFactory()
        signed_in(client, "organizer", area=area)
        address = uploaded(client, area=area.pk)
        confirm(client, address)
        run_tasks()
        signed_in(client, "organizer", area=area)

        assert client.get(f"{address}undo/").status_code == 404
        assert client.post(f"{address}undo/").status_code == 404
        assert Enterprise.objects.exists()


class TestFiles:
    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"", "the file is empty"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or a password-protected Excel file"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "neither a workbook (XLSX) nor a text"),
            ("uscc\tname\n".encode("utf-16"), "neither a workbook (XLSX) nor a text"),
            (f"uscc;name;registered_on\n{NEW};新厂;2008-01-01\n", "the columns are not separated by commas"),
            (f"{NEW},新厂,2008-01-01\n", "the first row must say what the columns are"),
            (f"2008年企业名册\nuscc,name\n{NEW},新厂\n", "remove the title above it"),
            (b"uscc,name\n1,a\n2,\xff\xff\n", "line 3: the bytes of this line are neither UTF-8 nor GB18030"),
        ],
    )
    def test_one_that_is_none_is_refused_at_once(self, client, user, content, told):
        assert told in text_of(upload(client, content))
        assert not Import.objects.exists()

    def test_one_with_too_many_bytes_or_rows_is_refused_with_the_limit(self, client, user, monkeypatch):
        monkeypatch.setattr("sheets.imports.MOST_BYTES", 3 << 20)
        assert "more than 3 megabytes" in text_of(upload(client, b"x" * ((3 << 20) + 1)))

        monkeypatch.setattr("sheets.imports.MOST_ROWS", 1)
        text = text_of(client.get(uploaded(client, [*GOOD, [OLD, "旧厂", "2008-01-01"], ["x", "x", "x"]])))
        assert "The file cannot be read." in text
        assert "more than 1 rows" in text
        assert "not a day" not in text, "nothing behind the limit is read"
        assert "Leave the wrong rows out" not in text

    def test_one_of_twenty_megabytes_is_taken_of_who_may_import_alone(self, client):
        def send(size):
            file = SimpleUploadedFile("a.csv", b"uscc\n" + b" " * size)
            return client.post(ADD, {"resource": "enterprises", "file": file}).status_code

        assert send(19 << 20) == 413
        signed_in(client, "reviewer", area=AreaFactory())
        assert send(19 << 20) == 413
        signed_in(client)
        assert send(19 << 20) == 302
        assert send(22 << 20) == 413


class TestWho:
    @pytest.mark.parametrize("role", ["reviewer", "analyst"])
    def test_nobody_who_does_not_write_gets_anything(self, client, user, role):
        address = uploaded(client)
        signed_in(client, role, area=AreaFactory())

        for path in (
            LIST,
            ADD,
            address,
            f"{LIST}template/enterprises/",
            f"{address}progress/",
            f"{address}columns/",
            f"{address}wrong-rows/",
        ):
            assert client.get(path).status_code == 403, path
        for step in ("confirm", "check", "leave-out", "discard", "columns"):
            assert client.post(f"{address}{step}/").status_code == 403, step

    def test_an_organizer_sees_the_own_alone_and_an_administrator_the_results_of_all(self, client):
        signed_in(client, "organizer", area=AreaFactory())
        address = uploaded(client, [[*HEADER, "x"], [NEW, "新厂", "2008-01-01", ""]])
        signed_in(client, "organizer", area=AreaFactory())
        assert client.get(address).status_code == 404
        assert client.post(f"{address}discard/").status_code == 404
        assert "list.csv" not in client.get(LIST).content.decode()

        signed_in(client)
        assert "list.csv" in client.get(LIST).content.decode()
        assert "Nothing is written yet" in text_of(client.get(address))
        assert "新厂" not in client.get(address).content.decode()
        assert client.post(f"{address}discard/").status_code == 404
        assert client.get(f"{address}columns/").status_code == 404

    def test_an_organizer_imports_no_areas_and_into_no_other_area(self, client):
        own = AreaFactory()
        other = AreaFactory()
        signed_in(client, "organizer", area=own)
        assert upload(client, resource="areas").status_code == 200
        assert client.get(f"{LIST}template/areas/").status_code == 403
        assert upload(client, area=other.pk).status_code == 200
        assert upload(client, area="x").status_code == 200
        assert not Import.objects.exists()

        confirm(client, uploaded(client, area=own.pk))
        run_tasks()

        assert EnterpriseArea.objects.get().area == own

    def test_the_button_stands_above_the_lists_that_can_be_imported(self, client):
        signed_in(client, "organizer", area=AreaFactory())
        assert f"{ADD}?resource=members" in client.get("/admin/members/member/").content.decode()
        assert f"{ADD}?resource=enterprises" in client.get("/admin/orgs/enterprise/").content.decode()
        assert f"{ADD}?" not in client.get("/admin/orgs/area/").content.decode()
        assert 'value="members" selected' in client.get(f"{ADD}?resource=members").content.decode()
        signed_in(client, "reviewer", area=AreaFactory())
        assert f"{ADD}?" not in client.get("/admin/orgs/enterprise/").content.decode()


class TestSizes:
    def test_the_pages_take_a_constant_number_of_statements(self, client, user):
        def statements(count):
            rows = [HEADER, *([credit_code(100 * count + n), "厂", "2008-01-01"] for n in range(count))]
            address = uploaded(client, rows)
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as shown:
                client.get(address)
            with CaptureQueriesContext(connection) as listed:
                client.get(LIST)
            return len(shown), len(listed)

        assert statements(1) == statements(3)

    def test_no_preview_is_longer_than_half_a_megabyte(self, client, user):
        long = "'" * 150
        header = [*HEADER, "address", "legal_form"]
        for n in range(120):
            EnterpriseFactory(uscc=credit_code(n), name="&" * 150, address="<" * 150)
        changed = [[credit_code(n), long, "2001-01-01", long, "'" * 40] for n in range(120)]
        new = [[credit_code(500 + n), long, "2001-01-01", long, "'" * 40] for n in range(120)]
        wrong = [[f"{long}{n}", long, long, long, long] for n in range(120)]
        ignored = [f"{n}{'&' * 80}" for n in range(900)]
        rows = [[*row, *[""] * 900] for row in (*changed, *new, *wrong)]
        address = uploaded(client, [[*header, *ignored], [*changed[0], *ignored], *rows[1:]])
        columns = client.get(address)
        assert "Which columns are these?" in text_of(columns)
        assert len(columns.content) < 500_000

        chosen = {f"column_{place}": name for place, name in enumerate(header)}
        client.post(f"{address}columns/", chosen)
        run_tasks()
        page = client.get(address)

        assert "120 rows are wrong" in text_of(page)
        assert len(page.content) < 500_000


@pytest.mark.parametrize("in_chinese", [True, False])
def test_templates_filled_in_with_their_examples_make_a_register(in_chinese):
    with translation.override("zh-hans" if in_chinese else "en"):
        for name, resource in RESOURCES.items():
            book = load_workbook(io.BytesIO(template(resource, in_chinese=in_chinese)))
            sheet, notes = book.worksheets
            assert [cell.value for cell in sheet[1]] == [
                column.in_language(in_chinese) for column in resource.columns
            ]
            for place, row in enumerate(
                notes.iter_rows(min_row=2, max_row=len(resource.columns) + 1), start=1
            ):
                sheet.cell(2, place, row[6].value)
            out = io.BytesIO()
            book.save(out)
            assert str(load(name, out.getvalue()).outcomes) == "created 1, updated 0, unchanged 0", name

    assert Area.objects.get().code == EXAMPLES["areas"]["code"]
    assert Designation.objects.get().enterprise.uscc == EXAMPLES["enterprises"]["uscc"]


@pytest.mark.parametrize("in_chinese", [True, False])
def test_a_template_offers_all_choices_and_keeps_the_digits_of_codes(in_chinese):
    for resource in RESOURCES.values():
        sheet = load_workbook(io.BytesIO(template(resource, in_chinese=in_chinese))).worksheets[0]
        offered = {
            str(found.sqref).partition("2:")[0]: found.formula1
            for found in sheet.data_validations.dataValidation
        }
        for column, cell in zip(resource.columns, sheet[1], strict=True):
            look = sheet.column_dimensions[cell.column_letter].number_format
            if hasattr(column, "choices"):
                names = offered[cell.column_letter].strip('"').split(",")
                assert {column.read(name) for name in names} == set(column.choices.values())
            elif column.name in {"uscc", "code", "id_number", "phone", "enterprise", "organization", "area"}:
                assert look == "@", column.name
            elif column.name.endswith(("_on", "_from", "_to", "_date")):
                assert look == "yyyy-mm-dd", column.name


def test_a_template_without_rows_creates_nothing(client, user):
    file = client.get(f"{LIST}template/members/", headers={"accept-language": "zh-hans"}).content
    page = client.get(uploaded(client, file, resource="members", name="模板.xlsx"))

    assert "The file has no rows" in text_of(page)
