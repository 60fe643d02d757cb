"""Two editors at once: one waits, or is told; nobody meets an error page."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from simple_history.utils import bulk_update_with_history

from orgs.actions.enterprise import AlreadyClosed, close_enterprise
from orgs.admin.meanwhile import SHOWN
from orgs.admin.organization import OrganizationBaseAdmin
from orgs.admin.periods import PeriodFormSet
from orgs.models import Coverage, Enterprise, Instructor, Kind, Organization
from orgs.versions import version_of
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in, send, with_row
from tests.factories.members import MemberFactory
from tests.factories.orgs import CoverageFactory, EnterpriseFactory, InstructorFactory, OrganizationFactory
from tests.factories.turns import at_once, in_turn

PERIODS = OrganizationBaseAdmin.history_of_periods


def signed_in():
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def change_address(organization):
    return reverse("admin:orgs_organization_change", args=[organization.pk])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_a_second_enterprise_to_a_standalone_branch_exactly_one_wins():
    organization = OrganizationFactory()
    forms = []
    for enterprise in EnterpriseFactory.create_batch(2):
        client = signed_in()
        data = filled_in(client.get(change_address(organization)))
        data = with_row(data, "coverage", enterprise=enterprise.pk, valid_from="2008-01-01")
        forms.append((client, data))

    answers = at_once(
        *(lambda c=client, d=data: c.post(change_address(organization), d) for client, data in forms)
    )

    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert Coverage.objects.count() == 1
    lost, won = sorted(answers, key=lambda answer: answer.status_code)
    assert [change.model for change in lost.context["stale"].changes] == [Coverage]
    assert lost.context["stale"].changes[0].by == won.wsgi_request.user


@pytest.mark.django_db(transaction=True)
def test_of_two_who_make_each_the_superior_of_the_other_at_most_one_wins():
    first, second = OrganizationFactory.create_batch(2)
    forms = []
    for organization, superior in ((first, second), (second, first)):
        client = signed_in()
        data = filled_in(client.get(change_address(organization))) | {"superior": superior.pk}
        forms.append((client, change_address(organization), data))

    answers = at_once(*(lambda f=form: f[0].post(f[1], f[2]) for form in forms))

    assert 302 in {answer.status_code for answer in answers}
    assert {answer.status_code for answer in answers} <= {200, 302}
    assert Organization.objects.filter(superior__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_coverage_entered_while_its_enterprise_closes_ends_with_it():
    organization, enterprise = OrganizationFactory(), EnterpriseFactory()
    client = signed_in()
    data = filled_in(client.get(change_address(organization)))
    data = with_row(data, "coverage", enterprise=enterprise.pk, valid_from="2007-01-01")

    at_once(
        lambda: client.post(change_address(organization), data),
        lambda: close_enterprise(enterprise=enterprise, on=date(2008, 6, 30), by=None),
    )
    assert Coverage.objects.get().valid_to == date(2008, 6, 30)


@pytest.mark.django_db(transaction=True)
def test_a_row_that_waits_for_the_closing_of_its_enterprise_ends_with_it():
    organization, enterprise = OrganizationFactory(), EnterpriseFactory()
    client = signed_in()
    data = filled_in(client.get(change_address(organization)))
    data = with_row(data, "coverage", enterprise=enterprise.pk, valid_from="2007-01-01")
    in_turn(
        lambda: close_enterprise(enterprise=enterprise, on=date(2008, 6, 30), by=None),
        lambda: client.post(change_address(organization), data),
    )
    assert Coverage.objects.get().valid_to == date(2008, 6, 30)


@pytest.mark.django_db(transaction=True)
def test_an_instructor_who_is_entered_while_the_enterprise_closes_ends_with_it():
    enterprise, client = EnterpriseFactory(), signed_in()
    address = reverse("admin:orgs_instructor_add")
    data = filled_in(client.get(address)) | {
        "name": "王指导", "enterprise": enterprise.pk, "valid_from": "2008-01-01",
    }  # fmt: skip
    in_turn(
        lambda: close_enterprise(enterprise=enterprise, on=date(2008, 6, 30), by=None),
        lambda: client.post(address, data),
    )
    assert Instructor.objects.get().valid_to == date(2008, 6, 30)


@pytest.mark.django_db(transaction=True)
def test_a_form_that_waits_for_the_closing_is_refused():
    enterprise, client = EnterpriseFactory(), signed_in()
    address = reverse("admin:orgs_enterprise_change", args=[enterprise.pk])
    data = with_row(filled_in(client.get(address)), "above_scale_periods", valid_from="2007-01-01")
    answer = in_turn(
        lambda: close_enterprise(enterprise=enterprise, on=date(2008, 6, 30), by=None),
        lambda: client.post(address, data | {"name": "新名"}),
    )
    assert "changed after you opened this page" in answer.content.decode()
    enterprise.refresh_from_db()
    assert enterprise.name != "新名"
    assert enterprise.closed_on == date(2008, 6, 30)
    assert not enterprise.above_scale_periods.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_an_enterprise_one_is_told():
    coverage = CoverageFactory()

    def close(day):
        try:
            close_enterprise(enterprise=coverage.enterprise, on=day, by=None)
        except AlreadyClosed:
            return "told"
        return day

    answers = at_once(lambda: close(date(2008, 1, 1)), lambda: close(date(2009, 1, 1)))
    assert answers.count("told") == 1
    (day,) = set(answers) - {"told"}
    coverage.refresh_from_db()
    assert coverage.valid_to == Enterprise.objects.get().closed_on == day


@pytest.mark.django_db
def test_a_page_opened_before_a_dissolution_does_not_undo_it(admin_client):
    coverage = CoverageFactory()
    organization = coverage.organization
    data = filled_in(admin_client.get(change_address(organization))) | {"name": "新名"}
    dissolve = reverse("admin:orgs_organization_dissolve", args=[organization.pk])
    send(admin_client, dissolve, on="2008-06-30", document="5号", reason="企业搬迁")
    page = admin_client.post(change_address(organization), data)

    assert "was changed after you opened this page" in page.content.decode()
    assert 'value="新名"' in page.content.decode()
    organization.refresh_from_db()
    coverage.refresh_from_db()
    assert organization.dissolved_on == coverage.valid_to == date(2008, 6, 30)


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["record", "period", "bulk"])
def test_of_two_who_opened_a_record_the_second_to_save_is_told(admin_client, change):
    enterprise = EnterpriseFactory(name="旧名", above_scale_from=date(2007, 1, 1))
    address = reverse("admin:orgs_enterprise_change", args=[enterprise.pk])
    data = filled_in(admin_client.get(address))
    if change == "record":
        admin_client.post(address, data | {"name": "新名"})
    elif change == "period":
        admin_client.post(address, data | {"above_scale_periods-0-valid_to": "2008-01-01"})
    else:
        bulk_update_with_history([enterprise], Enterprise, ["name"])
    page = admin_client.post(address, data | {"employees": "12"})

    assert "was changed after you opened this page" in page.content.decode()
    again = admin_client.post(address, filled_in(page))
    assert again.status_code == 200  # the page still shows what is no longer so
    data = filled_in(admin_client.get(address)) | {"employees": "12"}
    assert admin_client.post(address, data).status_code == 302


@pytest.mark.django_db
def test_what_the_database_refuses_is_told_in_the_form_which_keeps_its_input(admin_client, monkeypatch):
    organization = OrganizationFactory(kind=Kind.BRANCH, name="旧名")
    data = filled_in(admin_client.get(change_address(organization))) | {"name": "新名"}
    data = with_row(data, "kinds", kind="committee", valid_from="2008-01-01")
    # As if the form had not seen what another way of writing, an import, saved meanwhile.
    monkeypatch.setattr(PeriodFormSet, "clean", lambda formset: None)
    page = admin_client.post(change_address(organization), data)

    assert page.status_code == 200
    content = page.content.decode()
    assert "Somebody else has just saved something" in content
    assert 'value="新名"' in content
    organization.refresh_from_db()
    assert organization.name == "旧名"
    assert organization.kinds.count() == 1


@pytest.mark.django_db
def test_who_did_not_see_the_rows_that_somebody_else_just_added_is_told_all_the_same(admin_client):
    organization = OrganizationFactory(kind=Kind.JOINT_BRANCH)
    data = filled_in(admin_client.get(change_address(organization))) | {"kinds-0-kind": "branch"}
    CoverageFactory.create_batch(2, organization=organization)
    data["changes"] = version_of(organization, PERIODS)  # what is saved decides, not what the page knew
    page = admin_client.post(change_address(organization), data)

    assert page.status_code == 200
    assert "covers one enterprise at a time" in page.content.decode()
    assert organization.kinds.get().kind == Kind.JOINT_BRANCH


@pytest.mark.django_db
def test_the_record_that_is_saved_is_locked_first(admin_client, django_assert_max_num_queries):
    organization = OrganizationFactory()
    data = filled_in(admin_client.get(change_address(organization)))
    with django_assert_max_num_queries(60) as asked:
        admin_client.post(change_address(organization), data)
    if connection.vendor == "postgresql":
        assert any("FOR UPDATE" in query["sql"] and "orgs_organization" in query["sql"] for query in asked)
    else:  # the transaction itself is the lock
        assert any(query["sql"].startswith(("BEGIN", "SAVEPOINT")) for query in asked)


def told(page):
    """What the refusal tells: of each change who, which kind of row, and old and new value by label."""
    return [
        (change.by.username, change.record, {field.label: (field.old, field.new) for field in change.fields})
        for change in page.context["stale"].changes
    ]


@pytest.mark.django_db
def test_a_stale_page_tells_what_changed_and_by_whom_and_leads_on():
    enterprise = EnterpriseFactory(name="旧名", above_scale_from=date(2007, 1, 1))
    address = reverse("admin:orgs_enterprise_change", args=[enterprise.pk])
    first, second = signed_in(), signed_in()
    stale = filled_in(first.get(address)) | {"name": "甲名"}
    changed = filled_in(second.get(address)) | {
        "name": "乙名",
        "above_scale_periods-0-valid_to": "2008-01-01",
    }
    by = second.post(address, changed).wsgi_request.user.username
    page = first.post(address, stale)

    assert sorted(told(page), key=str) == [
        (by, "Above-scale period", {"Until": ("", "Jan. 1, 2008")}),
        (by, "Enterprise", {"Name": ("旧名", "乙名")}),
    ]
    content = page.content.decode()
    assert 'value="甲名"' in content
    assert f'href="{address}"' in content
    assert f'href="{reverse("admin:orgs_enterprise_history", args=[enterprise.pk])}"' in content
    assert "Please correct the error" not in content


@pytest.mark.django_db
def test_of_a_protected_value_a_stale_page_tells_only_that_it_changed(admin_client):
    member = MemberFactory(phone="13800138000")
    address = reverse("admin:members_member_change", args=[member.pk])
    stale = filled_in(admin_client.get(address))
    send(admin_client, address, phone="13900139000")
    send(admin_client, address, birth_date="1970-01-02")
    page = admin_client.post(address, stale | {"name": "新名"})
    of_day, of_phone = page.context["stale"].changes
    assert [(field.label, field.old, field.new) for field in of_phone.fields] == [("Phone", "", "changed")]
    assert (of_day.fields, of_day.is_of_protected) == ((), True)
    told = page.content.decode().partition("changed-meanwhile")[2].partition("</section>")[0]
    assert "Protected values, which are not shown here" in told
    assert not any(value in told for value in ("139", "1970"))


@pytest.mark.django_db
def test_a_form_saved_untouched_is_no_change(admin_client):
    member = MemberFactory()
    address = reverse("admin:members_member_change", args=[member.pk])
    stale = filled_in(admin_client.get(address))
    assert send(admin_client, address).status_code == 302
    assert member.history.count() == 1
    assert admin_client.post(address, stale | {"name": "新名"}).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [None, "", "x", "\0", "9" * 30, "-1", "1.0"])
def test_a_form_that_does_not_tell_what_the_record_was_like_is_refused(admin_client, changes):
    organization = OrganizationFactory(name="旧名")
    data = filled_in(admin_client.get(change_address(organization))) | {"name": "新名"}
    del data["changes"]
    page = admin_client.post(
        change_address(organization), data if changes is None else data | {"changes": changes}
    )
    assert "does not tell what the record was like" in page.content.decode()
    organization.refresh_from_db()
    assert organization.name == "旧名"


@pytest.mark.django_db
def test_a_row_that_was_moved_to_another_record_makes_the_page_stale(admin_client):
    instructor, other = InstructorFactory(), EnterpriseFactory()
    address = reverse("admin:orgs_enterprise_change", args=[instructor.enterprise_id])
    stale = filled_in(admin_client.get(address)) | {"employees": "12"}
    send(admin_client, reverse("admin:orgs_instructor_change", args=[instructor.pk]), enterprise=other.pk)
    page = admin_client.post(address, stale)
    ((_by, _record, fields),) = told(page)
    assert fields == {"Enterprise": (str(instructor.enterprise), str(other))}


@pytest.mark.django_db
def test_the_changes_told_are_the_latest_and_the_others_counted(admin_client):
    enterprise = EnterpriseFactory()
    address = reverse("admin:orgs_enterprise_change", args=[enterprise.pk])
    stale = filled_in(admin_client.get(address))
    for number in range(SHOWN + 2):
        enterprise.employees = number
        enterprise.save()
    page = admin_client.post(address, stale)
    assert len(page.context["stale"].changes) == SHOWN
    assert "and 2 earlier changes" in page.content.decode()
