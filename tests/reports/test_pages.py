"""The pages of reports: who sees and issues which, what stays as it was issued, and what was corrected since."""

import json
import zlib
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from record.models import AccessEntry, Event
from reports.models import Report
from reports.telling import SHOWN
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, MembershipFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.factories.reports import DAY, issue

# Pages depend on no database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

LIST, ISSUE = "/dashboard/reports/", "/dashboard/reports/issue/"
ABOUT_ONE = ("report", "compare_report", "report_json", "report_workbook", "comparison_workbook")


@pytest.fixture
def area():
    return AreaFactory(code="330304001", name="瞿溪街道", name_en="Quxi")


def signed_in(client, role, area=None, **values):
    user = UserFactory(role=role, area=area, is_staff=True, **values)
    client.force_login(user)
    return user


def send(client, key=None, **asked):
    query = {"as_of": DAY.isoformat(), "scale": "all", **asked}
    address = f"{ISSUE}?{'&'.join(f'{name}={value}' for name, value in query.items())}"
    return client.post(address, {"form_key": str(key or uuid4())})


# Issuing


def test_the_page_shows_what_the_report_will_say_and_one_click_issues_it(client, area):
    user = signed_in(client, "organizer", area)
    OrganizationFactory(area=area)
    page = client.get(ISSUE, {"as_of": DAY.isoformat(), "scale": "all"})
    assert "stands at 1 organizations" in page.content.decode()
    assert Report.objects.count() == 0

    key = page.context["form_key"]
    answers = [send(client, key, area=area.code) for _click in range(2)]
    report = Report.objects.get()
    assert [answer["Location"] for answer in answers] == [reverse("report", args=[report.number])] * 2
    assert (report.issued_by, report.area, report.as_of, report.scale) == (user, area, DAY, "all")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"as_of": "2008-06-31"}, "This is not a day."),
        ({"as_of": "2999-01-01"}, "This day has not come yet"),
        ({"area": "330305"}, "No area that you see has this code."),
        ({"scale": "some"}, "This is not one of the choices."),
    ],
)
def test_what_is_asked_wrongly_is_told_at_its_field_and_issues_nothing(client, area, asked, told):
    AreaFactory(code="330305")
    signed_in(client, "organizer", area)
    for answer in (client.get(ISSUE, asked), send(client, **asked)):
        assert answer.status_code == 400
        assert told in answer.content.decode()
    assert Report.objects.count() == 0


def test_a_form_without_its_key_issues_nothing(client):
    signed_in(client, "administrator")
    answer = client.post(ISSUE, {})
    assert answer.status_code == 400
    assert "came without its key" in answer.content.decode()
    assert Report.objects.count() == 0


def test_a_register_that_changes_meanwhile_is_told_and_the_form_can_be_sent_again(client):
    signed_in(client, "administrator")
    organization = OrganizationFactory()
    done = []

    def meanwhile(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if "FROM orgs_designation" in sql and not done:  # the last statement of the figures
            done.append(True)
            MemberFactory(organization=organization)
        return answer

    with connection.execute_wrapper(meanwhile):
        answer = send(client)
    assert answer.status_code == 409
    assert "Somebody changed what is counted meanwhile." in answer.content.decode()
    assert send(client, answer.context["form_key"]).status_code == 302


@pytest.mark.parametrize("role", Role.values)
def test_administrators_and_organizers_issue_reports(client, area, role):
    signed_in(client, role, None if role == "administrator" else area)
    allowed = role in ("administrator", "organizer")

    assert client.get(ISSUE).status_code == (200 if allowed else 403)
    assert send(client).status_code == (302 if allowed else 403)
    assert ("Issue a report" in client.get(LIST).content.decode()) is allowed
    assert Report.objects.count() == allowed


# Who sees which


@pytest.mark.parametrize("role", Role.values)
def test_a_report_is_seen_where_its_area_lies_in_the_readers(client, area, role):
    within = AreaFactory(code="330304001001")
    numbers = {
        place.code if place else "whole": issue(area=place).number
        for place in (area, within, AreaFactory(code="330305"), None)
    }
    signed_in(client, role, None if role == "administrator" else area)
    seen = set(numbers) if role == "administrator" else {area.code, within.code}

    page = client.get(LIST).content.decode()
    for place, number in numbers.items():
        assert (number in page) is (place in seen)
        for name in ABOUT_ONE:
            answer = client.get(reverse(name, args=[number]))
            assert answer.status_code == (200 if place in seen else 404), (place, name)


@pytest.mark.parametrize("role", [None, "organizer"])
def test_who_has_no_role_or_no_area_sees_none(client, role):
    number = issue().number
    signed_in(client, role)
    for address in (LIST, ISSUE, *(reverse(name, args=[number]) for name in ABOUT_ONE)):
        assert client.get(address).status_code == 403, address


def test_who_is_not_signed_in_is_asked_to(client):
    number = issue().number
    for address in (LIST, ISSUE, *(reverse(name, args=[number]) for name in ABOUT_ONE)):
        assert client.get(address).status_code == 302, address


def test_an_absent_report_is_not_found(client):
    signed_in(client, "administrator")
    assert client.get(reverse("report", args=["2008-001"])).status_code == 404


def test_a_register_without_reports_says_what_to_do(client, area):
    signed_in(client, "analyst", area)
    assert "Organizers and administrators issue them." in client.get(LIST).content.decode()
    signed_in(client, "organizer", area)
    assert "Issue the first one" in client.get(LIST).content.decode()


# What stays, and what was corrected


@pytest.fixture
def corrected(client, area):
    """A report, and a branch with a member whose end was entered after it."""
    branch = OrganizationFactory(area=area, name="甲支部", code="Z1")
    member = MemberFactory(organization=branch, name="陈一", member_no="M-1")
    report = issue(area=area)
    author = UserFactory(username="li")
    branch.dissolved_on = date(2008, 3, 1)
    branch._history_user = author
    branch.save()
    member.memberships.update(valid_to=date(2008, 3, 1))
    return report


def test_a_report_goes_on_saying_what_it_said_and_tells_what_was_corrected(client, area, corrected):
    signed_in(client, "organizer", area)
    page = client.get(reverse("report", args=[corrected.number]))
    figures = {one.code: one for one in page.context["figures"]}

    assert figures["organizations.total"].texts == ("1", "0")
    assert figures["community_general_branches"].texts == ("0", "0")
    text = page.content.decode()
    assert "stands at 1 organizations" in text
    assert "Yes: the digest matches." in text
    assert "甲支部" in text
    assert "Dissolved on: March 1, 2008" in text
    assert "· li ·" in text
    assert "陈一" in text


def test_of_a_record_that_differs_without_a_later_change_on_file_no_cause_is_made_up(client, area):
    report = issue(area=area, at=timezone.now() + timedelta(minutes=5))
    branch = OrganizationFactory(area=area)  # dated before the report, as by an import that ended after it
    signed_in(client, "organizer", area)

    text = client.get(reverse("report", args=[report.number])).content.decode()
    assert branch.code in text
    assert "it was being changed while the report was issued" in text


def test_members_are_named_to_those_alone_who_see_members(client, area, corrected):
    signed_in(client, "analyst", area)
    addresses = [reverse(name, args=[corrected.number]) for name in ("report", "compare_report")]
    for address in addresses:
        text = client.get(address).content.decode()
        assert "甲支部" in text
        assert "1 record is counted otherwise; your role does not see which." in text
        assert "陈一" not in text
        assert "M-1" not in text
    assert b"M-1" not in client.get(reverse("report_json", args=[corrected.number])).content


def test_a_record_that_left_the_readers_area_is_not_named(client, area):
    branch = OrganizationFactory(area=area, name="乙支部", code="Z2")
    report = issue(area=area)
    branch.areas.update(area=AreaFactory(code="330305"))
    signed_in(client, "organizer", area)

    text = client.get(reverse("report", args=[report.number])).content.decode()
    assert "Z2" in text
    assert "乙支部" not in text


def test_of_a_member_who_left_the_readers_area_the_number_alone_is_told(client, area):
    member = MemberFactory(organization=OrganizationFactory(area=area), name="陈一", member_no="M-777")
    report = issue(area=area)
    relation = member.memberships.get()
    relation.valid_to = date(2009, 1, 1)
    relation.save()
    elsewhere = OrganizationFactory(area=AreaFactory(code="330305"), code="Z-9")
    MembershipFactory(member=member, organization=elsewhere, valid_from=date(2009, 1, 1))
    day = {"day": "2009-06-19"}

    def texts():
        for name in ("report_json", "compare_report"):
            yield client.get(reverse(name, args=[report.number]), day).content.decode()
        answer = client.get(reverse("comparison_workbook", args=[report.number]), day)
        cells = openpyxl.load_workbook(BytesIO(answer.content))["Records"].values
        yield "\n".join(str(cell) for row in cells for cell in row)

    signed_in(client, "organizer", area)
    for text in texts():
        assert "M-777" in text
        assert "陈一" not in text
        assert "Z-9" not in text
    signed_in(client, "reviewer", area)
    assert not [text for text in texts() if "M-777" in text]


@pytest.mark.parametrize(
    "values",
    [
        {"issuer": "somebody"},
        {"as_of": date(2007, 1, 1)},
        {"figures": {}},
        {"contents": b"x"},
        {"contents": zlib.compress(b"[")},
        {"contents": zlib.compress(b"[]")},
        {"contents": zlib.compress(b'{"members.full": 1}')},
    ],
)
def test_a_tampered_report_says_so_and_nothing_else(client, area, corrected, values):
    other = issue(area=area)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER reports_report_stays_update")
    Report.objects.filter(pk=corrected.pk).update(**values)
    signed_in(client, "organizer", area)

    for name in ABOUT_ONE:
        answer = client.get(reverse(name, args=[corrected.number]))
        assert answer.status_code == 409
        assert "No: the digest does not match." in answer.content.decode()
        assert "甲支部" not in answer.content.decode()
        assert "stands at" not in answer.content.decode()
    assert not AccessEntry.objects.filter(event=Event.EXPORTED).exists()
    beside = client.get(reverse("compare_report", args=[other.number]), {"other": corrected.number})
    assert beside.status_code == 400
    assert "This report is not as it was issued." in beside.content.decode()


def test_a_comparison_says_what_came_and_went_until_another_day(client, area):
    report = issue(area=area)
    OrganizationFactory(area=area, name="丙支部", established_on=date(2009, 1, 1))
    signed_in(client, "organizer", area)
    page = client.get(reverse("compare_report", args=[report.number]), {"day": "2009-06-19"})

    text = page.content.decode()
    assert "What changed between June 19, 2008 and June 19, 2009" in text
    assert "丙支部" in text
    row = next(one for one in page.context["figures"] if one.code == "organizations.total")
    assert row.alternating == ("0", "0", "0", "+1", "1")


def test_a_comparison_offers_reports_on_the_same_area_that_are_seen(client, area):
    report, other = issue(area=area), issue(area=area, day=date(2008, 1, 1))
    elsewhere = issue(area=AreaFactory(code="330305"))
    signed_in(client, "analyst", area)
    address = reverse("compare_report", args=[report.number])

    assert client.get(address, {"other": other.number}).status_code == 200
    for wrong in ({"other": elsewhere.number}, {"other": report.number}, {"day": "2008"}, {"day": "2008-13-13"},
                  {"day": "2008-01-01", "other": other.number}):  # fmt: skip
        for name in ("compare_report", "comparison_workbook"):
            answer = client.get(reverse(name, args=[report.number]), wrong)
            assert answer.status_code == 400
            assert "errorlist" in answer.content.decode()
    assert not AccessEntry.objects.filter(event=Event.EXPORTED).exists()


def test_a_long_list_is_cut_on_the_page_and_whole_in_the_download(client, area):
    report = issue(area=area)
    made = OrganizationFactory.create_batch(SHOWN + 2, area=area, established_on=date(2008, 6, 1))
    signed_in(client, "organizer", area)

    text = client.get(reverse("report", args=[report.number])).content.decode()
    assert "2 more are in the download." in text
    answer = client.get(reverse("comparison_workbook", args=[report.number]))
    records = openpyxl.load_workbook(BytesIO(answer.content))["Records"]
    assert {row[2].value for row in records.rows} >= {organization.code for organization in made}


# Downloads


def test_the_json_can_be_checked_by_who_does_not_see_members(client, area, corrected):
    signed_in(client, "analyst", area)
    answer = client.get(reverse("report_json", args=[corrected.number]))
    body = json.loads(answer.content)

    def digest(value):
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()

    assert digest(body["document"]) == body["digest"]["value"] == corrected.digest
    assert body["contents"]["organizations.by_kind.branch"]["keys"] == ["Z1"]
    for code, one in body["contents"].items():
        assert digest(one) == body["document"]["contents"][code]
    assert "members.full" in body["document"]["contents"]
    assert "members.full" not in body["contents"]
    assert answer["Content-Disposition"] == f'attachment; filename="{corrected.number}.json"'
    client.head(reverse("report_json", args=[corrected.number]))  # hands nothing out
    entry = AccessEntry.objects.get(event=Event.EXPORTED)
    assert (entry.subject, entry.detail) == (f"reports.report {corrected.pk}", "json")


def test_the_workbook_has_figures_with_definitions_and_the_records_counted(client, area, corrected):
    signed_in(client, "organizer", area)
    answer = client.get(reverse("report_workbook", args=[corrected.number]))
    book = openpyxl.load_workbook(BytesIO(answer.content))

    about = {row[0].value: row[1].value for row in book["Report"].rows}
    assert about["Digest (SHA-256)"] == corrected.digest
    figures = {row[0].value: [cell.value for cell in row] for row in book["Figures"].rows}
    assert figures["organizations.total"][1:4] == ["Party organizations", 1, "organizations"]
    assert ("members.full", "full members", "M-1") in list(book["Records"].values)


def test_no_cell_of_a_workbook_is_a_formula(client):
    area = AreaFactory(name="=1+1", name_en="\x0b=1+1")
    OrganizationFactory(code="-1", area=area)
    number = issue(area=area).number
    OrganizationFactory(code="+2", area=area)
    signed_in(client, "administrator")

    found = set()
    for name in ("report_workbook", "comparison_workbook"):
        book = openpyxl.load_workbook(BytesIO(client.get(reverse(name, args=[number])).content))
        cells = [cell for sheet in book for row in sheet.rows for cell in row]
        assert "f" not in {cell.data_type for cell in cells}
        found |= {cell.value for cell in cells}
    assert found >= {"'=1+1", "'-1", "'+2"}


def test_pages_take_the_same_statements_with_one_and_three(client, area):
    signed_in(client, "administrator")
    report = issue(area=area)
    addresses = [LIST, *(reverse(name, args=[report.number]) for name in ABOUT_ONE), ISSUE]

    def statements():
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address, {"day": "2009-01-01"}).status_code == 200
            counts.append(len(captured))
        return counts

    def more(number):
        for _ in range(number):
            organization = OrganizationFactory(area=area, covers=[EnterpriseFactory(area=area)])
            MemberFactory(organization=organization)
            issue(area=area)

    more(1)
    before = statements()
    more(2)
    assert statements() == before
