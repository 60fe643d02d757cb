"""A new organization is split off, or an enterprise leaves a joint branch."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from members.actions.relations import HasOpenTransfer, NotInForce, RelationIsSettled
from members.actions.splitting import (
    BelongsElsewhere,
    IsNoJointBranch,
    NothingGoes,
    SplitsIntoAnotherSort,
    split,
    stand_alone,
)
from members.models import Membership, Post
from orgs.actions.handing import CoverageIsSettled, DoesNotCover
from orgs.actions.organization import CoversAnotherEnterprise
from orgs.actions.refusals import Refusal
from orgs.models import Coverage, Kind, Organization, OrganizationAct, OrganizationDeed
from stats.figures import Scale, coverage_figures
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, MembershipFactory, PostFactory, TransferFactory
from tests.factories.orgs import AreaFactory, CoverageFactory, EnterpriseFactory, OrganizationFactory
from tests.factories.rows import all_rows
from tests.factories.turns import at_once

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)
EVE = date(2008, 6, 29)
LATER = date(2009, 1, 1)
JOINT = Kind.JOINT_BRANCH


def split_off(organization, enterprises=(), **more):
    return split(
        **{
            "organization": organization,
            "new": Organization(code="ZZNEW", name="新支部"),
            "kind": Kind.BRANCH,
            "area": None,
            "enterprises": enterprises,
            "on": DAY,
            "document": "温组〔2008〕7号",
            "by": None,
        }
        | more
    )


def left_alone(organization, enterprise, **more):
    return stand_alone(
        **{
            "organization": organization,
            "enterprise": enterprise,
            "code": "ZZNEW",
            "name": "新支部",
            "on": DAY,
            "document": "温组〔2008〕7号",
            "by": None,
        }
        | more
    )


def refused(refusal, deed, *args, **more):
    """Whether the deed is refused so, and changes nothing."""
    before = all_rows()
    with pytest.raises(refusal) as raised:
        deed(*args, **more)
    assert all_rows() == before
    return raised.value


@pytest.fixture
def enterprises():
    return [EnterpriseFactory(), EnterpriseFactory()]


@pytest.fixture
def joint(enterprises):
    return OrganizationFactory(kind=JOINT, covers=enterprises)


def test_the_enterprise_goes_with_those_whom_it_employs(joint, enterprises):
    goes, stays = (MemberFactory(organization=joint, employer=row) for row in enterprises)
    other = MemberFactory(organization=OrganizationFactory(), employer=enterprises[0])
    before = coverage_figures(EVE, None, Scale.ALL)

    new = split_off(joint, enterprises[:1], by=UserFactory())

    after = coverage_figures(DAY, None, Scale.ALL)
    assert coverage_figures(EVE, None, Scale.ALL) == before
    assert after.members.total == before.members.total == 3
    assert after.organizations.total == before.organizations.total + 1
    assert dict(Membership.objects.on(DAY).values_list("member", "organization")) == {
        goes.pk: new.pk,
        stays.pk: joint.pk,
        other.pk: other.memberships.get().organization_id,
    }
    assert dict(Coverage.objects.on(DAY).values_list("enterprise", "organization")) == {
        enterprises[0].pk: new.pk,
        enterprises[1].pk: joint.pk,
    }


def test_the_new_one_is_told_of_by_both(joint, enterprises):
    superior, user = OrganizationFactory(), UserFactory()
    joint.superior = superior
    joint.save()
    area = AreaFactory()

    new = split_off(joint, enterprises[:1], area=area, by=user)

    new.refresh_from_db()
    assert (new.established_on, new.superior, new.approval_number) == (DAY, superior, "温组〔2008〕7号")
    assert (new.kinds.get().kind, new.areas.get().area) == (Kind.BRANCH, area)
    assert set(OrganizationDeed.objects.values_list("organization", "what", "other", "document")) == {
        (joint.pk, OrganizationAct.GAVE_OFF, new.pk, "温组〔2008〕7号"),
        (new.pk, OrganizationAct.SPLIT_OFF, joint.pk, "温组〔2008〕7号"),
    }
    assert new.history.latest().history_user == user


def test_members_alone_may_go(joint):
    goes, stays = (MemberFactory(organization=joint) for _ in range(2))
    new = split_off(joint, members=[goes])
    assert [row.organization for row in Membership.objects.on(DAY).order_by("member")] == [new, joint]
    assert stays.memberships.get().valid_to is None


def test_an_enterprise_alone_may_go(joint, enterprises):
    member = MemberFactory(organization=joint, employer=enterprises[0])
    split_off(joint, enterprises[:1], members=[])
    assert member.memberships.get().organization == joint


def test_the_old_one_may_be_left_with_none(joint, enterprises):
    member = MemberFactory(organization=joint, employer=enterprises[0])
    new = split_off(joint, enterprises, kind=JOINT)
    assert Coverage.objects.on(DAY).filter(organization=new).count() == 2
    assert not joint.coverage.on(DAY).exists()
    assert member.memberships.get(organization=new).valid_from == DAY


def test_the_posts_of_those_who_go_end(joint, enterprises):
    goes = MemberFactory(organization=joint, employer=enterprises[0])
    post, remains = (
        PostFactory(organization=joint, member=goes),
        PostFactory(organization=joint, role="deputy"),
    )
    split_off(joint, enterprises[:1])
    assert list(Post.objects.on(DAY)) == [remains]
    assert post in Post.objects.on(EVE)


def test_something_goes(joint):
    refused(NothingGoes, split_off, joint)
    refused(NothingGoes, split_off, joint, members=[])


def test_only_what_it_has_goes(joint, enterprises):
    refused(DoesNotCover, split_off, joint, [EnterpriseFactory()])
    stranger = MemberFactory(organization=OrganizationFactory())
    refused(BelongsElsewhere, split_off, joint, members=[stranger])
    left = MembershipFactory(organization=joint, valid_to=DAY).member
    refused(BelongsElsewhere, split_off, joint, members=[left])
    ended = MembershipFactory(organization=joint, member__ended_on=DAY).member
    refused(BelongsElsewhere, split_off, joint, members=[ended])


def test_who_left_the_party_does_not_go_by_the_employer(joint, enterprises):
    MembershipFactory(organization=joint, member__ended_on=DAY, member__employer=enterprises[0])
    new = split_off(joint, enterprises[:1])
    assert not new.memberships.exists()


def test_what_is_known_of_later_days_is_not_contradicted(joint, enterprises):
    joint.coverage.filter(enterprise=enterprises[0]).update(valid_to=LATER)
    refused(CoverageIsSettled, split_off, joint, enterprises[:1])
    joint.coverage.filter(enterprise=enterprises[0]).update(valid_from=DAY, valid_to=None)
    refused(CoverageIsSettled, split_off, joint, enterprises[:1])
    moves_on = MembershipFactory(organization=joint, valid_to=LATER).member
    refused(RelationIsSettled, split_off, joint, members=[moves_on])
    transfer = TransferFactory(origin=joint)
    refused(HasOpenTransfer, split_off, joint, members=[transfer.member])


def test_it_is_in_force_on_the_day(enterprises):
    early = OrganizationFactory(kind=JOINT, covers=enterprises, dissolved_on=DAY)
    refused(NotInForce, split_off, early, enterprises[:1])
    late = OrganizationFactory(kind=JOINT, covers=enterprises, established_on=LATER)
    refused(NotInForce, split_off, late, enterprises[:1])


def test_a_standalone_organization_takes_one_enterprise(joint, enterprises):
    refused(CoversAnotherEnterprise, split_off, joint, enterprises)


def test_a_code_is_given_once(joint, enterprises):
    new = Organization(code=joint.code, name="新支部")
    error = refused(ValidationError, split_off, joint, enterprises[:1], new=new)
    assert set(error.message_dict) == {"code"}


def test_community_general_branches_are_split_into_their_like(joint, enterprises):
    community = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, covers=enterprises)
    refused(SplitsIntoAnotherSort, split_off, community, enterprises[:1])
    refused(SplitsIntoAnotherSort, split_off, joint, enterprises[:1], kind=Kind.COMMUNITY_GENERAL_BRANCH)
    new = split_off(community, enterprises[:1], kind=Kind.COMMUNITY_GENERAL_BRANCH)
    assert Organization.objects.community_general_branches().filter(pk=new.pk).exists()


def test_an_enterprise_that_closes_later_is_covered_until_then():
    enterprise = EnterpriseFactory(closed_on=LATER)
    organization = OrganizationFactory(kind=JOINT)
    CoverageFactory(organization=organization, enterprise=enterprise, valid_to=LATER)
    new = split_off(organization, [enterprise])
    assert new.coverage.get().valid_to == LATER


def test_splitting_costs_the_same_for_one_and_three_members(django_assert_max_num_queries):
    counts = []
    for number in (1, 3):
        enterprise = EnterpriseFactory()
        organization = OrganizationFactory(kind=JOINT, covers=[enterprise])
        for _ in range(number):
            MemberFactory(organization=organization, employer=enterprise)
        with django_assert_max_num_queries(100) as queries:
            split_off(organization, [enterprise], new=Organization(code=f"ZZNEW{number}", name="新支部"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_enterprise_leaves_a_joint_branch_and_has_a_branch_of_its_own(joint, enterprises):
    area = AreaFactory()
    joint.areas.create(area=area, valid_from=date(2000, 1, 1))
    MemberFactory(organization=joint, employer=enterprises[0])

    new = left_alone(joint, enterprises[0], on=date(2008, 2, 29))

    assert (new.established_on, new.areas.get().area) == (date(2008, 2, 29), area)
    for day, modes in ((date(2008, 2, 28), (0, 2)), (date(2008, 2, 29), (1, 1)), (DAY, (1, 1))):
        found = coverage_figures(day, None, Scale.ALL)
        assert tuple(found.enterprises.by_mode[mode] for mode in ("standalone", "joint")) == modes
        assert found.members.total == 1


def test_only_a_joint_branch_is_left(enterprises):
    organization = OrganizationFactory(covers=enterprises[:1])
    refused(IsNoJointBranch, left_alone, organization, enterprises[0])
    organization.kinds.update(valid_to=DAY)
    organization.kinds.create(kind=JOINT, valid_from=DAY)
    refused(IsNoJointBranch, left_alone, organization, enterprises[0], on=EVE)
    assert left_alone(organization, enterprises[0]).established_on == DAY


@pytest.mark.django_db(transaction=True)
def test_an_enterprise_leaves_once(joint, enterprises):
    def attempt(code):
        try:
            left_alone(joint, enterprises[0], code=code)
        except Refusal as refusal:
            return type(refusal)
        return None

    found = at_once(lambda: attempt("ZZ1"), lambda: attempt("ZZ2"))

    assert set(found) == {None, DoesNotCover}
    assert Coverage.objects.on(DAY).filter(enterprise=enterprises[0]).count() == 1
