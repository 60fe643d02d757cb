"""What the number of its members suggests of an organization's kind."""

from datetime import date

import pytest

from members.actions.sizes import what_its_size_suggests
from members.models import Member
from orgs.models import Kind, Policy, PolicyNumber
from tests.factories.members import MemberFactory, MembershipFactory
from tests.factories.orgs import OrganizationFactory

pytestmark = pytest.mark.django_db
DAY = date(2020, 9, 1)


@pytest.fixture(autouse=True)
def _small_numbers():
    """A branch has at most 3 members, a committee is suitable from 5 on: the numbers are rows."""
    for policy, value in ((Policy.BRANCH_MEMBERS, 3), (Policy.COMMITTEE_MEMBERS, 5)):
        PolicyNumber.objects.filter(policy=policy).update(value=value)


@pytest.mark.parametrize(
    ("kind", "count", "suggested"),
    [
        (Kind.BRANCH, 3, None),
        (Kind.BRANCH, 4, "a general branch is suitable"),
        (Kind.BRANCH, 5, "from 5 on a Party committee is suitable"),
        (Kind.JOINT_BRANCH, 4, "a general branch is suitable"),
        (Kind.GENERAL_BRANCH, 3, "a general branch is suitable above 3"),
        (Kind.GENERAL_BRANCH, 4, None),
        (Kind.GENERAL_BRANCH, 5, "from 5 on a Party committee is suitable"),
        (Kind.COMMITTEE, 4, "a Party committee is suitable from 5 on"),
        (Kind.COMMITTEE, 5, None),
        (Kind.COMMUNITY_GENERAL_BRANCH, 9, None),
    ],
)
def test_another_kind_is_suggested_where_its_size_suits_it(kind, count, suggested):
    organization = OrganizationFactory(kind=kind)
    MemberFactory.create_batch(count, organization=organization)
    told = what_its_size_suggests(organization, DAY)
    assert len(told) == (suggested is not None)
    assert not told or suggested in told[0]


def test_full_and_probationary_members_of_the_day_count():
    organization = OrganizationFactory()
    MemberFactory.create_batch(2, organization=organization)
    MemberFactory(full_on=None, probationary_on=date(2020, 1, 1), organization=organization)
    MemberFactory(full_on=None, applied_on=date(2020, 1, 1), organization=organization)
    MemberFactory(ended_on=DAY, organization=organization)
    MembershipFactory(organization=organization, valid_to=DAY)
    assert what_its_size_suggests(organization, DAY) == []
    Member.objects.filter(ended_on=DAY).update(ended_on=date(2020, 9, 2))
    assert len(what_its_size_suggests(organization, DAY)) == 1


def test_nothing_is_suggested_while_there_is_no_rule():
    organization = OrganizationFactory()
    MemberFactory.create_batch(9, organization=organization)
    PolicyNumber.objects.filter(valid_to=None).update(valid_from=date(2020, 9, 2))
    assert what_its_size_suggests(organization, DAY) == []
