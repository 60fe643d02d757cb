"""Administrators search the record; nobody else sees it, nobody changes it."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.roles import Role
from record.changes import tables_of_history
from record.log import note
from record.models import AccessEntry, Event
from record.origin import Origin
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory

pytestmark = pytest.mark.django_db

CHANGES = "/admin/record/accessentry/changes/"


@pytest.fixture
def administrator(client):
    user = UserFactory(is_staff=True, username="chief")
    user.groups.add(Group.objects.get(name=Role.ADMINISTRATOR))
    client.force_login(user)
    return user


def shown(client, **asked):
    answer = client.get(CHANGES, asked)
    assert answer.status_code == 200
    return answer.context["rows"]


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.REVIEWER, Role.ANALYST])
def test_the_record_is_the_administrators_alone(client, role):
    user = UserFactory(is_staff=True, area=AreaFactory())
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    entry = note(Event.SIGN_IN)
    for address in (
        CHANGES,
        reverse("admin:record_accessentry_changelist"),
        reverse("admin:record_accessentry_change", args=[entry.pk]),
        reverse("admin:record_accessentry_history", args=[entry.pk]),
    ):
        assert client.get(address).status_code == 403


def test_what_was_refused_is_noted_by_its_route_alone(client, administrator):
    client.get("/admin/members/member/99999/change/")
    entry = AccessEntry.objects.get(event=Event.REFUSED)
    assert (entry.user, entry.detail) == (administrator, "404 GET admin:members_member_change")
    assert entry.client_address == "127.0.0.1"
    client.logout()
    client.get("/admin/members/member/99999/change/")
    assert AccessEntry.objects.filter(event=Event.REFUSED).count() == 1


def test_the_log_is_searched_by_name_subject_address_and_request(client, administrator):
    other = UserFactory(username="someone")
    entry = note(Event.REVEALED, user=other, subject=other, reason="a check")
    note(Event.SIGN_IN, user=administrator)
    address = reverse("admin:record_accessentry_changelist")
    for term in ("someone", f"accounts.user {other.pk}", entry.request_id):
        found = list(client.get(address, {"q": term}).context["cl"].result_list)
        assert entry in found
    assert entry not in client.get(address, {"q": "chief"}).context["cl"].result_list
    only = client.get(address, {"event__exact": "revealed"}).context["cl"].result_list
    assert list(only) == [entry]


def test_an_entry_is_read_and_not_changed(client, administrator):
    entry = note(Event.REVEALED, subject="members.member 7", reason="a check")
    page = reverse("admin:record_accessentry_change", args=[entry.pk])
    assert "a check" in client.get(page).content.decode()
    assert client.post(page, {"reason": "another"}).status_code == 403
    assert client.get(reverse("admin:record_accessentry_add")).status_code == 403


class TestChanges:
    def test_newest_first_with_who_and_what_they_lead_to(self, client, administrator):
        enterprise = EnterpriseFactory()
        enterprise._history_user = administrator
        enterprise.save()
        first = shown(client)[0]
        assert first["change"].history_user == administrator
        assert first["address"] == reverse("admin:orgs_enterprise_history", args=[enterprise.pk])
        assert client.get(first["address"]).status_code == 200

    def test_of_one_user(self, client, administrator):
        EnterpriseFactory()
        assert shown(client, user="chief") == []
        assert shown(client, user="nobody of this name") == []
        enterprise = EnterpriseFactory()
        enterprise._history_user = administrator
        enterprise.save()
        assert len(shown(client, user="chief")) == 1

    def test_of_one_request(self, client, administrator):
        EnterpriseFactory()
        entry = enterprise_of(Origin(request_id="f" * 32))
        rows = shown(client, request_id="f" * 32)
        assert [row["change"].pk for row in rows] == [entry.pk]

    def test_of_one_table_and_of_days(self, client, administrator):
        EnterpriseFactory()
        rows = shown(client, table="orgs_historicalenterprise")
        assert len(rows) == 1
        assert shown(client, table="orgs_historicalenterprise", until="2020-01-01") == []
        assert shown(client, table="orgs_historicalenterprise", since="2999-01-01") == []
        assert (
            len(shown(client, table="orgs_historicalenterprise", since="2020-01-01", until="9999-12-31")) == 1
        )

    def test_page_by_page_each_once(self, client, administrator):
        EnterpriseFactory.create_batch(60)
        answer = client.get(CHANGES, {"table": "orgs_historicalenterprise"})
        first = [row["change"].pk for row in answer.context["rows"]]
        answer = client.get(f"{CHANGES}?{answer.context['older']}")
        second = [row["change"].pk for row in answer.context["rows"]]
        assert (len(first), len(second), answer.context["older"]) == (50, 10, "")
        assert not set(first) & set(second)

    def test_what_is_no_question_is_told_at_the_field(self, client, administrator):
        answer = client.get(CHANGES, {"since": "yesterday", "table": "users", "before": "x"})
        assert set(answer.context["form"].errors) == {"since", "table", "before"}

    @pytest.mark.parametrize("count", [1, 3])
    def test_in_as_many_statements_whatever_there_is(
        self, client, administrator, count, django_assert_max_num_queries
    ):
        EnterpriseFactory.create_batch(count)
        with django_assert_max_num_queries(len(tables_of_history()) + 8):
            client.get(CHANGES)


def enterprise_of(origin):
    """The history row of an enterprise that was changed by the request of `origin`."""
    enterprise = EnterpriseFactory()
    row = enterprise.history.model(
        **{
            field.attname: getattr(enterprise, field.attname)
            for field in enterprise.history.model.tracked_fields
        },
        history_date=enterprise.history.get().history_date,
        history_type="~",
        request_id=origin.request_id,
    )
    row.save()
    return row
