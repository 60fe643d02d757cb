"""A member enters the register, and leaves."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from members.actions.leaving import AlreadyEnded, end_membership
from members.actions.member import register_member
from members.models import EndReason, Member
from orgs.actions.endings import OutlastsItsOwner
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, MembershipFactory
from tests.factories.orgs import OrganizationFactory

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)


def test_registering_opens_the_relation_and_names_who_did_it():
    organization, user = OrganizationFactory(), UserFactory()
    member = register_member(
        member=Member(member_no="M9", name="单雄信"), organization=organization, relation_from=DAY, by=user
    )
    assert list(member.memberships.values_list("organization", "valid_from", "valid_to")) == [
        (organization.pk, DAY, None)
    ]
    assert member.history.get().history_user == user
    assert member.memberships.get().history.get().history_user == user


def test_a_relation_with_an_organization_that_is_dissolved_later_ends_with_it():
    organization = OrganizationFactory(dissolved_on=date(2009, 1, 1))
    member = register_member(
        member=Member(member_no="M9", name="单雄信"), organization=organization, relation_from=DAY, by=None
    )
    assert member.memberships.get().valid_to == date(2009, 1, 1)


def test_nobody_joins_an_organization_that_is_dissolved():
    organization = OrganizationFactory(dissolved_on=DAY)
    with pytest.raises(ValidationError):
        register_member(
            member=Member(member_no="M9", name="单雄信"),
            organization=organization,
            relation_from=DAY,
            by=None,
        )
    assert not Member.objects.exists()


def test_leaving_ends_the_membership_and_the_open_relation():
    earlier = MembershipFactory(valid_to=date(2005, 1, 1))
    relation = MembershipFactory(member=earlier.member, valid_from=date(2005, 1, 1))
    user = UserFactory()

    end_membership(member=relation.member, on=DAY, reason=EndReason.RESIGNATION, by=user)

    relation.refresh_from_db()
    earlier.refresh_from_db()
    member = Member.objects.get()
    assert (member.ended_on, member.ended_reason) == (DAY, EndReason.RESIGNATION)
    assert (earlier.valid_to, relation.valid_to) == (date(2005, 1, 1), DAY)
    assert member.history.latest().history_user == user
    assert relation.history.latest().history_user == user


def test_a_membership_ends_once():
    member = MemberFactory()
    end_membership(member=member, on=DAY, reason=EndReason.DEATH, by=None)
    with pytest.raises(AlreadyEnded):
        end_membership(member=member, on=DAY, reason=EndReason.EXPELLED, by=None)
    assert Member.objects.get().ended_reason == EndReason.DEATH


def test_a_membership_does_not_end_before_a_relation_that_starts_later():
    relation = MembershipFactory(valid_from=date(2009, 1, 1))
    with pytest.raises(OutlastsItsOwner):
        end_membership(member=relation.member, on=DAY, reason=EndReason.REMOVED, by=None)
    assert Member.objects.get().ended_on is None
