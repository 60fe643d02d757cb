"""Issuing a report: what is frozen, how it is numbered, that it stays."""

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from members.models import Membership
from reports.actions import DayToCome, RegisterChanged, issue_report
from reports.freezing import digest_of
from reports.models import Report
from stats.figures import Scale
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import START, AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.factories.reports import DAY, ISSUED_AT, issue

pytestmark = pytest.mark.django_db


def test_a_report_keeps_figures_definitions_texts_and_what_was_counted():
    area = AreaFactory(code="330304", name="瓯海区", name_en="Ouhai")
    enterprise = EnterpriseFactory(area=area, above_scale_from=START)
    organization = OrganizationFactory(area=area, covers=[enterprise])
    member = MemberFactory(organization=organization)
    by = UserFactory(username="zhang")

    report = Report.objects.get(pk=issue(area=area, scale=Scale.ABOVE, by=by).pk)

    assert (report.number, report.as_of, report.area, report.scale) == ("2008-001", DAY, area, "above")
    assert (report.issued_at, report.issued_by, report.issuer) == (ISSUED_AT, by, "zhang")
    assert report.figures["as_of"] == "2008-06-19"
    assert report.figures["area"] == {
        "code": "330304",
        "level": "district",
        "name": "瓯海区",
        "name_en": "Ouhai",
    }
    assert report.figures["organizations"]["total"] == report.figures["members"]["total"] == 1
    assert report.figures["coverage"]["work"] == {"numerator": 1, "denominator": 1, "rate": 1.0}
    defined = {one["code"]: one for one in report.definitions}
    assert defined["members.total"]["label"]["en"] == "Party members"
    assert defined["members.total"]["label"]["zh-hans"] == "党员"
    assert report.bulletins["en"].startswith("As of June 19, 2008,")
    assert "2008年6月19日" in report.bulletins["zh-hans"]
    assert report.counted["organizations.by_kind.branch"] == [organization.code]
    assert report.counted["members.full"] == [member.member_no]
    assert report.counted["enterprises.by_mode.standalone"] == [enterprise.uscc]


def test_the_digest_is_a_sha256_of_the_document_whose_parts_are_sorted():
    report = Report.objects.get(pk=issue().pk)
    text = json.dumps(report.document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    assert report.digest == sha256(text.encode()).hexdigest()
    assert report.is_intact


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "2008-002"),
        ("as_of", date(2007, 1, 1)),
        ("area_id", None),
        ("scale", Scale.ABOVE),
        ("issued_at", ISSUED_AT + timedelta(seconds=1)),
        ("issued_by_id", 0),
        ("issuer", "somebody"),
        ("figures", {}),
        ("definitions", []),
        ("bulletins", {"en": "more"}),
    ],
)
def test_the_digest_does_not_match_what_was_not_issued(field, value):
    report = issue(area=AreaFactory())
    setattr(report, field, value)

    assert not report.is_intact


def test_the_digest_matches_still_where_the_code_of_the_area_was_corrected():
    area = AreaFactory(code="330304")
    issue(area=area)
    area.code = "330305"
    area.save()

    assert Report.objects.get().is_intact


def test_the_digests_of_lists_do_not_tell_who_is_in_a_short_one():
    MemberFactory(member_no="M0001", organization=OrganizationFactory())
    first, second = issue(), issue()

    assert first.counted["members.full"] == second.counted["members.full"] == ["M0001"]
    digests = [report.document["contents"]["members.full"] for report in (first, second)]
    assert digest_of(["M0001"]) not in digests
    assert digests[0] != digests[1]
    salts = [one["salt"] for report in (first, second) for one in report.key_lists.values()]
    assert len(set(salts)) == len(salts)
    assert {len(salt) for salt in salts} == {32}


def test_an_empty_register_has_a_report():
    report = issue()

    assert report.figures["organizations"]["total"] == 0
    assert not any(report.counted.values())


def test_the_numbers_of_a_year_begin_with_one_and_the_year_is_that_of_the_site():
    by = UserFactory()
    new_year_there = datetime(2008, 12, 31, 16, 0, tzinfo=UTC)
    moments = [ISSUED_AT, new_year_there - timedelta(seconds=1), new_year_there, new_year_there]

    assert [issue(by=by, at=at).number for at in moments] == ["2008-001", "2008-002", "2009-001", "2009-002"]


def test_one_form_issues_one_report_and_another_form_another():
    by, key = UserFactory(), uuid4()

    first, again, other = issue(by=by, form_key=key), issue(by=by, form_key=key), issue(by=by)
    assert first.pk == again.pk
    assert [report.number for report in Report.objects.order_by("pk")] == [first.number, other.number]


@pytest.mark.postgresql  # SQLite locks no rows
def test_the_moment_of_a_report_is_that_of_its_reading_not_of_waiting_for_another():
    with CaptureQueriesContext(connection) as captured:
        report = issue_report(
            day=DAY,
            area=None,
            scale=Scale.ALL,
            by=UserFactory(),
            clock=lambda: ISSUED_AT + timedelta(seconds=sum("FOR UPDATE" in one["sql"] for one in captured)),
            form_key=uuid4(),
        )
    assert report.issued_at > ISSUED_AT


def test_a_day_to_come_has_no_report_and_takes_no_number():
    with pytest.raises(DayToCome):
        issue(day=date(2008, 6, 21))

    assert issue(day=date(2008, 6, 20)).number == "2008-001"


def test_a_change_between_its_statements_refuses_the_report_and_takes_no_number():
    organization = OrganizationFactory()
    done = []

    def meanwhile(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if "FROM orgs_designation" in sql and not done:  # the last statement of the figures
            done.append(True)
            MemberFactory(organization=organization)
        return answer

    with connection.execute_wrapper(meanwhile), pytest.raises(RegisterChanged):
        issue()
    assert Membership.objects.count() == 0
    assert issue().number == "2008-001"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE reports_report SET issuer = 'x'", "DELETE FROM reports_report"],
)
def test_the_database_refuses_to_change_or_delete_a_report_however_old(statement):
    issue()  # long before the three years after which the rest of the record may be removed

    refusal = pytest.raises(DatabaseError, match="what is recorded is not changed")
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Report.objects.get().is_intact


@pytest.mark.postgresql
def test_the_table_of_reports_is_not_emptied_at_once():
    refusal = pytest.raises(DatabaseError, match="what is recorded is not changed")
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE reports_report")


def test_issuing_takes_the_same_statements_at_any_size():
    by = UserFactory()

    def statements():
        with CaptureQueriesContext(connection) as captured:
            issue(by=by)
        return len(captured)

    statements()
    one = statements()
    for _ in range(3):
        MemberFactory(organization=OrganizationFactory(covers=[EnterpriseFactory()]))
    assert statements() == one
