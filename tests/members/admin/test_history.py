"""The history page: a record's own changes and those of its periods."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from orgs.admin.history import HistoryAdmin
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in, with_row
from tests.factories.members import MembershipFactory
from tests.factories.orgs import EnterpriseFactory, InstructorFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


def history(client, name, row):
    return client.get(reverse(f"admin:{name}_history", args=[row.pk])).context["page"].object_list


def test_it_tells_who_changed_what_of_the_record_and_of_its_periods(admin_client, admin_user):
    organization = OrganizationFactory(covers=[EnterpriseFactory()])
    address = reverse("admin:orgs_organization_change", args=[organization.pk])
    data = filled_in(admin_client.get(address)) | {
        "approval_number": "瓯组1号",
        "kinds-0-valid_to": "2008-01-01",
    }
    admin_client.post(address, with_row(data, "kinds", kind="committee", valid_from="2008-01-01"))

    changes = history(admin_client, "orgs_organization", organization)
    told = {
        (change.record, change.deed, field.label, field.old, field.new)
        for change in changes
        if change.by == admin_user
        for field in change.fields
    }
    assert told == {
        ("Party organization", "Changed", "Approval number", "", "瓯组1号"),
        ("Kind of an organization", "Changed", "Until", "", "Jan. 1, 2008"),
        ("Kind of an organization", "Created", "Kind", "", "Party committee"),
        ("Kind of an organization", "Created", "From", "", "Jan. 1, 2008"),
    }
    assert {change.record for change in changes} >= {"Coverage"}


def test_it_does_not_mix_the_changes_of_two_records(admin_client):
    relation, other = MembershipFactory(), MembershipFactory()
    relation.valid_to = date(2008, 1, 1)
    relation.save()
    assert len(history(admin_client, "members_member", relation.member)) == 3
    assert len(history(admin_client, "members_member", other.member)) == 2


def test_it_asks_as_many_questions_for_many_changes_as_for_one(
    admin_client, django_assert_num_queries, django_assert_max_num_queries
):
    relation = MembershipFactory()
    address = reverse("admin:members_member_history", args=[relation.member_id])
    admin_client.get(address)
    with django_assert_max_num_queries(6) as asked:  # session, user, member, two histories
        admin_client.get(address)
    for year in (2005, 2006, 2007):
        relation.valid_to = date(year, 1, 1)
        relation.save()
    with django_assert_num_queries(len(asked)):
        admin_client.get(address)


def test_older_changes_stand_on_the_next_page(admin_client, monkeypatch):
    monkeypatch.setattr(HistoryAdmin, "history_per_page", 2)
    relation = MembershipFactory()
    relation.valid_to = date(2008, 1, 1)
    relation.save()
    address = reverse("admin:members_member_history", args=[relation.member_id])
    pages = [admin_client.get(address, {"p": number}).context["page"] for number in (1, 2)]
    deeds = [[(change.record, change.deed) for change in page] for page in pages]
    assert deeds == [
        [("Organizational relation", "Changed"), ("Organizational relation", "Created")],
        [("Member", "Created")],
    ]


def test_periods_that_the_reader_may_not_see_are_left_out(client):
    instructor = InstructorFactory()
    reader = UserFactory(is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__in=["view_enterprise", "see_everything"]))
    client.force_login(reader)
    assert {change.record for change in history(client, "orgs_enterprise", instructor.enterprise)} == {
        "Enterprise"
    }


def test_who_may_not_see_the_record_does_not_see_its_history(client):
    reader = UserFactory(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="see_everything"))
    client.force_login(reader)
    relation = MembershipFactory()
    assert client.get(reverse("admin:members_member_history", args=[relation.member_id])).status_code == 403
