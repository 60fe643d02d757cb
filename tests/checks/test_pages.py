"""The pages of the checks: who learns of which, and of whose records."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from checks import pages
from checks.models import CheckRun
from checks.register import CHECKS
from orgs.api import files
from orgs.api.files import FORMATS
from record.models import AccessEntry, Event
from tests.checks.seeds import SEEDS, clean_register, firm, person
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory, DesignationFactory
from tests.stats.asking import rows_of_csv, rows_of_xlsx

# Who sees what depends on no database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

ADDRESS = "/admin/checks/"
CLOSED = date(2006, 1, 1)
OF_MEMBERS = {
    check.code for check in CHECKS if not {"members.view_member", "members.view_transfer"}.isdisjoint(check.permissions)
}  # fmt: skip
OF_INSTRUCTORS = {"instructor-outside-enterprise", "instructor-beside-organization"}


def signed_in(client, role, area=None):
    client.force_login(UserFactory(is_staff=True, area=area, role=role))
    return client


@pytest.fixture
def world():
    return clean_register()


@pytest.fixture
def administrator(client):
    return signed_in(client, "administrator")


def told(answer):
    """The codes of the checks of which the page tells."""
    return {line.check.code for line in (*answer.context["found"], *answer.context["passed"])}


def found(answer):
    return {line.check.code: line.found for line in answer.context["found"]}


def of(code):
    return f"{ADDRESS}{code}/"


@pytest.mark.parametrize(
    ("role", "untold"),
    [
        ("administrator", set()),
        ("organizer", set()),
        ("reviewer", OF_MEMBERS),
        ("analyst", OF_MEMBERS | OF_INSTRUCTORS),
    ],
)
def test_a_role_is_told_of_the_checks_whose_tables_it_may_view(client, world, role, untold):
    signed_in(client, role, world.community)
    assert {check.code for check in CHECKS} - told(client.get(ADDRESS)) == untold
    for check in {tuple(check.permissions): check for check in CHECKS}.values():
        assert client.get(of(check.code)).status_code == (403 if check.code in untold else 200), check.code


@pytest.mark.parametrize("role", [None, "organizer"])
def test_who_sees_nothing_of_the_register_is_refused(client, role):
    signed_in(client, role)
    assert client.get(ADDRESS).status_code == 403
    assert client.get(of("full-too-early")).status_code == 403
    assert ADDRESS not in client.get("/admin/").content.decode()


def test_who_is_not_signed_in_is_led_to_the_login(client):
    for address in (ADDRESS, of("full-too-early")):
        answer = client.get(address)
        assert (answer.status_code, answer.url.partition("?")[0]) == (302, reverse("admin:login"))


def test_an_organizer_finds_what_lies_in_the_own_area(client, world):
    elsewhere = AreaFactory(code="330305001001")
    own, foreign = (
        DesignationFactory(enterprise=firm(world, area=area, closed_on=CLOSED))
        for area in (world.community, elsewhere)
    )
    signed_in(client, "organizer", AreaFactory(code="330304001"))
    code = "designation-outside-enterprise"
    assert found(client.get(ADDRESS)) == {code: 1}
    page = client.get(of(code)).content.decode()
    assert own.enterprise.uscc in page
    assert foreign.enterprise.uscc not in page


def test_the_index_leads_there(administrator):
    assert f'href="{ADDRESS}"' in administrator.get("/admin/").content.decode()


def test_where_nothing_is_found_the_pages_say_so(administrator, world):
    for address in (ADDRESS, of("full-too-early")):
        assert "Nothing found" in administrator.get(address).content.decode()


@pytest.mark.parametrize(
    "code",
    [
        "organization-without-area", "community-branch-without-community", "enterprise-twice", "full-too-early",
        "transfer-of-no-member", "instructor-outside-enterprise", "designation-outside-enterprise", "policy-gap",
        "area-under-another",
    ],
)  # fmt: skip
def test_each_offender_leads_to_its_page(administrator, world, code):
    SEEDS[code](world)
    rows = administrator.get(of(code)).context["rows"]
    assert rows
    for address, name in rows:
        assert address in administrator.get(of(code)).content.decode()
        assert administrator.get(address, follow=True).status_code == 200, name


def test_the_worst_is_counted_by_severity_and_one_severity_can_be_shown_alone(administrator, world):
    SEEDS["full-too-early"](world)
    SEEDS["enterprise-twice"](world)
    answer = administrator.get(ADDRESS)
    assert answer.context["totals"] == [("error", 1), ("warning", 0), ("hint", 2)]
    answer = administrator.get(ADDRESS, {"severity": "hint"})
    assert found(answer) == {"enterprise-twice": 2}
    assert {line.severity for line in answer.context["passed"]} == {"hint"}


def test_what_is_no_severity_is_said_at_the_field(administrator, world):
    answer = administrator.get(ADDRESS, {"severity": "bad"})
    assert answer.status_code == 400
    assert "This is not one of the choices." in answer.content.decode()


@pytest.mark.parametrize("address", [of("unknown"), of("policy-gap") + "?p=2", of("policy-gap") + "?p=x"])
def test_what_is_not_there_is_not_found(administrator, address):
    assert administrator.get(address).status_code == 404


def test_many_offenders_stand_on_several_pages(administrator, world, monkeypatch):
    monkeypatch.setattr(pages, "ROWS", 2)
    for _ in range(3):
        SEEDS["full-too-early"](world)
    sizes = [len(administrator.get(of("full-too-early"), {"p": number}).context["rows"]) for number in (1, 2)]
    assert sizes == [2, 1]


def test_who_sees_the_whole_register_reads_what_the_last_nights_found(client, administrator, world):
    SEEDS["full-too-early"](world)
    SEEDS["joint-branch-of-one"](world)
    SEEDS["policy-gap"](world)
    counts = [
        {"full-too-early": 4, "joint-branch-of-one": 1},
        {"full-too-early": 1, "joint-branch-of-one": 3},
    ]
    counts.append({"full-too-early": 3, "joint-branch-of-one": 1, "policy-gap": 1})
    ended = {"finished_at": timezone.now(), "took": timedelta(seconds=2)}
    counts[2]["transfer-of-no-member"] = 2  # mended since
    counts[1]["transfer-of-no-member"] = 1
    for day, found_then in zip((1, 2, 20), counts, strict=True):
        CheckRun.objects.create(day=date(2026, 6, day), counts=found_then, **ended)
    CheckRun.objects.create(day=date(2026, 6, 3))  # was given up
    CheckRun.objects.create(day=date(2026, 6, 21))  # goes on
    answer = administrator.get(ADDRESS)
    nights = {line.check.code: (line.last, line.change) for line in answer.context["found"]}
    assert nights == {"full-too-early": (3, 2), "joint-branch-of-one": (1, -2), "policy-gap": (1, None)}
    page = answer.content.decode()
    assert "The last nightly run looked at June 20, 2026" in page
    assert "Change since June 2, 2026" in page
    assert "(+1 since June 2, 2026)" in page
    signed_in(client, "organizer", world.community)
    answer = client.get(ADDRESS)
    assert {(line.last, line.change) for line in answer.context["found"]} == {(None, None)}
    assert "nightly" not in answer.content.decode()


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_has_the_offenders_of_every_page_and_is_noted(administrator, world, monkeypatch, format_):
    monkeypatch.setattr(pages, "ROWS", 1)
    for _ in range(2):
        SEEDS["instructor-outside-enterprise"](world)
    address = f"{of('instructor-outside-enterprise')}{format_}/"
    shown = [administrator.get(of("instructor-outside-enterprise"), {"p": number}) for number in (1, 2)]
    assert f'href="{address}"' in shown[0].content.decode()
    answer = administrator.get(address, headers={"accept-language": "en"})
    rows = (rows_of_csv if format_ == "csv" else rows_of_xlsx)(answer)
    expected = [row for page in shown for row in page.context["rows"]]
    assert [(row["Its page"].removeprefix("http://testserver"), row["Record"]) for row in rows] == expected
    assert len(rows) == 2
    entry = AccessEntry.objects.get(event=Event.EXPORTED)
    assert entry.detail == f"check instructor-outside-enterprise.{format_}: rows 2"


def test_a_file_is_for_who_reads_of_the_check_and_of_the_own_area(client, world):
    for _ in range(2):
        SEEDS["designation-outside-enterprise"](world)
    signed_in(client, "organizer", AreaFactory(code="330305"))
    assert rows_of_csv(client.get(f"{of('designation-outside-enterprise')}csv/")) == []
    signed_in(client, "analyst", world.community)
    assert len(rows_of_csv(client.get(f"{of('designation-outside-enterprise')}csv/"))) == 2
    assert client.get(f"{of('full-too-early')}csv/").status_code == 403
    assert client.get(f"{of('designation-outside-enterprise')}pdf/").status_code == 404
    assert client.get(f"{of('unknown')}csv/").status_code == 404
    client.logout()
    assert client.get(f"{of('designation-outside-enterprise')}csv/").status_code == 302
    assert AccessEntry.objects.filter(event=Event.EXPORTED).count() == 2


def test_more_offenders_than_a_sheet_holds_are_refused_on_the_page(administrator, world, monkeypatch):
    monkeypatch.setattr(files, "MOST_ROWS_OF_A_SHEET", 0)
    SEEDS["full-too-early"](world)
    answer = administrator.get(f"{of('full-too-early')}xlsx/", follow=True)
    assert answer.redirect_chain == [(of("full-too-early"), 302)]
    assert "1 rows" in str(*answer.context["messages"])


def test_the_statements_are_as_many_whatever_is_found(administrator, world):
    codes = ("full-too-early", "instructor-outside-enterprise", "transfer-of-no-member")
    addresses = [ADDRESS, *map(of, codes), *(f"{of(code)}csv/" for code in codes)]

    def statements():
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert administrator.get(address).getvalue()
            found.append(len(queries))
        return found

    for code in codes:
        SEEDS[code](world)
    before = statements()
    for code in codes * 2:
        SEEDS[code](world)
    person(organization=world.branch)
    assert statements() == before
