"""The queue of applications in the admin, and the page of each beside the register."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications.actions.applying import add_file, supplement
from applications.actions.reviewing import return_application, take_up
from applications.models import Application, Formation, MediaType, Reason, State
from orgs.models import Kind
from tests.factories.accounts import UserFactory
from tests.factories.applications import SUBMITTED_ON, application_in
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/applications/application/"
PHONE, MAIL = "13812345678", "wang@example.com"


@pytest.fixture
def area():
    return AreaFactory(code="330304001")


@pytest.fixture
def reviewer(client, area):
    """Who reviews, signed in."""
    user = UserFactory(is_staff=True, role="reviewer", area=area)
    client.force_login(user)
    return user


def application_of(area, state=State.SUBMITTED, **said):
    enterprise = said.pop("enterprise", None) or EnterpriseFactory(area=area)
    return application_in(state, area=area, enterprise=enterprise, **{"on": timezone.localdate()} | said)


def listed(client, **parameters):
    answer = client.get(LIST, parameters)
    assert answer.status_code == 200
    return [row.reference for row in answer.context["cl"].result_list]


def page(client, record):
    answer = client.get(reverse("admin:applications_application_change", args=[record.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


# The queue


def test_the_queue_shows_who_asks_for_what_how_long_and_by_when(client, reviewer, area):
    today = timezone.localdate()
    record = application_of(area, on=today - timedelta(days=12))
    text = client.get(LIST).content.decode()
    for told in (record.reference, record.enterprise_name, area.name, "a branch of its own", ">12<"):
        assert told in text
    assert "overdue</td>" not in text


def test_what_is_overdue_is_told_in_words_and_comes_first(client, reviewer, area):
    today = timezone.localdate()
    young, old = application_of(area), application_of(area, on=today - timedelta(days=90))
    assert listed(client) == [old.reference, young.reference]
    assert client.get(LIST).content.decode().count(" · overdue") == 1
    assert listed(client, overdue="yes") == [old.reference]
    waits_for_the_applicant = application_of(area, State.RETURNED, on=today - timedelta(days=90))
    assert waits_for_the_applicant.reference not in listed(client, overdue="yes")


def test_open_ones_are_listed_unless_a_state_is_chosen_and_drafts_never(client, reviewer, area):
    records = {state: application_of(area, state) for state in State}
    open_ones = {State.SUBMITTED, State.IN_REVIEW, State.RETURNED, State.APPROVED}
    assert set(listed(client)) == {records[state].reference for state in open_ones}
    everything = {record.reference for record in records.values()} - {None}
    assert set(listed(client, state="all")) == everything
    for state, record in records.items():
        if state != State.DRAFT:
            assert listed(client, state=state.value) == [record.reference]
    assert set(listed(client, state="draft")) <= set()


def test_the_queue_is_filtered_by_who_reviews_and_by_area(client, reviewer, area):
    mine, others, nobodys = (application_of(area) for _time in range(3))
    take_up(application=mine, by=reviewer)
    take_up(application=others, by=UserFactory(role="reviewer", area=area))
    assert listed(client, assigned="me") == [mine.reference]
    assert listed(client, assigned="nobody") == [nobodys.reference]
    community = AreaFactory(code="330304001001")
    there = application_of(community)
    assert listed(client, area=community.pk) == [there.reference]
    assert len(listed(client, area=area.pk)) == 4


def test_the_queue_is_searched_by_reference_name_and_credit_code(client, reviewer, area):
    record, _other = application_of(area), application_of(area)
    for text in (record.reference, record.enterprise_name, record.uscc):
        assert listed(client, q=text) == [record.reference], text
    assert listed(client, q="申请人1") == []


def test_another_area_is_not_in_the_queue(client, reviewer):
    record = application_of(AreaFactory(code="330304002"))
    assert listed(client) == []
    address = reverse("admin:applications_application_change", args=[record.pk])
    assert client.get(address).status_code == 404


def test_the_queue_costs_the_same_statements_for_three_rows_as_for_one(client, reviewer, area):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    take_up(application=application_of(area), by=reviewer)
    statements()
    one = statements()
    for _time in range(2):
        take_up(application=application_of(AreaFactory(code=f"33030400100{_time}")), by=UserFactory())
    assert len(listed(client)) == 3
    assert statements() == one


def test_the_index_leads_to_the_queue(client, reviewer):
    assert LIST in client.get("/admin/").content.decode()
    assert client.get("/admin/applications/").status_code == 200


# The page


def test_the_page_tells_what_the_applicant_says_with_contacts_masked(client, reviewer, area):
    record = application_of(
        area, State.RETURNED, formation=Formation.JOINT, contact_phone=PHONE, contact_mail=MAIL
    )
    file = add_file(application=record, title="申请书", media_type=MediaType.PDF, content=b"%PDF-1.7")
    text = page(client, record)
    for told in ("申请人1", "proposed as secretary", "Jan. 1, 2010", "邻居", "联系人", "申请书"):
        assert told in text, told
    assert f"/applications/files/{file.key}/" in text
    assert PHONE not in text
    assert MAIL not in text
    for column in ("contact_phone", "contact_mail"):
        assert reverse("admin:applications_application_reveal", args=[record.pk, column]) in text


def test_a_contact_is_revealed_for_a_reason_to_who_reviews(client, reviewer, area):
    record = application_of(area, contact_phone=PHONE)
    address = reverse("admin:applications_application_reveal", args=[record.pk, "contact_phone"])
    assert PHONE not in client.get(address).content.decode()
    assert PHONE in client.post(address, {"reason": "核对申请材料"}).content.decode()
    analyst = UserFactory(is_staff=True, role="analyst", area=area)
    client.force_login(analyst)
    assert client.get(address).status_code == 403


def test_a_reviewer_learns_numbers_of_the_registers_members_and_an_organizer_names(client, reviewer, area):
    record = application_of(area)
    other = OrganizationFactory(area=area)
    member = MemberFactory(name="欧阳申请", employer=record.enterprise, organization=other)
    record.members.filter(is_secretary=True).update(name="欧阳申请")
    text = page(client, record)
    assert "<dt>Full members</dt><dd>1</dd>" in text
    assert "is a member of" not in text
    assert member.member_no not in text
    client.force_login(UserFactory(is_staff=True, role="organizer", area=area))
    text = page(client, record)
    assert member.member_no in text
    assert f"{member}</a> · full member" in text
    assert f"is a member of {other}" in text
    assert reverse("admin:members_member_change", args=[member.pk]) in text


def test_whose_membership_ended_does_not_work_there_as_a_member(client, area):
    record = application_of(area)
    ended = MemberFactory(employer=record.enterprise, ended_on=timezone.localdate())
    client.force_login(UserFactory(is_staff=True, role="administrator"))
    assert ended.member_no not in page(client, record)


def test_the_page_shows_enterprise_neighbours_community_branches_and_earlier_applications(client, reviewer):
    community, next_door = AreaFactory(code="330304001001"), AreaFactory(code="330304001002")
    record = application_of(community, State.WITHDRAWN)
    again = application_of(community, enterprise=record.enterprise)
    neighbours = [EnterpriseFactory(area=community) for _time in range(11)]
    covered = EnterpriseFactory(area=community)
    OrganizationFactory(area=community, covers=[covered])
    branch = OrganizationFactory(area=community, kind=Kind.COMMUNITY_GENERAL_BRANCH)
    far = OrganizationFactory(area=next_door, kind=Kind.COMMUNITY_GENERAL_BRANCH)
    elsewhere = EnterpriseFactory(area=next_door)
    answer = client.get(reverse("admin:applications_application_change", args=[again.pk]))
    text = answer.content.decode()
    assert reverse("admin:orgs_enterprise_change", args=[record.enterprise.pk]) in text
    assert [row for row, _address in answer.context["neighbour_links"]] == neighbours[:10]
    assert answer.context["community_links"] == [
        (branch, reverse("admin:orgs_communitygeneralbranch_change", args=[branch.pk]))
    ]
    assert [row for row, _address in answer.context["earlier_links"]] == [record]
    for absent in (covered, elsewhere, far):
        assert str(absent) not in text


def test_what_lies_in_another_area_is_named_but_leads_nowhere(client, reviewer, area):
    district = OrganizationFactory(area=AreaFactory(code="330304"), kind=Kind.COMMUNITY_GENERAL_BRANCH)
    answer = client.get(reverse("admin:applications_application_change", args=[application_of(area).pk]))
    assert answer.context["community_links"] == [(district, "")]


def test_the_page_tells_what_happened_with_reasons_and_both_notes(client, reviewer, area):
    record = application_of(area)
    take_up(application=record, by=reviewer)
    return_application(
        application=record,
        reasons=[Reason.FILE_MISSING],
        note="请补申请书",
        staff_note="电话已通",
        by=reviewer,
    )
    supplement(application=record, answer="已补上", on=SUBMITTED_ON)
    text = page(client, record)
    for told in (
        "a document is missing",
        "请补申请书",
        "电话已通",
        "已补上",
        reviewer.username,
        "the applicant",
    ):
        assert told in text, told


def test_the_page_warns_with_the_source_of_the_rule(client, reviewer, area):
    text = page(client, application_of(area))
    assert "The register knows 0 full members there" in text
    assert "党章" in text or "Constitution" in text


def test_what_an_applicant_says_is_shown_as_text(client, reviewer, area):
    script = "<script>alert(1)</script>"
    record = application_of(area, organization_name=script, contact_name=script)
    record.members.update(name=script)
    assert script not in page(client, record)


def test_nothing_of_an_application_is_written_or_removed_by_the_page(client, area):
    client.force_login(UserFactory(is_staff=True, role="administrator"))
    record = application_of(area)
    address = reverse("admin:applications_application_change", args=[record.pk])
    assert client.post(address, {"state": "founded", "enterprise_name": "x"}).status_code == 403
    assert client.get(reverse("admin:applications_application_delete", args=[record.pk])).status_code == 403
    assert client.get(reverse("admin:applications_application_add")).status_code == 403
    before = record.enterprise_name
    assert Application.objects.get(pk=record.pk).enterprise_name == before


def test_the_history_of_an_application_names_no_contact(client, area):
    client.force_login(UserFactory(is_staff=True, role="administrator"))
    record = application_of(area, State.IN_REVIEW, contact_name="某联系人", contact_phone=PHONE)
    text = client.get(reverse("admin:applications_application_history", args=[record.pk])).content.decode()
    assert "in review" in text
    assert "某联系人" not in text
    assert PHONE not in text
