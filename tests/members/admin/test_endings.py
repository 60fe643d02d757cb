"""Ending records from their pages: dissolve, close, end a membership."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from members.models import EndReason
from orgs.models import Kind
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in, send
from tests.factories.members import MemberFactory, MembershipFactory
from tests.factories.orgs import CoverageFactory, EnterpriseFactory, InstructorFactory, OrganizationFactory
from tests.factories.procedures import preview

pytestmark = pytest.mark.django_db


def address(name, row):
    return reverse(f"admin:{name}", args=[row.pk])


def staff(client, *permissions):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["see_everything", *permissions]))
    client.force_login(user)
    return user


def test_the_page_lists_what_will_end_and_changes_nothing(admin_client):
    coverage = CoverageFactory()
    ended = CoverageFactory(organization=coverage.organization, valid_to=date(2001, 1, 1))
    address_of_page = address("orgs_organization_dissolve", coverage.organization)
    opened = admin_client.get(address_of_page)
    assert opened.context["form"].initial["on"] == timezone.localdate()
    page = admin_client.post(address_of_page, filled_in(opened) | {"document": "5号", "reason": "合并"})
    assert coverage.enterprise.name in page.content.decode()
    assert ended.enterprise.name not in page.content.decode()
    coverage.organization.refresh_from_db()
    assert coverage.organization.dissolved_on is None


def test_dissolving_ends_the_organization_and_its_coverage(admin_client, admin_user):
    coverage, successor = CoverageFactory(), OrganizationFactory()
    data = {"on": "2008-06-30", "document": "5号", "reason": "企业搬迁", "successor": successor.pk}
    answer = send(admin_client, address("orgs_organization_dissolve", coverage.organization), data)

    assert answer.url == address("orgs_organization_change", coverage.organization)
    coverage.refresh_from_db()
    assert coverage.valid_to == coverage.organization.dissolved_on == date(2008, 6, 30)
    assert coverage.organization.successor == successor
    assert coverage.organization.history.latest().history_user == admin_user


def test_a_community_general_branch_is_dissolved_from_its_own_entry(admin_client):
    branch = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH)
    data = {"on": "2008-06-30", "document": "5号", "reason": "合并"}
    send(admin_client, address("orgs_communitygeneralbranch_dissolve", branch), data)
    branch.refresh_from_db()
    assert branch.dissolved_on == date(2008, 6, 30)
    assert branch.history.count() == 2


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"on": ""}, "on"), ({"on": "2008-06-31"}, "on"), ({"on": "2000-01-01"}, "on"), ({"reason": ""}, "reason"),
        ({"document": ""}, "document"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(admin_client, data, field):
    organization = OrganizationFactory()
    given = {"on": "2008-06-30", "document": "5号", "reason": "合并"} | data
    page = send(admin_client, address("orgs_organization_dissolve", organization), given)
    assert list(page.context["form"].errors) == [field]
    organization.refresh_from_db()
    assert organization.dissolved_on is None


def test_an_organization_with_members_is_not_dissolved_and_its_coverage_goes_on(admin_client):
    relation = MembershipFactory()
    coverage = CoverageFactory(organization=relation.organization)
    data = {"on": "2008-06-30", "document": "5号", "reason": "合并"}
    page = send(admin_client, address("orgs_organization_dissolve", relation.organization), data)
    assert "1 organizational relation lasts" in page.context["form"].errors["on"][0]
    coverage.refresh_from_db()
    assert coverage.valid_to is None


def test_who_opened_the_page_before_another_dissolved_it_is_told_by_whom(admin_client, admin_user):
    organization = OrganizationFactory()
    page = address("orgs_organization_dissolve", organization)
    data = filled_in(admin_client.get(page)) | {"on": "2008-06-30", "document": "5号", "reason": "合并"}
    send(admin_client, page, on="2008-06-30", document="5号", reason="合并")
    told = admin_client.post(page, data | {"on": "2009-01-01"})

    changes = told.context["stale"].changes
    assert {change.by for change in changes} == {admin_user}
    fields = {field.label: (field.old, field.new) for change in changes for field in change.fields}
    assert fields["Dissolved on"] == ("", "June 30, 2008")
    assert 'value="2009-01-01"' in told.content.decode()
    organization.refresh_from_db()
    assert organization.dissolved_on == date(2008, 6, 30)


def test_an_ending_that_does_not_tell_what_the_record_was_like_is_refused(admin_client):
    organization = OrganizationFactory()
    for changes in ({}, {"changes": ""}, {"changes": "x"}):
        data = {"on": "2008-06-30", "document": "5号", "reason": "合并"} | changes
        page = admin_client.post(address("orgs_organization_dissolve", organization), data)
        assert "does not tell what the record was like" in page.content.decode()
    organization.refresh_from_db()
    assert organization.dissolved_on is None


def test_the_page_of_what_is_ended_already_tells_so(admin_client):
    organization = OrganizationFactory()
    page = address("orgs_organization_dissolve", organization)
    send(admin_client, page, on="2008-06-30", document="5号", reason="合并")
    answer = admin_client.get(page)
    assert answer.url == address("orgs_organization_change", organization)
    assert any("not possible for the record" in str(message) for message in get_messages(answer.wsgi_request))
    page = admin_client.get(address("orgs_organization_change", organization))
    assert "Dissolve…" not in page.content.decode()


@pytest.mark.parametrize(
    ("factory", "page", "end"),
    [
        (EnterpriseFactory, "orgs_enterprise", "closed_on"),
        (OrganizationFactory, "orgs_organization", "dissolved_on"),
        (MemberFactory, "members_member", "ended_on"),
    ],
)
def test_a_page_opened_before_the_end_does_not_take_it_back(admin_client, factory, page, end):
    record = factory()
    data = filled_in(admin_client.get(address(f"{page}_change", record)))
    setattr(record, end, date(2008, 6, 30))
    record.save()
    answer = admin_client.post(address(f"{page}_change", record), data | {"name": "新名"})
    assert "changed after you opened this page" in answer.content.decode()
    record.refresh_from_db()
    assert record.name != "新名"
    assert getattr(record, end) == date(2008, 6, 30)


def test_a_corrected_day_of_dissolution_must_fit_the_relations(admin_client):
    organization = OrganizationFactory(dissolved_on=date(2008, 6, 30))
    MembershipFactory(organization=organization, valid_to=date(2008, 6, 30))
    page = address("orgs_organization_change", organization)
    data = filled_in(admin_client.get(page))
    refused = admin_client.post(page, data | {"dissolved_on": "2008-06-29"})
    assert list(refused.context["adminform"].form.errors) == ["dissolved_on"]
    assert admin_client.post(page, data | {"dissolved_on": "2008-07-01"}).status_code == 302


def test_the_page_lists_fifty_and_counts_the_rest(admin_client):
    organization = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=EnterpriseFactory.create_batch(51))
    page = preview(admin_client, organization, "dissolve", document="5号", reason="合并")
    (coverage,) = [part for part in page.context["outcome"].rows if part.table == "orgs_coverage"]
    assert (len(coverage.shown), coverage.more) == (50, 1)


@pytest.mark.parametrize(
    ("name", "factory"),
    [("enterprise", EnterpriseFactory), ("organization", OrganizationFactory)],
)
def test_only_who_may_see_members_is_led_to_them(client, name, factory):
    page = address(f"orgs_{name}_change", factory())
    staff(client, f"view_{name}")
    assert "/admin/members/member/?" not in client.get(page).content.decode()
    staff(client, f"view_{name}", "view_member")
    assert "/admin/members/member/?" in client.get(page).content.decode()


def test_only_who_may_change_an_organization_may_dissolve_it(client):
    organization = OrganizationFactory()
    staff(client, "view_organization")
    data = {"on": "2008-06-30", "document": "5号", "reason": "合并"}
    assert client.get(address("orgs_organization_dissolve", organization)).status_code == 403
    assert client.post(address("orgs_organization_dissolve", organization), data).status_code == 403
    assert "Dissolve…" not in client.get(address("orgs_organization_change", organization)).content.decode()
    organization.refresh_from_db()
    assert organization.dissolved_on is None
    staff(client, "change_organization")
    assert "Dissolve…" in client.get(address("orgs_organization_change", organization)).content.decode()
    assert send(client, address("orgs_organization_dissolve", organization), data).status_code == 302


def test_a_visitor_is_sent_to_sign_in(client):
    organization = OrganizationFactory()
    answer = client.post(
        address("orgs_organization_dissolve", organization), {"on": "2008-06-30", "reason": "x"}
    )
    assert answer.url.startswith("/admin/login/")
    organization.refresh_from_db()
    assert organization.dissolved_on is None


def test_closing_an_enterprise_ends_its_coverage_and_instructors(admin_client):
    coverage = CoverageFactory()
    instructor = InstructorFactory(enterprise=coverage.enterprise)
    said = {"on": "2008-06-30", "document": "党字1号", "dissolve_organizations": "on"}
    page = preview(admin_client, coverage.enterprise, "close", **said)
    assert coverage.organization.name in page.content.decode()
    assert instructor.name in page.content.decode()
    send(admin_client, address("orgs_enterprise_close", coverage.enterprise), said)
    instructor.refresh_from_db()
    assert instructor.enterprise.closed_on == instructor.valid_to == date(2008, 6, 30)


def test_an_enterprise_does_not_close_before_it_is_registered(admin_client):
    enterprise = EnterpriseFactory()
    page = send(admin_client, address("orgs_enterprise_close", enterprise), {"on": "1999-01-01"})
    assert list(page.context["form"].errors) == ["on"]


def test_ending_a_membership_ends_the_relation(admin_client):
    relation = MembershipFactory()
    data = {"on": "2008-06-30", "reason": "resignation"}
    send(admin_client, address("members_member_end", relation.member), data)
    relation.refresh_from_db()
    assert (relation.member.ended_on, relation.valid_to) == (date(2008, 6, 30), date(2008, 6, 30))
    assert relation.member.ended_reason == EndReason.RESIGNATION


def test_the_end_of_a_membership_needs_a_reason(admin_client):
    member = MemberFactory()
    page = send(admin_client, address("members_member_end", member), {"on": "2008-06-30", "reason": ""})
    assert list(page.context["form"].errors) == ["reason"]


def test_a_record_that_does_not_exist_is_not_found(admin_client):
    assert admin_client.get(reverse("admin:members_member_end", args=[99])).status_code == 404
