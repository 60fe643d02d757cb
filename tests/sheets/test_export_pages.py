"""The lists of the admin as files: all rows as filtered, for who sees them, noted, and read by the import."""

import tracemalloc

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Token
from accounts.roles import Role
from applications.models import State
from orgs.api import files
from orgs.models import Kind
from record.log import note_each
from record.models import AccessEntry, Event
from sheets.resources import RESOURCES
from tests.factories.accounts import UserFactory
from tests.factories.applications import application_in
from tests.factories.members import MemberFactory, TransferFactory
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    PracticeFactory,
)
from tests.factories.sheets import ImportFactory
from tests.sheets.files import counts, identity
from tests.stats.asking import CSV, XLSX, rows_of_csv, rows_of_xlsx

pytestmark = pytest.mark.django_db

IMPORTED = {
    "orgs_area": ["areas"],
    "orgs_enterprise": ["enterprises"],
    "orgs_organization": ["organizations", "coverage"],
    "orgs_communitygeneralbranch": ["organizations", "coverage"],
    "orgs_instructor": ["instructors"],
    "orgs_designation": ["designations"],
    "members_member": ["members"],
}
SHOWN = {
    f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry
} - IMPORTED.keys()
PHONE = "13800000001"


def fill(code="330304001"):
    """A record or more of each list, in the area of `code`."""
    area = AreaFactory(code=code)
    enterprise = EnterpriseFactory(area=area, above_scale_from="2008-01-01", contact_phone=PHONE)
    branch = OrganizationFactory(area=area, covers=[enterprise])
    OrganizationFactory(area=area, kind=Kind.COMMUNITY_GENERAL_BRANCH, covers=[EnterpriseFactory(area=area)])
    InstructorFactory(enterprise=enterprise, phone=PHONE)
    DesignationFactory(enterprise=enterprise)
    MemberFactory(
        organization=branch, id_number=identity(order=code[-3:]), phone=PHONE, birth_date="1970-01-01"
    )
    TransferFactory(origin=branch, destination=None, destination_elsewhere="瑞安")
    PracticeFactory(enterprise=enterprise)
    application_in(State.SUBMITTED, area=area, enterprise=enterprise, contact_phone=PHONE)
    Token.objects.create(ImportFactory().made_by)
    return area


def take(client, table, what="shown", format_="csv", language="en", **query):
    address = reverse("export_list", args=[*table.split("_"), what, format_])
    return client.get(address, query, headers={"accept-language": language})


def signed_in(client, role, area=None):
    user = UserFactory(is_staff=True, area=area)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


LISTS = [(table, what) for table in IMPORTED for what in IMPORTED[table]]


@pytest.mark.parametrize(("table", "what"), LISTS)
def test_a_list_that_can_be_imported_is_unchanged_by_its_own_export(admin_client, table, what):
    fill()

    answer = take(admin_client, table, what, language="zh-hans")

    assert answer.headers["Content-Type"] == CSV
    file = answer.getvalue()
    header, *rows = file.decode("utf-8-sig").splitlines()
    assert header.split(",") == [column.chinese for column in RESOURCES[what].told_columns()]
    assert counts(what, file) == (0, 0, len(rows))
    assert rows
    workbook = take(admin_client, table, what, "xlsx", "zh-hans")
    assert workbook.headers["Content-Type"] == XLSX
    assert counts(what, workbook.getvalue()) == (0, 0, len(rows))


def test_headers_and_choices_are_in_the_language_of_the_page(admin_client):
    AreaFactory(code="330304", name="瓯海")

    [row] = rows_of_csv(take(admin_client, "orgs_area", "areas", language="zh-hans"))
    assert row == {"区划代码": "330304", "名称": "瓯海", "级别": "区县"}
    [row] = rows_of_csv(take(admin_client, "orgs_area", "areas"))
    assert row == {"code": "330304", "name": "瓯海", "level": "district"}


def test_an_export_keeps_filters_search_and_order_and_has_all_pages(admin_client, monkeypatch):
    monkeypatch.setattr(admin.site.get_model_admin(RESOURCES["areas"].model), "list_per_page", 1)
    for code, name in (
        ("330301001", "温州乙"),
        ("330301002", "温州甲"),
        ("330301003", "永嘉"),
        ("330301", "温州"),
    ):
        AreaFactory(code=code, name=name)

    asked = {"level__exact": "subdistrict", "q": "温州", "o": "-1", "p": "2"}
    rows = rows_of_csv(take(admin_client, "orgs_area", "areas", **asked))

    assert [row["code"] for row in rows] == ["330301002", "330301001"]


def test_the_coverage_of_a_list_is_that_of_its_organizations(admin_client):
    fill()
    wanted = OrganizationFactory(covers=EnterpriseFactory.create_batch(2), kind=Kind.JOINT_BRANCH)

    rows = rows_of_csv(take(admin_client, "orgs_organization", "coverage", q=wanted.code))

    assert {row["organization"] for row in rows} == {wanted.code}
    assert len(rows) == 2


@pytest.mark.parametrize("table", sorted(SHOWN))
def test_another_list_is_exported_as_it_is_shown(admin_client, table):
    fill()
    page = admin_client.get(reverse(f"admin:{table}_changelist"), headers={"accept-language": "en"})
    listed = page.context["cl"]

    rows = rows_of_csv(take(admin_client, table))

    assert len(rows) == listed.result_count > 0
    shown = [name for name in listed.list_display if name != "action_checkbox"]
    assert all(len(row) == len(shown) for row in rows)
    [*found] = rows_of_xlsx(take(admin_client, table, format_="xlsx"))
    assert len(found) >= len(rows)
    assert PHONE not in str(rows)


def test_what_is_shown_is_in_the_words_of_the_page(admin_client):
    fill()

    [row] = rows_of_csv(take(admin_client, "members_transfer"))
    assert row["State"] == "requested"
    users = rows_of_csv(take(admin_client, "accounts_user"))
    assert {user["Active"] for user in users} == {"Yes"}


@pytest.mark.parametrize(("table", "what"), LISTS)
def test_an_export_holds_what_the_user_sees_and_no_protected_value(client, table, what):
    own = fill()
    fill("330304002")
    everything = take(signed_in(client, Role.ADMINISTRATOR), table, what).getvalue().decode()

    seen = take(signed_in(client, Role.ORGANIZER, own), table, what).getvalue().decode()

    assert len(everything.splitlines()) - 1 == 2 * (len(seen.splitlines()) - 1)
    for value in (PHONE, "1970-01-01", identity(order="001"), "330304002"):
        assert value not in seen


def test_who_may_not_see_a_list_takes_none(client):
    signed_in(client, Role.ANALYST, fill())

    for table in ("members_member", "orgs_instructor", "accounts_user", "record_accessentry"):
        what = IMPORTED.get(table, ["shown"])[0]
        assert take(client, table, what).status_code == 403
    client.logout()
    assert take(client, "orgs_enterprise", "enterprises").status_code == 302
    assert not AccessEntry.objects.filter(event=Event.EXPORTED).exists()


@pytest.mark.parametrize(
    ("table", "what", "format_"),
    [
        ("orgs_enterprise", "members", "csv"),
        ("orgs_enterprise", "shown", "csv"),
        ("orgs_enterprise", "enterprises", "pdf"),
        ("orgs_coverage", "coverage", "csv"),
        ("nowhere_nothing", "shown", "csv"),
    ],
)
def test_what_is_no_export_is_not_found(admin_client, table, what, format_):
    assert take(admin_client, table, what, format_).status_code == 404


def test_what_the_list_refuses_is_answered_by_the_list(admin_client):
    for table, asked in (("members_member", {"q": PHONE}), ("accounts_user", {"is_active__exact": "x"})):
        answer = take(admin_client, table, IMPORTED.get(table, ["shown"])[0], **asked)
        assert answer.status_code == 302
        assert answer.url.startswith(reverse(f"admin:{table}_changelist"))
    assert take(admin_client, "orgs_area", "areas", nonsense="1").status_code == 400
    assert not AccessEntry.objects.filter(event=Event.EXPORTED).exists()


def test_more_than_a_sheet_holds_is_refused_on_the_list(admin_client, monkeypatch):
    monkeypatch.setattr(files, "MOST_ROWS_OF_A_SHEET", 1)
    EnterpriseFactory.create_batch(2)
    address = reverse("export_list", args=["orgs", "enterprise", "enterprises", "xlsx"])

    page = admin_client.get(address, follow=True, headers={"accept-language": "en"})

    assert "2 rows" in str(*page.context["messages"])
    assert len(rows_of_csv(take(admin_client, "orgs_enterprise", "enterprises"))) == 2


def test_the_log_tells_who_took_what_in_which_format_and_how_many(admin_client, admin_user):
    MemberFactory(name="张三")
    MemberFactory(name="李四")

    take(admin_client, "members_member", "members", "xlsx", q="张三")

    entry = AccessEntry.objects.get(event=Event.EXPORTED)
    assert (entry.user, entry.detail) == (admin_user, "members.xlsx: rows 1, by q")


def test_a_list_offers_its_exports_with_what_it_is_filtered_by(admin_client):
    page = admin_client.get(
        reverse("admin:orgs_organization_changelist"), {"q": "x"}, headers={"accept-language": "en"}
    )

    for what in ("organizations", "coverage"):
        for format_ in ("csv", "xlsx"):
            address = reverse("export_list", args=["orgs", "organization", what, format_])
            assert f'href="{address}?q=x"' in page.content.decode()


@pytest.mark.sqlite
def test_which_entries_of_the_access_log_a_file_has_is_kept_in_few_bytes(admin_user):
    with transaction.atomic():
        note_each(Event.REVEALED, user=admin_user, subjects=map(str, range(3000)))
    entries = AccessEntry.objects.order_by("-at", "-pk")
    expected = list(entries.values_list("pk", flat=True))

    tracemalloc.start()
    keys = files.keys_of(entries)
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert held < 32 * len(expected)  # as objects they would take over 100 each
    assert list(keys) == expected
    assert len(keys) == len(expected)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("table", "what"),
    [
        *LISTS,
        ("members_transfer", "shown"),
        ("orgs_practice", "shown"),
    ],
)
def test_an_export_of_more_rows_takes_no_more_statements(admin_client, table, what):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            take(admin_client, table, what).getvalue()
        return len(asked)

    fill()
    statements()
    before = statements()
    fill("330304002")
    fill("330304003")

    assert statements() == before
