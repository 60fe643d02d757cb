"""The list of applications in the API: for staff who review, of their area, without drafts."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from applications.actions.applying import withdraw
from applications.actions.reviewing import return_application
from applications.models import Formation, Reason, State
from tests.factories.accounts import UserFactory
from tests.factories.api import keys, signed_in, staff_client, token_client
from tests.factories.applications import SUBMITTED_ON, application_in
from tests.factories.orgs import AreaFactory

pytestmark = pytest.mark.django_db

LIST = "/api/v1/applications/"
VIEW = "applications.view_application"
PHONE, MAIL = "13812345678", "wang@example.com"


def found(client, **parameters):
    return keys(client.get(LIST, parameters), "reference")


def detail(client, record):
    answer = client.get(f"{LIST}{record.reference}/")
    assert answer.status_code == 200
    return answer.json()


def test_a_row_tells_who_asks_for_what_and_how_far_it_has_come():
    by = UserFactory(role="administrator")
    record = application_in(State.APPROVED, by=by, formation=Formation.JOINT)
    (row,) = signed_in(VIEW).get(LIST).json()["results"]
    assert row == {
        "reference": record.reference, "state": "approved", "uscc": record.uscc,
        "enterprise_name": record.enterprise_name, "area": record.area.code, "formation": "joint", "place": "",
        "organization_name": record.organization_name, "neighbours": ["邻居"], "full_members": 3,
        "probationary_members": 0, "submitted_on": "2026-03-02", "due_on": "2026-04-02",
        "assigned_to": by.username, "decided_on": "2026-03-02", "approval_number": "组〔2026〕1号",
        "filed_on": None, "organization": None,
    }  # fmt: skip


def test_a_detail_names_persons_to_whoever_reviews_and_masks_contacts():
    record = application_in(State.SUBMITTED, contact_phone=PHONE, contact_mail=MAIL)
    told = detail(signed_in(VIEW), record)
    assert told["contact_name"] == "联系人"
    assert told["contact_phone"].endswith("5678")
    assert told["persons"][0] == {
        "name": "申请人1", "stage": "full", "since": "2010-01-01", "is_secretary": True,
    }  # fmt: skip
    assert PHONE not in str(told)
    assert MAIL not in str(told)
    rows = signed_in(VIEW, "members.view_member").get(LIST).content.decode()
    for personal in ("申请人1", "联系人", "5678"):
        assert personal not in rows


def test_a_detail_tells_what_happened_so_far():
    by = UserFactory(role="administrator")
    record = application_in(State.IN_REVIEW, by=by)
    reasons = [Reason.FILE_MISSING, Reason.OTHER]
    return_application(application=record, reasons=reasons, note="请补", staff_note="已电", by=by)
    events = detail(signed_in(VIEW), record)["events"]
    assert [event["move"] for event in events] == ["submit", "take_up", "return"]
    assert [event["by"] for event in events] == [None, by.username, by.username]
    last = events[-1]
    assert date.fromisoformat(last.pop("at")[:10]) == timezone.localdate()
    assert last == {
        "number": 3, "move": "return", "from_state": "in_review", "to_state": "returned", "by": by.username,
        "reasons": ["file_missing", "other"], "note": "请补", "staff_note": "已电",
    }  # fmt: skip


def test_drafts_are_nowhere():
    draft = application_in(State.DRAFT)
    client = signed_in(VIEW)
    assert found(client) == []
    assert client.get(LIST, {"state": "draft"}).status_code == 400
    assert client.get(f"{LIST}{draft.reference}/").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"), [("administrator", 200), ("organizer", 200), ("reviewer", 200), ("analyst", 403)]
)
def test_the_list_is_for_those_who_review(role, status):
    area = AreaFactory(code="330304001")
    record = application_in(State.SUBMITTED, area=area)
    application_in(State.SUBMITTED, area=AreaFactory(code="330304002"))
    client = staff_client(role, area)
    assert client.get(LIST).status_code == client.get(f"{LIST}{record.reference}/").status_code == status
    if role in ("organizer", "reviewer"):
        assert found(client) == [record.reference]


def test_who_may_only_look_moves_nothing():
    record = application_in(State.SUBMITTED)
    client = signed_in(VIEW)
    address = f"{LIST}{record.reference}/"
    etag = client.get(address).headers["ETag"]
    assert client.post(f"{address}take-up/", {}, headers={"If-Match": etag}).status_code == 403


def test_the_list_is_filtered():
    area = AreaFactory(code="330304001")
    by = UserFactory(role="administrator", username="wang")
    mine = application_in(State.IN_REVIEW, by=by, area=AreaFactory(code="330304001001"))
    joint = application_in(State.SUBMITTED, formation=Formation.JOINT, area=AreaFactory(code="330304002"))
    client = signed_in(VIEW)
    assert found(client, state="in_review") == found(client, formation="own") == [mine.reference]
    assert found(client, assigned_to="wang") == found(client, area=area.code) == [mine.reference]
    assert found(client, formation="joint") == [joint.reference]
    assert found(client, assigned_to="li") == []
    for text in (mine.reference, mine.enterprise_name, mine.uscc.lower()):
        assert found(client, search=text) == [mine.reference], text
    assert found(client, search="申请人1") == []
    for wrong in ({"state": "x"}, {"formation": "x"}, {"area": "9"}, {"on": "x"}, {"assigned": "me"}):
        answer = client.get(LIST, wrong)
        assert (answer.status_code, list(answer.json())) == (400, list(wrong))


def test_on_a_day_those_are_under_way_that_were_submitted_and_not_decided_or_withdrawn_by_then():
    client, later = signed_in(VIEW), SUBMITTED_ON + timedelta(days=5)
    waits = application_in(State.SUBMITTED)
    decided = application_in(State.APPROVED)
    decided.decided_on = later
    decided.save()
    withdrawn = application_in(State.SUBMITTED)
    withdraw(application=withdrawn, reason="")
    everything = [waits.reference, decided.reference, withdrawn.reference]
    assert found(client, on=str(SUBMITTED_ON - timedelta(days=1))) == []
    assert found(client, on=str(SUBMITTED_ON)) == everything
    assert found(client, on=str(later)) == [waits.reference, withdrawn.reference]
    today = timezone.localdate()
    assert found(client, on=str(today - timedelta(days=1))) == [waits.reference, withdrawn.reference]
    assert found(client, on=str(today)) == [waits.reference]


def test_the_list_is_ordered_by_its_days_and_the_queue_by_the_day_of_decision():
    late, early = (application_in(State.SUBMITTED, on=date(2026, month, 1)) for month in (5, 4))
    client = signed_in(VIEW)
    assert found(client, ordering="due_on") == [early.reference, late.reference]
    assert found(client, ordering="-submitted_on") == [late.reference, early.reference]


def test_a_version_is_that_of_the_last_move():
    user = UserFactory(is_staff=True, role="administrator")
    client = token_client(user)
    record = application_in(State.SUBMITTED)
    address = f"{LIST}{record.reference}/"
    read = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": read}).status_code == 304
    assert client.post(f"{address}take-up/", {}, format="json").status_code == 428
    answer = client.post(f"{address}take-up/", {}, format="json", headers={"If-Match": read})
    assert (answer.status_code, answer.headers["ETag"]) == (200, client.get(address).headers["ETag"])
    stale = client.post(f"{address}hand-back/", {}, format="json", headers={"If-Match": read})
    assert stale.status_code == 412
    assert "state" in stale.json()["changes"][0]["fields"]
    assert detail(client, record)["assigned_to"] == user.username


def test_a_list_costs_the_same_statements_for_three_rows_as_for_one(django_assert_num_queries):
    client = signed_in(VIEW)
    application_in(State.SUBMITTED, formation=Formation.JOINT)
    client.get(LIST)
    with django_assert_num_queries(8) as cost:
        client.get(LIST)
    for _time in range(2):
        application_in(State.IN_REVIEW, formation=Formation.JOINT)
    with django_assert_num_queries(len(cost)):
        client.get(LIST)
