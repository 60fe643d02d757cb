"""Which organizer is responsible for a member: the one of the latest relation, else of the employer."""

from datetime import date

import pytest

from members.models import Member, Membership
from orgs.models import Scope
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

TODAY = date(2024, 2, 29)


@pytest.fixture
def areas():
    return AreaFactory(code="330304001"), AreaFactory(code="330304002")


def seen_in(area):
    return set(Member.objects.within(Scope(area), TODAY))


def test_a_member_is_seen_where_the_organization_of_the_relation_lies(areas):
    own, foreign = areas
    member = MemberFactory(
        organization=OrganizationFactory(area=own), employer=EnterpriseFactory(area=foreign)
    )
    assert (seen_in(own), seen_in(foreign)) == ({member}, set())


@pytest.mark.parametrize(("transferred_on", "place"), [(TODAY, 1), (date(2024, 3, 1), 0)])
def test_a_transferred_member_is_seen_by_the_other_side_from_that_day(areas, transferred_on, place):
    member = MemberFactory(organization=OrganizationFactory(area=areas[0]))
    Membership.objects.update(valid_to=transferred_on)
    member.memberships.create(organization=OrganizationFactory(area=areas[1]), valid_from=transferred_on)
    assert [member in seen_in(area) for area in areas] == [place == 0, place == 1]


def test_a_member_whose_relation_ended_is_seen_where_it_was(areas):
    member = MemberFactory(organization=OrganizationFactory(area=areas[0]))
    Membership.objects.update(valid_to=date(2010, 1, 1))
    assert seen_in(areas[0]) == {member}


def test_a_member_whose_first_relation_is_to_come_is_seen_there(areas):
    member = MemberFactory(employer=EnterpriseFactory(area=areas[1]))
    member.memberships.create(organization=OrganizationFactory(area=areas[0]), valid_from=date(2025, 1, 1))
    assert (seen_in(areas[0]), seen_in(areas[1])) == ({member}, set())


def test_who_never_had_a_relation_is_seen_where_the_employer_lies(areas):
    applicant = MemberFactory(employer=EnterpriseFactory(area=areas[0]), full_on=None)
    MemberFactory(employer=None)
    assert (seen_in(areas[0]), seen_in(areas[1])) == ({applicant}, set())
    assert not Member.objects.within(Scope(), TODAY)
