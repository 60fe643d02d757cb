"""Enterprises written by API: their area, their status above scale, their closing."""

from datetime import date

import pytest

from orgs.models import Enterprise
from tests.factories.api import added, patched, signed_in
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    EnterpriseFactory,
    InstructorFactory,
    credit_code,
)

pytestmark = pytest.mark.django_db
URL = "/api/v1/enterprises/"


@pytest.fixture
def client():
    return signed_in("orgs.add_enterprise", "orgs.change_enterprise")


def change(client, enterprise, **body):
    return patched(client, f"{URL}{enterprise.uscc}/", body)


def scale(enterprise):
    return list(enterprise.above_scale_periods.order_by("valid_from").values_list("valid_from", "valid_to"))


def test_a_new_one_with_everything(client):
    area = AreaFactory()
    body = {
        "uscc": credit_code(7), "name": "温州电器", "area": area.code, "legal_form": "有限责任公司",
        "ownership": "foreign", "address": "瓯海大道1号", "registered_on": "2001-02-03", "closed_on": "2020-01-01",
        "above_scale_from": "2007-01-01", "above_scale_to": "2008-01-01", "employees": 12,
    }  # fmt: skip
    answer = added(client, URL, body)

    assert answer.status_code == 201
    assert body.items() <= answer.json().items()
    assert answer.json()["areas"] == [{"valid_from": "2001-02-03", "valid_to": None, "area": area.code}]


@pytest.mark.parametrize(
    ("body", "ownership"),
    [({}, "private"), ({"ownership": ""}, "private"), ({"legal_form": "外商独资"}, "foreign")],
)
def test_an_ownership_that_is_not_said_is_told_by_the_legal_form(client, body, ownership):
    body = {"uscc": credit_code(7), "name": "甲", "registered_on": "2001-02-03", **body}

    assert added(client, URL, body).json()["ownership"] == ownership


def test_an_ownership_that_is_emptied_is_told_by_the_legal_form(client):
    enterprise = EnterpriseFactory(legal_form="国有企业")

    assert change(client, enterprise, ownership="").json()["ownership"] == "state"


def test_the_period_above_scale_of_a_new_one_ends_with_it(client):
    body = {"uscc": credit_code(7), "name": "甲", "registered_on": "2001-02-03", "closed_on": "2008-01-01"}
    late = added(client, URL, {**body, "above_scale_from": "2009-01-01"})
    assert (late.status_code, late.json().keys()) == (400, {"above_scale_from"})

    assert (
        added(client, URL, {**body, "above_scale_from": "2007-01-01"}).json()["above_scale_to"]
        == "2008-01-01"
    )


def test_an_area_corrects_the_latest_entry_of_the_history(client):
    first, second, third = AreaFactory.create_batch(3)
    enterprise = EnterpriseFactory()
    enterprise.areas.create(area=first, valid_from="2000-01-01", valid_to="2005-01-01")
    enterprise.areas.create(area=second, valid_from="2005-01-01")
    change(client, enterprise, area=third.code)

    periods = enterprise.areas.order_by("valid_from").values_list("area", "valid_from", "valid_to")
    assert list(periods) == [
        (first.pk, date(2000, 1, 1), date(2005, 1, 1)),
        (third.pk, date(2005, 1, 1), None),
    ]


def test_the_first_area_follows_the_day_of_registration(client):
    enterprise = EnterpriseFactory(area=AreaFactory())
    assert change(client, enterprise, registered_on="2001-05-05").status_code == 200
    assert enterprise.areas.get().valid_from == date(2001, 5, 5)

    enterprise.areas.update(valid_to="2003-01-01")
    answer = change(client, enterprise, registered_on="2003-01-01")
    assert (answer.status_code, answer.json().keys()) == (400, {"registered_on"})


def test_a_later_period_above_scale_ends_the_open_one_before_it(client):
    enterprise = EnterpriseFactory(above_scale_from=date(2007, 1, 1))
    answer = change(client, enterprise, above_scale_from="2009-01-01")

    assert answer.json()["above_scale_from"] == "2009-01-01"
    assert scale(enterprise) == [(date(2007, 1, 1), date(2009, 1, 1)), (date(2009, 1, 1), None)]


def test_a_period_above_scale_that_exists_is_changed(client):
    enterprise = EnterpriseFactory(above_scale_from=date(2007, 1, 1))
    change(client, enterprise, above_scale_from="2007-01-01", above_scale_to="2008-01-01")
    assert scale(enterprise) == [(date(2007, 1, 1), date(2008, 1, 1))]

    change(client, enterprise, above_scale_from="2007-01-01")
    assert scale(enterprise) == [(date(2007, 1, 1), date(2008, 1, 1))]
    change(client, enterprise, above_scale_from="2007-01-01", above_scale_to=None)
    assert scale(enterprise) == [(date(2007, 1, 1), None)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"above_scale_to": "2008-01-01"}, "above_scale_from"),
        ({"above_scale_from": "2006-01-01"}, "above_scale_from"),  # overlaps the later one
        ({"above_scale_from": "2007-01-01", "above_scale_to": "2007-01-01"}, "above_scale_to"),
    ],
)
def test_periods_above_scale_that_do_not_fit_are_refused(client, body, field):
    enterprise = EnterpriseFactory(above_scale_from=date(2007, 1, 1))
    answer = change(client, enterprise, **body)

    assert (answer.status_code, answer.json().keys()) == (400, {field})
    assert scale(enterprise) == [(date(2007, 1, 1), None)]


def test_closing_ends_what_belongs_to_the_enterprise(client):
    enterprise = EnterpriseFactory(above_scale_from=date(2007, 1, 1))
    coverage, instructor = CoverageFactory(enterprise=enterprise), InstructorFactory(enterprise=enterprise)
    answer = change(client, enterprise, closed_on="2008-06-30")

    assert (answer.status_code, answer.json()["closed_on"]) == (200, "2008-06-30")
    for period in (coverage, instructor):
        period.refresh_from_db()
        assert period.valid_to == date(2008, 6, 30)
        assert period.history.first().history_user is not None
    assert scale(enterprise) == [(date(2007, 1, 1), date(2008, 6, 30))]


@pytest.mark.parametrize("day", ["1999-12-31", "2000-01-01", "2007-06-30"])
def test_an_enterprise_does_not_close_before_it_is_registered_or_while_a_period_begins_later(client, day):
    coverage = CoverageFactory(valid_from=date(2008, 1, 1))
    answer = change(client, coverage.enterprise, closed_on=day, employees=5)

    assert (answer.status_code, answer.json().keys()) == (400, {"closed_on"})
    enterprise = Enterprise.objects.get()
    assert (enterprise.closed_on, enterprise.employees) == (None, None)


def test_an_earlier_day_of_closing_ends_what_lasts_no_longer_than_before(client):
    enterprise = EnterpriseFactory(closed_on=date(2009, 1, 1))
    coverage = CoverageFactory(enterprise=enterprise, valid_to=date(2009, 1, 1))
    answer = change(client, enterprise, closed_on="2008-01-01")
    assert (answer.status_code, answer.json().keys()) == (400, {"closed_on"})

    coverage.valid_to = date(2007, 1, 1)
    coverage.save()
    assert change(client, enterprise, closed_on="2008-01-01").status_code == 200
    assert change(client, enterprise, closed_on=None).json()["closed_on"] is None
