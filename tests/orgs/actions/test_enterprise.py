"""An enterprise enters the register, and closes."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from orgs.actions.endings import OutlastsItsOwner
from orgs.actions.enterprise import (
    AlreadyClosed,
    ClosesBeforeItIsRegistered,
    close_enterprise,
    register_enterprise,
)
from orgs.models import Enterprise, Ownership
from tests.factories.accounts import UserFactory
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    credit_code,
)

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)


def new_enterprise():
    return Enterprise(uscc=credit_code(77), name="温州新厂", ownership=Ownership.PRIVATE, registered_on=DAY)


def test_registering_opens_the_area_and_the_above_scale_period_and_names_who_did_it():
    area, user = AreaFactory(), UserFactory()
    enterprise = register_enterprise(
        enterprise=new_enterprise(), area=area, above_scale_from=date(2009, 1, 1), by=user
    )

    assert list(enterprise.areas.values_list("area", "valid_from", "valid_to")) == [(area.pk, DAY, None)]
    assert enterprise.above_scale_periods.get().valid_from == date(2009, 1, 1)
    assert enterprise.history.get().history_user == user
    assert enterprise.areas.get().history.get().history_user == user


def test_an_enterprise_without_area_has_a_row_that_says_so():
    enterprise = register_enterprise(enterprise=new_enterprise(), area=None, by=None)
    assert enterprise.areas.get().area is None
    assert not enterprise.above_scale_periods.exists()


def test_an_enterprise_is_registered_with_its_periods_or_not_at_all():
    with pytest.raises(ValidationError):
        register_enterprise(enterprise=new_enterprise(), area=None, above_scale_from="no day", by=None)
    assert not Enterprise.objects.exists()


def test_closing_ends_coverage_instructors_and_above_scale_but_neither_area_nor_designations():
    enterprise = EnterpriseFactory(area=AreaFactory(), above_scale_from=date(2007, 1, 1))
    ended = CoverageFactory(enterprise=enterprise, valid_to=date(2005, 1, 1))
    coverage = CoverageFactory(enterprise=enterprise)
    instructor = InstructorFactory(enterprise=enterprise)
    designation = DesignationFactory(enterprise=enterprise)
    user = UserFactory()

    close_enterprise(enterprise=enterprise, on=DAY, by=user)

    for row in (enterprise, ended, coverage, instructor, designation):
        row.refresh_from_db()
    assert enterprise.closed_on == DAY
    assert coverage.valid_to == instructor.valid_to == enterprise.above_scale_periods.get().valid_to == DAY
    assert ended.valid_to == date(2005, 1, 1)
    assert designation.valid_to is None
    assert enterprise.areas.get().valid_to is None
    assert enterprise.history.latest().history_user == user
    assert coverage.history.latest().history_user == user


def test_an_enterprise_closes_once():
    enterprise = EnterpriseFactory()
    close_enterprise(enterprise=enterprise, on=DAY, by=None)
    with pytest.raises(AlreadyClosed):
        close_enterprise(enterprise=enterprise, on=date(2009, 1, 1), by=None)
    enterprise.refresh_from_db()
    assert enterprise.closed_on == DAY


def test_an_enterprise_does_not_close_on_the_day_of_its_registration():
    enterprise = EnterpriseFactory(registered_on=DAY)
    with pytest.raises(ClosesBeforeItIsRegistered):
        close_enterprise(enterprise=enterprise, on=DAY, by=None)


@pytest.mark.parametrize(
    ("valid_from", "valid_to"), [(DAY, None), (date(2007, 1, 1), date(2008, 7, 1)), (date(2009, 1, 1), None)]
)
def test_an_enterprise_does_not_close_while_something_of_it_lasts_longer(valid_from, valid_to):
    enterprise = EnterpriseFactory()
    InstructorFactory(enterprise=enterprise, valid_from=valid_from, valid_to=valid_to)
    with pytest.raises(OutlastsItsOwner):
        close_enterprise(enterprise=enterprise, on=DAY, by=None)
    enterprise.refresh_from_db()
    assert enterprise.closed_on is None
