"""What somebody sees: the rows that lie in the own area today."""

from datetime import date

import pytest

from orgs.models import (
    Area,
    Designation,
    Enterprise,
    EnterpriseArea,
    Instructor,
    Organization,
    OrganizationArea,
    Practice,
    Scope,
)
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    PracticeFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2024, 2, 29)


@pytest.fixture
def own():
    return AreaFactory(code="330304001")


@pytest.fixture
def foreign():
    return AreaFactory(code="330304002")


@pytest.mark.parametrize(
    ("model", "make"),
    [
        (Enterprise, lambda area: EnterpriseFactory(area=area)),
        (Organization, lambda area: OrganizationFactory(area=area)),
        (Instructor, lambda area: InstructorFactory(enterprise__area=area)),
        (Designation, lambda area: DesignationFactory(enterprise__area=area)),
        (Practice, lambda area: PracticeFactory(enterprise__area=area)),
    ],
)
def test_what_lies_in_the_area_or_in_one_within_it_is_seen(own, foreign, model, make):
    within = AreaFactory(code="330304001001")
    rows = [make(area) for area in (own, within, foreign, None)]
    assert set(model.objects.within(Scope(own), TODAY)) == set(rows[:2])
    assert set(model.objects.within(Scope(everything=True), TODAY)) == set(rows)
    assert not model.objects.within(Scope(), TODAY)


def test_an_area_is_seen_with_the_areas_in_it_alone(own, foreign):
    AreaFactory(code="330304")
    within = AreaFactory(code="330304001001")
    assert set(Area.objects.within(Scope(own), TODAY)) == {own, within}


def test_a_practice_of_the_district_is_seen_by_those_alone_who_see_everything(own):
    PracticeFactory(enterprise=None)
    assert not Practice.objects.within(Scope(own), TODAY)


@pytest.mark.parametrize(
    ("moves_on", "seen"), [(TODAY, False), (date(2024, 3, 1), True), (date(2020, 1, 1), False)]
)
def test_a_record_that_moves_is_seen_until_the_day_on_which_it_moves(own, foreign, moves_on, seen):
    enterprise, organization = EnterpriseFactory(area=own), OrganizationFactory(area=own)
    EnterpriseArea.objects.filter(enterprise=enterprise).update(valid_to=moves_on)
    OrganizationArea.objects.filter(organization=organization).update(valid_to=moves_on)
    enterprise.areas.create(area=foreign, valid_from=moves_on)
    organization.areas.create(area=foreign, valid_from=moves_on)
    for model in (Enterprise, Organization):
        assert model.objects.within(Scope(own), TODAY).exists() is seen
        assert model.objects.within(Scope(foreign), TODAY).exists() is not seen


def test_a_closed_enterprise_and_a_dissolved_organization_are_seen_where_they_were(own):
    ended = {"area": own}
    enterprise = EnterpriseFactory(closed_on=date(2010, 1, 1), **ended)
    organization = OrganizationFactory(dissolved_on=date(2010, 1, 1), **ended)
    assert Enterprise.objects.within(Scope(own), TODAY).get() == enterprise
    assert Organization.objects.within(Scope(own), TODAY).get() == organization
