"""An organizer changes what lies in the own area, and nothing that is changed leaves it or reaches beyond."""

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from members.models import Member
from orgs.models import Enterprise, Instructor, Kind, Organization, Practice
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in, with_row
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    credit_code,
)
from tests.factories.turns import in_turn

pytestmark = pytest.mark.django_db


@pytest.fixture
def own():
    return AreaFactory(code="330304001", name="梧田街道", name_en="Wutian")


@pytest.fixture
def foreign():
    return AreaFactory(code="330304002")


@pytest.fixture
def organizer(client, own):
    user = UserFactory(is_staff=True, area=own)
    user.groups.add(Group.objects.get(name="organizer"))
    client.force_login(user)
    return user


def change(client, record, row=None, **values):
    """Save the page of `record` with other `values`, and one more row (prefix, values)."""
    meta = record._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk])
    data = filled_in(client.get(address)) | values
    return client.post(address, with_row(data, row[0], **row[1]) if row else data)


def add(client, model, **values):
    meta = model._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_add")
    return client.post(address, filled_in(client.get(address)) | values)


def errors_of(page):
    """The errors of the form and of the rows, as one text."""
    found = [page.context["adminform"].form.errors]
    found += [form.errors for formset in page.context["inline_admin_formsets"] for form in formset.formset]
    return " ".join(str(error) for error in found)


def test_an_organizer_establishes_an_organization_in_the_own_area(client, organizer, own):
    enterprise = EnterpriseFactory(area=own)
    values = {"code": "ZZ1", "name": "梧田党支部", "established_on": "2008-06-30", "kind": Kind.BRANCH}
    answer = add(client, Organization, **values, area=own.pk, enterprises=enterprise.pk)
    assert answer.status_code == 302
    assert Organization.objects.get().history.get().history_user == organizer


@pytest.mark.parametrize("field", ["area", "enterprises", "superior", "incubated_by"])
def test_a_new_organization_refers_to_nothing_outside_the_area(client, organizer, own, foreign, field):
    elsewhere = {
        "area": foreign.pk,
        "enterprises": EnterpriseFactory(area=foreign).pk,
        "superior": OrganizationFactory(area=foreign).pk,
        "incubated_by": OrganizationFactory(area=foreign, kind=Kind.COMMUNITY_GENERAL_BRANCH).pk,
    }
    values = {"code": "ZZ1", "name": "梧田党支部", "established_on": "2008-06-30", "kind": Kind.BRANCH}
    page = add(client, Organization, **values, **{"area": own.pk, field: elsewhere[field]})
    assert list(page.context["adminform"].form.errors) == [field]
    assert not Organization.objects.filter(code="ZZ1").exists()


def test_what_is_entered_lies_in_the_own_area(client, organizer):
    values = {"uscc": credit_code(7), "name": "温州电器", "registered_on": "2008-06-30"}
    page = add(client, Enterprise, **values)
    assert "must lie in your area, Wutian" in errors_of(page)
    page = add(client, Practice, title="互助会", text="职工互助会", day="2008-06-30")
    assert "must lie in your area, Wutian" in errors_of(page)
    page = add(client, Member, member_no="M1", name="张三")
    assert "must lie in your area, Wutian" in errors_of(page)
    assert not any(model.objects.exists() for model in (Enterprise, Practice, Member))


@pytest.mark.parametrize("moves_on", ["2020-01-01", "2990-01-01"])
@pytest.mark.parametrize("make", [EnterpriseFactory, OrganizationFactory])
def test_a_record_is_not_moved_out_of_the_area_now_or_later(client, organizer, own, foreign, make, moves_on):
    record = make(area=own)
    ended = {"areas-0-valid_to": moves_on}
    for row in (
        ("areas", {"area": foreign.pk, "valid_from": moves_on}),
        ("areas", {"area": "", "valid_from": moves_on}),
        None,
    ):
        page = change(client, record, row, **ended)
        assert page.status_code == 200
    assert record.areas.get().valid_to is None


@pytest.mark.parametrize("make", [EnterpriseFactory, OrganizationFactory])
def test_a_record_does_not_lie_elsewhere_for_a_time_to_come(client, organizer, own, foreign, make):
    record = make(area=own)
    earlier = record.areas.create(area=foreign, valid_from=date(1990, 1, 1), valid_to=date(2000, 1, 1))
    back = ("areas", {"area": own.pk, "valid_from": "2991-01-01"})
    page = change(client, record, back, **{"areas-1-valid_to": "2990-01-01"})
    assert "must lie in your area" in errors_of(page)
    between = {"areas-0-valid_from": "2990-01-01", "areas-0-valid_to": "2991-01-01"}
    page = change(client, record, back, **between, **{"areas-1-valid_to": "2990-01-01"})
    assert "must lie in your area" in errors_of(page)
    earlier.refresh_from_db()
    assert (record.areas.count(), earlier.valid_from) == (2, date(1990, 1, 1))


def test_a_member_does_not_belong_elsewhere_for_a_time_to_come(client, organizer, own, foreign):
    organization = OrganizationFactory(area=own)
    member = MemberFactory(organization=organization)
    member.memberships.create(
        organization=OrganizationFactory(area=foreign), valid_from=date(1990, 1, 1), valid_to=date(2000, 1, 1)
    )
    back = ("memberships", {"organization": organization.pk, "valid_from": "2991-01-01"})
    between = {"memberships-0-valid_from": "2990-01-01", "memberships-0-valid_to": "2991-01-01"}
    page = change(client, member, back, **between, **{"memberships-1-valid_to": "2990-01-01"})
    assert "must lie in your area" in errors_of(page)
    assert member.memberships.count() == 2


def test_a_record_moves_within_the_area(client, organizer, own):
    within, enterprise = AreaFactory(code="330304001001"), EnterpriseFactory(area=own)
    row = ("areas", {"area": within.pk, "valid_from": "2020-01-01"})
    assert change(client, enterprise, row, **{"areas-0-valid_to": "2020-01-01"}).status_code == 302
    assert enterprise.areas.count() == 2


def test_a_member_is_not_moved_to_an_organization_outside_the_area(client, organizer, own, foreign):
    member = MemberFactory(organization=OrganizationFactory(area=own))
    elsewhere = OrganizationFactory(area=foreign)
    row = ("memberships", {"organization": elsewhere.pk, "valid_from": "2020-01-01"})
    page = change(client, member, row, **{"memberships-0-valid_to": "2020-01-01"})
    assert "organization" in errors_of(page)
    assert change(client, member, employer=EnterpriseFactory(area=foreign).pk).status_code == 200
    assert member.memberships.get().valid_to is None


def test_coverage_of_an_enterprise_outside_the_area_is_not_added(client, organizer, own, foreign):
    organization = OrganizationFactory(area=own, kind=Kind.JOINT_BRANCH)
    row = ("coverage", {"enterprise": EnterpriseFactory(area=foreign).pk, "valid_from": "2020-01-01"})
    assert "enterprise" in errors_of(change(client, organization, row))
    assert not organization.coverage.exists()


def test_what_already_reaches_beyond_the_area_is_kept_when_the_record_is_saved(
    client, organizer, own, foreign
):
    above = OrganizationFactory(area=foreign)
    organization = OrganizationFactory(
        area=own, kind=Kind.JOINT_BRANCH, covers=[EnterpriseFactory(area=foreign)], superior=above
    )
    assert change(client, organization, name="新名").status_code == 302
    organization.refresh_from_db()
    assert (organization.name, organization.superior) == ("新名", above)
    assert organization.coverage.count() == 1


def test_an_instructor_is_not_sent_elsewhere(client, organizer, own, foreign):
    instructor = InstructorFactory(enterprise__area=own)
    page = change(client, instructor, enterprise=EnterpriseFactory(area=foreign).pk)
    assert "enterprise" in page.context["adminform"].form.errors
    values = {"name": "指导员", "enterprise": EnterpriseFactory(area=foreign).pk, "valid_from": "2020-01-01"}
    assert "enterprise" in add(client, Instructor, **values).context["adminform"].form.errors
    assert Instructor.objects.get().enterprise == instructor.enterprise


def test_an_organization_outside_the_area_does_not_succeed_one_that_is_dissolved(
    client, organizer, own, foreign
):
    organization, elsewhere = OrganizationFactory(area=own), OrganizationFactory(area=foreign)
    address = reverse("admin:orgs_organization_dissolve", args=[organization.pk])
    data = {"on": "2020-01-01", "document": "5号", "reason": "合并", "successor": elsewhere.pk}
    assert list(client.post(address, data).context["form"].errors) == ["successor"]
    organization.refresh_from_db()
    assert organization.dissolved_on is None


@pytest.mark.parametrize("parameter", ["area", "organization", "employer"])
def test_a_filter_does_not_name_what_lies_outside_the_area(client, organizer, foreign, parameter):
    elsewhere = {
        "area": foreign,
        "organization": OrganizationFactory(area=foreign),
        "employer": EnterpriseFactory(area=foreign),
    }[parameter]
    page = client.get(reverse("admin:members_member_changelist"), {parameter: elsewhere.pk})
    assert elsewhere.name not in page.content.decode()
    assert page.context["cl"].result_count == 0


@pytest.mark.parametrize("key", ["x", "\uffff", "9" * 30, "foreign"])
@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Enterprise, ["area"]),
        (Organization, ["area", "enterprises", "superior", "incubated_by"]),
        (Member, ["employer", "organization"]),
        (Instructor, ["enterprise"]),
    ],
)
def test_the_address_of_a_new_record_fills_in_nothing(client, organizer, foreign, model, fields, key):
    if key == "foreign":
        key = EnterpriseFactory(area=foreign, name="外企").pk
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    page = client.get(address, dict.fromkeys([*fields, "name"], key))
    assert page.status_code == 200
    assert not any(filled_in(page)[field] for field in ["name", *fields] if field in filled_in(page))
    assert "外企" not in page.content.decode()


def test_a_record_that_another_moved_away_meanwhile_is_not_changed(client, organizer, own, foreign):
    enterprise = EnterpriseFactory(area=own)
    address = reverse("admin:orgs_enterprise_change", args=[enterprise.pk])
    data = filled_in(client.get(address)) | {"name": "新名"}
    enterprise.areas.update(valid_to=date(2020, 1, 1))
    enterprise.areas.create(area=foreign, valid_from=date(2020, 1, 1))
    assert client.post(address, data).status_code == 404
    enterprise.refresh_from_db()
    assert enterprise.name != "新名"


def move_away(record, area):
    """Let an administrator move `record`, locked as on its page, to `area`."""
    type(record).objects.select_for_update().get(pk=record.pk)
    record.areas.update(valid_to=date(2020, 1, 1))
    record.areas.create(area=area, valid_from=date(2020, 1, 1))


@pytest.mark.django_db(transaction=True)
def test_a_change_that_waits_until_the_record_is_moved_away_finds_it_no_more(client, organizer, foreign):
    enterprise = EnterpriseFactory(area=organizer.area)
    address = reverse("admin:orgs_enterprise_change", args=[enterprise.pk])
    data = filled_in(client.get(address)) | {"name": "新名"}
    answer = in_turn(lambda: move_away(enterprise, foreign), lambda: client.post(address, data))
    assert answer.status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_end_that_waits_until_the_record_is_moved_away_finds_it_no_more(client, organizer, foreign):
    enterprise = EnterpriseFactory(area=organizer.area)
    address = reverse("admin:orgs_enterprise_close", args=[enterprise.pk])
    answer = in_turn(
        lambda: move_away(enterprise, foreign), lambda: client.post(address, {"on": "2020-06-30"})
    )
    assert answer.status_code == 404
    enterprise.refresh_from_db()
    assert enterprise.closed_on is None


def test_a_record_whose_move_away_is_arranged_is_changed_until_then(client, organizer, own, foreign):
    enterprise = EnterpriseFactory(area=own)
    enterprise.areas.update(valid_to=date(2990, 1, 1))
    enterprise.areas.create(area=foreign, valid_from=date(2990, 1, 1))
    assert change(client, enterprise, name="新名").status_code == 302
    enterprise.refresh_from_db()
    assert enterprise.name == "新名"

    earlier = {"areas-0-valid_to": "2980-01-01", "areas-1-valid_from": "2980-01-01"}
    assert "must lie in your area" in errors_of(change(client, enterprise, **earlier))
    assert not enterprise.areas.filter(valid_from=date(2980, 1, 1)).exists()


def test_the_days_of_a_row_that_reaches_beyond_the_area_are_the_editors_and_its_link_is_not(
    client, organizer, own, foreign
):
    elsewhere, other = EnterpriseFactory(area=foreign), EnterpriseFactory(area=foreign)
    organization = OrganizationFactory(area=own, kind=Kind.JOINT_BRANCH, covers=[elsewhere])
    assert change(client, organization, **{"coverage-0-valid_to": "2020-01-01"}).status_code == 302
    assert organization.coverage.get().valid_to == date(2020, 1, 1)

    page = change(client, organization, **{"coverage-0-enterprise": other.pk})
    assert "enterprise" in errors_of(page)
    assert organization.coverage.get().enterprise == elsewhere


def test_a_superior_beyond_the_area_is_given_up_and_not_taken_again(client, organizer, own, foreign):
    above = OrganizationFactory(area=foreign)
    organization = OrganizationFactory(area=own, superior=above)
    assert change(client, organization, superior="").status_code == 302
    assert "superior" in errors_of(change(client, organization, superior=above.pk))


@pytest.mark.parametrize("name", ["organizer", "reviewer", "analyst", "administrator"])
@pytest.mark.parametrize(
    ("table", "lookup"),
    [
        ("orgs_enterprise", "employed_members"), ("orgs_enterprise", "employed_members__name__contains"),
        ("orgs_enterprise", "instructors__name"), ("orgs_enterprise", "contact_phone__startswith"),
        ("orgs_organization", "memberships__member__name"), ("orgs_organization", "memberships"),
        ("orgs_area", "users__password__startswith"), ("orgs_designation", "enterprise__uscc__startswith"),
        ("orgs_practice", "enterprise__employed_members"),
    ],
)  # fmt: skip
def test_an_address_asks_a_list_for_nothing_but_its_filters(client, own, name, table, lookup):
    user = UserFactory(is_staff=True, area=own)
    user.groups.add(Group.objects.get(name=name))
    client.force_login(user)
    assert client.get(reverse(f"admin:{table}_changelist"), {lookup: "1"}).status_code == 400
    enterprises = reverse("admin:orgs_enterprise_changelist")
    assert client.get(enterprises, {"ownership__exact": "private"}).status_code == 200
