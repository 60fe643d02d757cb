"""Entering and changing enterprises in the admin."""

from datetime import date

import pytest
from django.urls import reverse

from orgs.models import Enterprise, Instructor, Ownership
from orgs.modes import Mode
from tests.factories.admin import filled_in, with_row
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    credit_code,
)
from tests.orgs.admin.test_organization import errors_of, saved

pytestmark = pytest.mark.django_db
ADD = "/admin/orgs/enterprise/add/"


def change_address(enterprise):
    return reverse("admin:orgs_enterprise_change", args=[enterprise.pk])


def new_enterprise(client, **values):
    given = {"uscc": credit_code(5), "name": "温州新厂", "registered_on": "2008-06-30"}
    return filled_in(client.get(ADD)) | given | values


def test_one_page_enters_an_enterprise_with_area_and_above_scale_period(admin_client, admin_user):
    area = AreaFactory()
    data = new_enterprise(admin_client, area=area.pk, above_scale_from="2009-01-01")
    saved(admin_client.post(ADD, data))

    enterprise = Enterprise.objects.get()
    assert list(enterprise.areas.values_list("area", "valid_from")) == [(area.pk, date(2008, 6, 30))]
    assert enterprise.above_scale_periods.get().valid_from == date(2009, 1, 1)
    assert enterprise.history.get().history_user == admin_user


@pytest.mark.parametrize(
    ("values", "ownership"),
    [
        ({}, Ownership.PRIVATE), ({"legal_form": "港澳台投资公司"}, Ownership.HMT),
        ({"uscc": credit_code(5, prefix="92330399")}, Ownership.INDIVIDUAL),
        ({"legal_form": "国有独资", "ownership": "foreign"}, Ownership.FOREIGN),
    ],
)  # fmt: skip
def test_an_ownership_left_empty_is_told_from_form_and_code(admin_client, values, ownership):
    saved(admin_client.post(ADD, new_enterprise(admin_client, **values)))
    assert Enterprise.objects.get().ownership == ownership


def test_a_credit_code_may_be_typed_in_small_letters_with_spaces(admin_client):
    code = next(code for code in map(credit_code, range(40)) if code[-1].isalpha())
    saved(admin_client.post(ADD, new_enterprise(admin_client, uscc=f" {code.lower()} ")))
    assert Enterprise.objects.get().uscc == code


@pytest.mark.parametrize("code", ["913303990000000050", "330304123456789", "no code"])
def test_a_wrong_credit_code_is_refused_at_the_field(admin_client, code):
    page = admin_client.post(ADD, new_enterprise(admin_client, uscc=code))
    assert "uscc" in errors_of(page)


def test_a_credit_code_that_is_taken_is_refused_at_the_field(admin_client):
    taken = EnterpriseFactory()
    page = admin_client.post(ADD, new_enterprise(admin_client, uscc=taken.uscc))
    assert "uscc" in errors_of(page)


def test_the_area_follows_a_corrected_day_of_registration(admin_client):
    enterprise = EnterpriseFactory(area=AreaFactory())
    data = filled_in(admin_client.get(change_address(enterprise))) | {"registered_on": "1995-03-01"}
    saved(admin_client.post(change_address(enterprise), data))
    assert enterprise.areas.get().valid_from == date(1995, 3, 1)


@pytest.mark.parametrize("prefix", ["instructors", "above_scale_periods"])
def test_what_ends_with_a_closed_enterprise_does_not_outlast_it(admin_client, prefix):
    enterprise = EnterpriseFactory(closed_on=date(2008, 6, 30))
    page = admin_client.get(change_address(enterprise))
    values = {"name": "王指导"} if prefix == "instructors" else {}
    late = with_row(filled_in(page), prefix, valid_from="2008-06-30", **values)
    assert f"{prefix}-0-valid_from" in errors_of(admin_client.post(change_address(enterprise), late))
    long = with_row(filled_in(page), prefix, valid_from="2005-01-01", valid_to="2009-01-01", **values)
    assert f"{prefix}-0-valid_to" in errors_of(admin_client.post(change_address(enterprise), long))
    open_row = with_row(filled_in(page), prefix, valid_from="2005-01-01", **values)
    saved(admin_client.post(change_address(enterprise), open_row))
    assert getattr(enterprise, prefix).get().valid_to == date(2008, 6, 30)


def test_designations_may_outlast_a_closed_enterprise(admin_client):
    enterprise = EnterpriseFactory(closed_on=date(2008, 6, 30))
    data = filled_in(admin_client.get(change_address(enterprise)))
    data = with_row(data, "designations", title="vigorous_harmonious", level="city", valid_from="2008-01-01")
    saved(admin_client.post(change_address(enterprise), data))
    assert enterprise.designations.get().valid_to is None


def test_two_instructors_may_work_at_the_same_time_but_one_not_twice(admin_client):
    enterprise = InstructorFactory(name="王指导").enterprise
    data = filled_in(admin_client.get(change_address(enterprise)))
    twice = with_row(data, "instructors", name="王指导", valid_from="2008-01-01")
    assert "instructors-1-valid_from" in errors_of(admin_client.post(change_address(enterprise), twice))
    other = with_row(data, "instructors", name="李指导", valid_from="2008-01-01")
    saved(admin_client.post(change_address(enterprise), other))
    assert enterprise.instructors.count() == 2


def test_a_corrected_closing_day_must_fit_the_coverage(admin_client):
    enterprise = EnterpriseFactory(closed_on=date(2008, 6, 30))
    CoverageFactory(enterprise=enterprise, valid_to=date(2008, 6, 30))
    data = filled_in(admin_client.get(change_address(enterprise)))
    page = admin_client.post(change_address(enterprise), data | {"closed_on": "2007-01-01"})
    assert "closed_on" in errors_of(page)
    saved(admin_client.post(change_address(enterprise), data | {"closed_on": "2009-01-01"}))


def test_an_instructor_entered_alone_ends_with_the_closed_enterprise(admin_client):
    enterprise = EnterpriseFactory(closed_on=date(2008, 6, 30))
    address = "/admin/orgs/instructor/add/"
    data = filled_in(admin_client.get(address)) | {"name": "王指导", "enterprise": enterprise.pk}
    page = admin_client.post(address, data | {"valid_from": "2008-07-01"})
    assert "valid_from" in errors_of(page)
    saved(admin_client.post(address, data | {"valid_from": "2008-01-01"}))
    assert Instructor.objects.get().valid_to == date(2008, 6, 30)


@pytest.mark.parametrize("factory", [InstructorFactory, DesignationFactory])
def test_an_end_that_is_no_end_is_refused_at_the_field(admin_client, factory):
    period = factory(valid_from=date(2008, 1, 1))
    address = reverse(f"admin:{period._meta.label_lower.replace('.', '_')}_change", args=[period.pk])
    data = filled_in(admin_client.get(address)) | {"valid_to": "2008-01-01"}
    assert "valid_to" in errors_of(admin_client.post(address, data))


def test_the_columns_show_area_full_members_and_mode_of_the_day(admin_client):
    enterprise = EnterpriseFactory(area=AreaFactory(name="景山"))
    OrganizationFactory(covers=[enterprise])
    MemberFactory(employer=enterprise)
    MemberFactory(employer=enterprise, full_on=None, probationary_on=date(2000, 1, 1))
    MemberFactory(employer=enterprise, ended_on=date(2008, 1, 1))
    row = admin_client.get("/admin/orgs/enterprise/").context["cl"].result_list[0]
    assert (row.area_name, row.full_members, row.mode) == ("景山", 1, Mode.STANDALONE)
    row = admin_client.get("/admin/orgs/enterprise/?on=2007-12-31").context["cl"].result_list[0]
    assert row.full_members == 2
