"""An organization is established."""

from datetime import date

import pytest

from orgs.actions.chains import leads_back
from orgs.actions.organization import (
    CoversAClosedEnterprise,
    CoversAnotherEnterprise,
    establish,
    what_is_unusual,
)
from orgs.models import CommunityGeneralBranch, Coverage, Kind, Organization
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)


def new_organization(model=Organization):
    return model(code="ZZX", name="新党支部", established_on=DAY)


def test_establishing_opens_kind_area_and_coverage_on_the_day_and_names_who_did_it():
    area, user, enterprises = AreaFactory(), UserFactory(), EnterpriseFactory.create_batch(2)
    organization = establish(
        organization=new_organization(), kind=Kind.JOINT_BRANCH, area=area, enterprises=enterprises, by=user
    )

    assert list(organization.kinds.values_list("kind", "valid_from", "valid_to")) == [
        (Kind.JOINT_BRANCH, DAY, None)
    ]
    assert list(organization.areas.values_list("area", "valid_from", "valid_to")) == [(area.pk, DAY, None)]
    assert set(organization.coverage.values_list("enterprise", "valid_from", "valid_to")) == {
        (enterprise.pk, DAY, None) for enterprise in enterprises
    }
    rows = [organization, organization.kinds.get(), organization.areas.get(), *organization.coverage.all()]
    assert {row.history.get().history_user for row in rows} == {user}


@pytest.mark.parametrize("kind", [Kind.BRANCH, Kind.GENERAL_BRANCH, Kind.COMMITTEE])
def test_a_standalone_organization_is_not_established_over_two_enterprises(kind):
    with pytest.raises(CoversAnotherEnterprise):
        establish(
            organization=new_organization(),
            kind=kind,
            area=None,
            enterprises=EnterpriseFactory.create_batch(2),
            by=None,
        )
    assert not Organization.objects.exists()


def test_an_organization_is_not_established_over_an_enterprise_that_is_closed():
    enterprise = EnterpriseFactory(closed_on=DAY)
    with pytest.raises(CoversAClosedEnterprise):
        establish(
            organization=new_organization(), kind=Kind.BRANCH, area=None, enterprises=[enterprise], by=None
        )
    assert not Coverage.objects.exists()


def test_coverage_of_an_enterprise_that_closes_later_ends_with_it():
    enterprise = EnterpriseFactory(closed_on=date(2009, 1, 1))
    organization = establish(
        organization=new_organization(), kind=Kind.BRANCH, area=None, enterprises=[enterprise], by=None
    )
    assert organization.coverage.get().valid_to == date(2009, 1, 1)


def test_a_community_general_branch_has_history_rows_like_any_organization():
    user = UserFactory()
    establish(
        organization=new_organization(CommunityGeneralBranch), kind=Kind.COMMUNITY_GENERAL_BRANCH, area=None,
        enterprises=[], by=user,
    )  # fmt: skip
    branch = CommunityGeneralBranch.objects.get()
    branch.name = "社区党总支"
    branch.save()
    assert list(branch.history.order_by("history_id").values_list("name", "history_user")) == [
        ("新党支部", user.pk),
        ("社区党总支", None),
    ]


@pytest.mark.parametrize(
    ("day", "count", "told"),
    [
        (date(2008, 1, 1), 0, 1), (date(2008, 1, 1), 1, 1), (date(2008, 1, 1), 2, 0), (date(2008, 1, 1), 6, 0),
        (date(2020, 1, 1), 5, 0), (date(2020, 1, 1), 6, 1),
    ],
)  # fmt: skip
def test_a_joint_branch_of_an_unusual_size_is_told_by_the_policy_of_the_day(day, count, told):
    organization = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=EnterpriseFactory.create_batch(count))
    assert len(what_is_unusual(organization, day)) == told


def test_a_branch_that_covers_one_enterprise_is_usual_and_one_that_covers_nobody_is_not():
    assert what_is_unusual(OrganizationFactory(covers=[EnterpriseFactory()]), DAY) == []
    assert what_is_unusual(OrganizationFactory(), DAY) != []
    assert what_is_unusual(OrganizationFactory(dissolved_on=DAY), DAY) == []
    assert what_is_unusual(OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH), DAY) == []


def test_a_chain_leads_back_only_to_what_stands_in_it():
    next_of = {1: 2, 2: 3, 3: None, 4: 5, 5: 4}.get
    assert leads_back(1, 3, next_of)
    assert leads_back(3, 3, next_of)
    assert not leads_back(3, 1, next_of)
    assert not leads_back(4, 1, next_of)
