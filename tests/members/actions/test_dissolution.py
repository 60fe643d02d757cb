"""An organization is dissolved."""

from datetime import date

import pytest

from members.actions.dissolution import (
    AlreadyDissolved,
    DissolvedBeforeItIsEstablished,
    HasMembers,
    SucceedsItself,
    dissolve,
)
from orgs.actions.endings import OutlastsItsOwner
from orgs.actions.enterprise import close_enterprise
from tests.factories.accounts import UserFactory
from tests.factories.members import MembershipFactory
from tests.factories.orgs import CoverageFactory, OrganizationFactory
from tests.factories.turns import in_turn

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)


def test_dissolving_ends_the_coverage_and_keeps_reason_successor_and_who_did_it():
    organization, successor, user = OrganizationFactory(), OrganizationFactory(), UserFactory()
    coverage = CoverageFactory(organization=organization)

    dissolve(organization=organization, on=DAY, by=user, reason="企业搬迁", successor=successor)

    organization.refresh_from_db()
    coverage.refresh_from_db()
    assert (organization.dissolved_on, organization.dissolution_reason) == (DAY, "企业搬迁")
    assert organization.successor == successor
    assert coverage.valid_to == DAY
    assert organization.kinds.get().valid_to is None
    assert organization.history.latest().history_user == user
    assert coverage.history.latest().history_user == user


@pytest.mark.parametrize("valid_to", [None, date(2008, 7, 1), date(2030, 1, 1)])
def test_an_organization_with_members_on_the_day_or_later_is_not_dissolved(valid_to):
    relation = MembershipFactory(valid_to=valid_to)
    with pytest.raises(HasMembers) as refusal:
        dissolve(organization=relation.organization, on=DAY, by=None, reason="")
    assert refusal.value.count == 1
    relation.organization.refresh_from_db()
    assert relation.organization.dissolved_on is None


def test_relations_that_end_on_the_day_do_not_keep_an_organization():
    relation = MembershipFactory(valid_to=DAY)
    dissolve(organization=relation.organization, on=DAY, by=None, reason="")
    relation.organization.refresh_from_db()
    assert relation.organization.dissolved_on == DAY


def test_an_organization_is_dissolved_once():
    organization = OrganizationFactory()
    dissolve(organization=organization, on=DAY, by=None, reason="合并")
    with pytest.raises(AlreadyDissolved):
        dissolve(organization=organization, on=date(2009, 1, 1), by=None, reason="搬迁")
    organization.refresh_from_db()
    assert (organization.dissolved_on, organization.dissolution_reason) == (DAY, "合并")


def test_an_organization_is_not_dissolved_on_the_day_it_is_established():
    with pytest.raises(DissolvedBeforeItIsEstablished):
        dissolve(organization=OrganizationFactory(established_on=DAY), on=DAY, by=None, reason="")


def test_an_organization_does_not_succeed_itself():
    organization = OrganizationFactory()
    with pytest.raises(SucceedsItself):
        dissolve(organization=organization, on=DAY, by=None, reason="", successor=organization)


def test_an_organization_is_not_dissolved_while_its_coverage_is_known_to_last_longer():
    coverage = CoverageFactory(valid_to=date(2009, 1, 1))
    with pytest.raises(OutlastsItsOwner):
        dissolve(organization=coverage.organization, on=DAY, by=None, reason="")
    coverage.organization.refresh_from_db()
    assert coverage.organization.dissolved_on is None


def test_the_relation_of_somebody_who_is_no_longer_a_member_ends_with_the_organization():
    relation = MembershipFactory(member__ended_on=DAY)
    dissolve(organization=relation.organization, on=DAY, by=None, reason="")
    relation.refresh_from_db()
    assert relation.valid_to == DAY


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_who_dissolve_is_told():
    organization = OrganizationFactory()
    with pytest.raises(AlreadyDissolved):
        in_turn(
            lambda: dissolve(organization=organization, on=DAY, by=None, reason=""),
            lambda: dissolve(organization=organization, on=date(2009, 1, 1), by=None, reason=""),
        )
    organization.refresh_from_db()
    assert organization.dissolved_on == DAY


@pytest.mark.django_db(transaction=True)
def test_dissolving_after_the_enterprise_closed_leaves_the_end_of_the_coverage():
    coverage = CoverageFactory()
    in_turn(
        lambda: close_enterprise(enterprise=coverage.enterprise, on=DAY, by=None),
        lambda: dissolve(organization=coverage.organization, on=date(2009, 1, 1), by=None, reason=""),
    )
    coverage.refresh_from_db()
    assert coverage.valid_to == DAY
