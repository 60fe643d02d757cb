"""An organization merges into another one."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction

from members.actions.dissolution import (
    AlreadyDissolved,
    ChangedLater,
    DissolvedBeforeItIsEstablished,
    HasMembers,
    SucceedsItself,
    TakesNobody,
    dissolve,
)
from members.actions.going_along import TransferBetweenThem
from members.actions.member import register_member
from members.actions.merging import (
    IsSubordinate,
    MergesWithAnotherSort,
    NeedsAnotherKind,
    merge,
)
from members.actions.relations import NotInForce, RelationIsSettled, move_relations
from members.models import Member, Membership, Post, PostRole
from orgs.actions.handing import CoverageIsSettled
from orgs.actions.locking import locked
from orgs.actions.refusals import Refusal
from orgs.actions.restructuring import ChangeIsSettled, KindDoesNotChange
from orgs.models import Coverage, Kind, Organization, OrganizationAct, OrganizationDeed
from stats.figures import Scale, coverage_figures
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, MembershipFactory, PostFactory, TransferFactory
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    EnterpriseFactory,
    OrganizationDeedFactory,
    OrganizationFactory,
)
from tests.factories.rows import all_rows
from tests.factories.turns import at_once, in_turn

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)
EVE = DAY - timedelta(1)
LATER = date(2009, 1, 1)
JOINT = Kind.JOINT_BRANCH


def joined(organization, into, **more):
    return merge(
        **{"organization": organization, "into": into, "on": DAY, "document": "温组〔2008〕3号", "by": None}
        | more
    )


def figures(day):
    """Members, organizations, and enterprises by mode."""
    found = coverage_figures(day, None, Scale.ALL)
    return found.members.total, found.organizations.total, dict(found.enterprises.by_mode)


def refused(refusal, organization, into, **more):
    """Whether merging is refused so, and changes nothing."""
    before = all_rows()
    with pytest.raises(refusal) as raised:
        joined(organization, into, **more)
    assert all_rows() == before
    return raised.value


@pytest.fixture
def two():
    """A branch and a joint branch, each with an enterprise."""
    return OrganizationFactory(covers=[EnterpriseFactory()]), OrganizationFactory(
        kind=JOINT, covers=[EnterpriseFactory()]
    )


def test_members_and_enterprises_go_along_and_the_day_before_stays_as_it_was(two):
    organization, into = two
    members = [MemberFactory(organization=organization) for _ in range(3)]
    MemberFactory(organization=into)
    before, earlier = figures(EVE), figures(date(2005, 1, 1))

    joined(organization, into)

    assert (figures(EVE), figures(date(2005, 1, 1))) == (before, earlier)
    assert figures(DAY)[:2] == (4, 1)
    assert sum(figures(DAY)[2].values()) == 2
    assert {row.organization for row in Membership.objects.on(DAY)} == {into}
    assert {row.organization for row in Membership.objects.on(EVE).filter(member__in=members)} == {
        organization
    }
    assert Coverage.objects.on(DAY).filter(organization=into).count() == 2
    assert not Coverage.objects.on(DAY).filter(organization=organization).exists()


def test_the_old_one_keeps_its_history_and_points_to_its_successor(two):
    organization, into = two
    user = UserFactory()

    joined(organization, into, by=user)

    organization.refresh_from_db()
    assert (organization.dissolved_on, organization.successor) == (DAY, into)
    assert into.name in organization.dissolution_reason
    assert organization.history.latest().history_user == user
    deeds = OrganizationDeed.objects.values_list("organization", "what", "other", "on", "document")
    assert set(deeds) == {
        (organization.pk, OrganizationAct.MERGED_INTO, into.pk, DAY, "温组〔2008〕3号"),
        (into.pk, OrganizationAct.TOOK_IN, organization.pk, DAY, "温组〔2008〕3号"),
    }
    assert {deed.history.latest().history_user for deed in OrganizationDeed.objects.all()} == {user}


def test_an_enterprise_that_both_cover_is_covered_once():
    enterprise = EnterpriseFactory()
    organization, into = OrganizationFactory(covers=[enterprise]), OrganizationFactory(covers=[enterprise])

    joined(organization, into)

    assert [row.organization for row in Coverage.objects.on(DAY)] == [into]
    assert into.coverage.get().valid_from == date(2000, 1, 1)


def test_a_standalone_organization_that_would_cover_two_enterprises_asks_for_its_kind():
    organization = OrganizationFactory(covers=[EnterpriseFactory()])
    into = OrganizationFactory(covers=[EnterpriseFactory()])
    refused(NeedsAnotherKind, organization, into)
    refused(NeedsAnotherKind, organization, into, kind=Kind.COMMITTEE)

    joined(organization, into, kind=JOINT)

    assert [(row.kind, row.valid_from) for row in into.kinds.order_by("valid_from")] == [
        (Kind.BRANCH, date(2000, 1, 1)),
        (JOINT, DAY),
    ]
    assert into.deeds.filter(what=OrganizationAct.KIND_CHANGED, on=DAY).count() == 1
    assert coverage_figures(EVE, None, Scale.ALL).organizations.joint == 0
    assert coverage_figures(DAY, None, Scale.ALL).organizations.joint == 1


def test_the_kind_that_it_has_changes_nothing(two):
    joined(*two, kind=JOINT)
    assert two[1].kinds.count() == 1
    assert not two[1].deeds.filter(what=OrganizationAct.KIND_CHANGED).exists()


def test_deputies_and_commissioners_keep_their_posts_and_the_second_secretary_does_not(two):
    organization, into = two
    secretary = PostFactory(organization=organization)
    deputy = PostFactory(organization=organization, role=PostRole.DEPUTY)
    commissioner = PostFactory(organization=organization, role=PostRole.COMMISSIONER, duty="组织")
    stays = PostFactory(organization=into)

    joined(organization, into)

    held = Post.objects.on(DAY)
    assert set(held.values_list("organization", "member", "role", "duty")) == {
        (into.pk, stays.member_id, PostRole.SECRETARY, ""),
        (into.pk, deputy.member_id, PostRole.DEPUTY, ""),
        (into.pk, commissioner.member_id, PostRole.COMMISSIONER, "组织"),
    }
    secretary.refresh_from_db()
    assert secretary.valid_to == DAY
    assert set(Post.objects.on(EVE).filter(organization=organization)) == {secretary, deputy, commissioner}


def test_the_secretary_goes_along_where_there_is_none(two):
    organization, into = two
    secretary = PostFactory(organization=organization)
    PostFactory(organization=into, valid_to=DAY)

    joined(organization, into)

    assert [(row.organization, row.member) for row in Post.objects.on(DAY)] == [(into, secretary.member)]


def test_a_post_that_was_held_until_a_later_day_is_held_until_then(two):
    organization, into = two
    PostFactory(organization=organization, role=PostRole.DEPUTY, valid_to=LATER)
    joined(organization, into)
    assert [(row.valid_from, row.valid_to) for row in into.posts.all()] == [(DAY, LATER)]


def test_nobody_holds_two_posts_in_the_successor(two):
    organization, into = two
    deputy = PostFactory(organization=organization, role=PostRole.DEPUTY)
    PostFactory(organization=into, member=deputy.member)
    joined(organization, into)
    assert [row.role for row in Post.objects.on(DAY)] == [PostRole.SECRETARY]


def test_the_post_of_somebody_who_is_no_longer_a_member_ends(two):
    organization, into = two
    left = MembershipFactory(organization=organization, member__ended_on=DAY)
    post = PostFactory(organization=organization, member=left.member)
    joined(organization, into)
    post.refresh_from_db()
    assert post.valid_to == DAY
    assert not Post.objects.on(DAY).exists()


def test_subordinates_in_force_come_under_the_successor(two):
    organization, into = two
    lasting = OrganizationFactory(superior=organization)
    gone = OrganizationFactory(superior=organization, dissolved_on=DAY)
    goes_later = OrganizationFactory(superior=organization, dissolved_on=LATER)

    joined(organization, into)

    for row, superior in ((lasting, into), (gone, organization), (goes_later, into)):
        row.refresh_from_db()
        assert row.superior == superior
    changed = OrganizationDeed.objects.filter(what=OrganizationAct.SUPERIOR_CHANGED)
    assert {(deed.organization, deed.other, deed.on) for deed in changed} == {
        (lasting, into, DAY),
        (goes_later, into, DAY),
    }


def test_a_subordinate_that_came_under_it_later_is_not_contradicted(two):
    organization, into = two
    came = OrganizationFactory(superior=organization)
    deed = OrganizationDeedFactory(
        organization=came, what=OrganizationAct.SUPERIOR_CHANGED, on=DAY, other=organization
    )
    refused(ChangeIsSettled, organization, into)
    deed.on = EVE
    deed.save()
    joined(organization, into)


def test_transfers_under_way_lead_from_and_to_the_successor(two):
    organization, into = two
    out = TransferFactory(origin=organization)
    inward = TransferFactory(destination=organization)
    received = TransferFactory(origin=organization, received_on=date(2008, 6, 20))
    received.member.memberships.update(valid_to=date(2008, 6, 20))

    joined(organization, into)

    for row in (out, inward, received):
        row.refresh_from_db()
    assert (out.origin, inward.destination, received.origin) == (into, into, organization)
    assert Membership.objects.on(DAY).get(member=out.member).organization == into
    assert [row.origin for row in out.history.order_by("history_id")] == [organization, into]


@pytest.mark.parametrize("there", [True, False])
def test_a_transfer_between_the_two_is_settled_first(two, there):
    origin, destination = two if there else reversed(two)
    TransferFactory(origin=origin, destination=destination)
    refused(TransferBetweenThem, *two)


def test_relations_of_people_no_longer_members_end_with_it(two):
    organization, into = two
    left = MembershipFactory(organization=organization, member__ended_on=DAY)
    leaves = MembershipFactory(organization=organization, member__ended_on=LATER, valid_to=LATER)

    joined(organization, into)

    left.refresh_from_db()
    assert left.valid_to == DAY
    assert not into.memberships.filter(member=left.member).exists()
    moved = into.memberships.get(member=leaves.member)
    assert (moved.valid_from, moved.valid_to) == (DAY, LATER)


def test_the_coverage_of_an_enterprise_that_closes_later_goes_along_until_then(two):
    organization, into = two
    enterprise = organization.coverage.get().enterprise
    enterprise.closed_on = LATER
    enterprise.save()
    organization.coverage.update(valid_to=LATER)

    joined(organization, into)

    assert into.coverage.get(enterprise=enterprise).valid_to == LATER
    assert organization.coverage.get().valid_to == DAY


def test_an_organization_without_anybody_and_anything_merges():
    organization, into = OrganizationFactory(), OrganizationFactory()
    joined(organization, into)
    organization.refresh_from_db()
    assert organization.dissolved_on == DAY


def test_it_may_merge_into_its_superior():
    superior = OrganizationFactory()
    organization = OrganizationFactory(superior=superior)
    joined(organization, superior)
    superior.refresh_from_db()
    assert superior.superior is None


def test_it_does_not_merge_into_what_is_beneath_it():
    organization = OrganizationFactory()
    under = OrganizationFactory(superior=organization)
    refused(IsSubordinate, organization, under)
    refused(IsSubordinate, organization, OrganizationFactory(superior=under))


def test_it_does_not_merge_into_itself():
    organization = OrganizationFactory()
    refused(SucceedsItself, organization, organization)


def test_community_general_branches_merge_with_each_other_alone():
    community, other, branch = (
        OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, covers=[EnterpriseFactory()]),
        OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, covers=[EnterpriseFactory()]),
        OrganizationFactory(),
    )
    refused(MergesWithAnotherSort, community, branch)
    refused(MergesWithAnotherSort, branch, community)
    refused(KindDoesNotChange, community, other, kind=JOINT)
    refused(KindDoesNotChange, OrganizationFactory(), branch, kind=Kind.COMMUNITY_GENERAL_BRANCH)

    joined(community, other)

    assert other.coverage.on(DAY).count() == 2


@pytest.mark.parametrize(
    ("refusal", "old", "new"),
    [
        (AlreadyDissolved, {"dissolved_on": LATER}, {}),
        (AlreadyDissolved, {"dissolved_on": EVE}, {}),
        (DissolvedBeforeItIsEstablished, {"established_on": DAY}, {}),
        (NotInForce, {}, {"established_on": LATER}),
        (NotInForce, {}, {"dissolved_on": DAY}),
        (TakesNobody, {}, {"dissolved_on": LATER}),
    ],
)
def test_both_exist_on_the_day_and_the_successor_goes_on(refusal, old, new):
    refused(refusal, OrganizationFactory(**old), OrganizationFactory(**new))


def test_it_may_merge_into_one_established_that_day():
    organization, into = OrganizationFactory(), OrganizationFactory(established_on=DAY)
    MemberFactory(organization=organization)
    joined(organization, into)
    assert figures(DAY)[:2] == (1, 1)


def test_what_is_known_of_later_days_is_not_contradicted(two):
    organization = two[0]
    moved_on = MembershipFactory(organization=organization, valid_to=LATER)
    refused(RelationIsSettled, *two)
    moved_on.delete()
    came = MembershipFactory(organization=organization, valid_from=DAY)
    refused(RelationIsSettled, *two)
    came.delete()
    comes = MembershipFactory(organization=organization, valid_from=LATER)
    assert isinstance(refused(HasMembers, *two), Refusal)
    comes.delete()
    post = PostFactory(organization=organization, valid_from=LATER, role=PostRole.DEPUTY)
    refused(RelationIsSettled, *two)
    post.delete()
    joined(*two)


def test_a_later_kind_of_the_successor_is_not_contradicted():
    organization, into = OrganizationFactory(), OrganizationFactory()
    into.kinds.update(valid_to=LATER)
    into.kinds.create(kind=JOINT, valid_from=LATER)
    refused(ChangeIsSettled, organization, into, kind=JOINT)


@pytest.mark.parametrize("valid", [(DAY, None), (LATER, None), (date(2000, 1, 1), LATER)])
@pytest.mark.parametrize("of_the_successor", [True, False])
def test_coverage_known_to_change_later_is_not_contradicted(valid, of_the_successor):
    enterprise = EnterpriseFactory()
    organization, into = OrganizationFactory(), OrganizationFactory()
    start, end = valid
    CoverageFactory(
        organization=into if of_the_successor else organization,
        enterprise=enterprise, valid_from=start, valid_to=end,
    )  # fmt: skip
    if of_the_successor:
        CoverageFactory(organization=organization, enterprise=enterprise)
        if start == DAY:
            joined(organization, into)  # covered by the successor from that day on anyway
            return
    refused(CoverageIsSettled, organization, into)


def test_a_merger_on_a_leap_day(two):
    day = date(2008, 2, 29)
    MemberFactory(organization=two[0])
    joined(*two, on=day)
    assert figures(date(2008, 2, 28))[:2] == (1, 2)
    assert figures(day)[:2] == figures(date(2008, 3, 1))[:2] == (1, 1)


def test_the_area_of_the_successor_counts_who_came():
    area, other = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    organization, into = OrganizationFactory(area=area), OrganizationFactory(area=other)
    MemberFactory(organization=organization)
    joined(organization, into)
    counted = [
        coverage_figures(day, place, Scale.ALL).members.total for day in (EVE, DAY) for place in (area, other)
    ]
    assert counted == [1, 0, 0, 1]


def test_merging_costs_the_same_for_one_and_three_members(django_assert_max_num_queries):
    def with_members(count):
        organization = OrganizationFactory(covers=[EnterpriseFactory()])
        for _ in range(count):
            PostFactory(organization=organization, role=PostRole.COMMISSIONER)
            OrganizationFactory(superior=organization)
            TransferFactory(destination=organization)
        return organization

    one, three = with_members(1), with_members(3)
    into = OrganizationFactory(kind=JOINT), OrganizationFactory(kind=JOINT)
    with django_assert_max_num_queries(200) as first:
        joined(one, into[0])
    with django_assert_max_num_queries(200) as second:
        joined(three, into[1])
    assert len(first) == len(second)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_merge_into_each_other_at_once_one_goes_on(two):
    organization, into = two
    for row in two:
        MemberFactory(organization=row)

    def attempt(one, other):
        try:
            joined(one, other, kind=JOINT)
        except Refusal as refusal:
            return type(refusal)
        return None

    found = at_once(lambda: attempt(organization, into), lambda: attempt(into, organization))

    # Whoever comes second finds the other gone, or itself a joint branch since that day.
    assert set(found) in ({ChangedLater, None}, {NotInForce, None})
    assert Organization.objects.in_force_on(DAY).count() == 1
    assert figures(DAY)[:2] == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_who_would_join_while_it_merges_waits_and_is_told(two):
    organization, into = two
    member = Member(member_no="M9", name="张某", full_on=date(2000, 1, 1))

    def join():
        try:
            register_member(member=member, organization=organization, relation_from=LATER, by=None)
        except ValidationError as refusal:
            return set(refusal.message_dict)
        return None

    assert in_turn(lambda: joined(organization, into), join) == {"valid_from"}
    assert not Membership.objects.filter(organization=organization, valid_from=LATER).exists()


@pytest.mark.django_db(transaction=True)
def test_who_joins_first_goes_along(two):
    organization, into = two
    member = Member(member_no="M9", name="张某", full_on=date(2000, 1, 1))
    in_turn(
        lambda: register_member(member=member, organization=organization, relation_from=EVE, by=None),
        lambda: joined(organization, into),
    )
    assert Membership.objects.on(DAY).get().organization == into


@pytest.mark.django_db(transaction=True)
def test_of_merging_and_dissolving_at_once_one_is_told(two):
    organization, into = two

    def attempt(deed):
        with suppress(AlreadyDissolved, OperationalError):
            deed()
            return True
        return False

    done = at_once(
        lambda: attempt(lambda: joined(organization, into)),
        lambda: attempt(lambda: dissolve(organization=organization, on=LATER, by=None, reason="")),
    )
    assert sorted(done) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_who_is_transferred_to_it_meanwhile_goes_along(two):
    organization, into = two
    relation = MembershipFactory(organization=OrganizationFactory())

    def transfer():
        locked([relation.organization, organization])
        move_relations(members=[relation.member], to=organization, on=EVE, by=None)

    in_turn(transfer, lambda: joined(organization, into))

    found = Membership.objects.filter(member=relation.member).order_by("valid_from")
    assert [(row.organization, row.valid_to) for row in found] == [
        (relation.organization, EVE), (organization, DAY), (into, None),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_who_would_be_transferred_to_it_after_it_merged_is_told(two):
    organization, into = two
    relation = MembershipFactory(organization=OrganizationFactory())

    @transaction.atomic
    def transfer():
        (to,) = [row for row in locked([relation.organization, organization]) if row.pk == organization.pk]
        with pytest.raises(NotInForce):
            move_relations(members=[relation.member], to=to, on=DAY, by=None)

    in_turn(lambda: joined(organization, into), transfer)

    assert Membership.objects.on(DAY).get(member=relation.member).organization == relation.organization
