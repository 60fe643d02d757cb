"""A whole organization's members move in one action, or nobody does."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.actions.moves import NAMED, MovesToItself, NobodyBelongs, SomeCannotMove, move_members
from members.actions.relations import NotInForce, RelationIsSettled
from members.models import Membership
from orgs.models import OrganizationAct, OrganizationDeed
from stats.figures import Scale, coverage_figures
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, MembershipFactory, PostFactory, TransferFactory
from tests.factories.orgs import AreaFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

DAY = date(2024, 2, 29)


@pytest.fixture
def organization():
    return OrganizationFactory(area=AreaFactory(code="330304001"))


@pytest.fixture
def to():
    return OrganizationFactory(area=AreaFactory(code="330304002"))


def move(organization, to, on=DAY, by=None):
    return move_members(organization=organization, to=to, on=on, document="温组〔2024〕1号", by=by)


def full_members(organization, day):
    return coverage_figures(day, organization.areas.get().area, Scale.ALL).members.full


def test_all_who_belong_on_the_day_move_and_are_counted_once(organization, to):
    user = UserFactory()
    staying = {MemberFactory(organization=organization) for _ in range(3)}
    MembershipFactory(organization=organization, valid_to=DAY)
    before = coverage_figures(DAY - timedelta(days=1), None, Scale.ALL)

    assert set(move(organization, to, by=user)) == staying

    assert [full_members(organization, day) for day in (DAY - timedelta(days=1), DAY)] == [4, 0]
    assert [full_members(to, day) for day in (DAY - timedelta(days=1), DAY)] == [0, 3]
    assert coverage_figures(DAY - timedelta(days=1), None, Scale.ALL) == before
    moved = Membership.objects.filter(organization=to)
    assert set(moved.values_list("valid_from", "valid_to")) == {(DAY, None)}
    assert {row.history.latest().history_user for row in moved} == {user}


def test_both_organizations_have_the_deed_with_its_document(organization, to):
    MemberFactory(organization=organization)
    move(organization, to)
    deeds = set(OrganizationDeed.objects.values_list("organization", "other", "what", "on", "document"))
    act = OrganizationAct.MEMBERS_MOVED
    assert deeds == {
        (organization.pk, to.pk, act, DAY, "温组〔2024〕1号"),
        (to.pk, organization.pk, act, DAY, "温组〔2024〕1号"),
    }


def test_the_posts_of_those_who_move_end(organization, to):
    post = PostFactory(organization=organization)
    move(organization, to)
    post.refresh_from_db()
    assert post.valid_to == DAY


def test_who_cannot_move_is_named_and_nobody_moves(organization, to):
    free, asked, leaving, arriving = (
        MemberFactory(organization=organization, name=name) for name in ("甲", "乙", "丙", "丁")
    )
    TransferFactory(member=asked, origin=organization)
    leaving.memberships.update(valid_to=date(2024, 6, 1))
    arriving.memberships.update(valid_from=DAY)
    before = set(Membership.objects.values_list())

    with pytest.raises(SomeCannotMove) as refusal:
        move(organization, to)

    assert refusal.value.count == 3
    assert all(str(member) in str(refusal.value) for member in (asked, leaving, arriving))
    assert str(free) not in str(refusal.value)
    assert set(Membership.objects.values_list()) == before
    assert not OrganizationDeed.objects.exists()


def test_many_who_cannot_move_are_counted(organization, to):
    for _ in range(NAMED + 2):
        TransferFactory(origin=organization)
    with pytest.raises(SomeCannotMove) as refusal:
        move(organization, to)
    assert str(NAMED + 2) in str(refusal.value)
    assert str(refusal.value).count("张") == NAMED


def test_who_has_moved_on_later_is_no_hindrance_where_the_end_is_that_of_the_membership(organization, to):
    member = MemberFactory(organization=organization, ended_on=date(2024, 6, 1))
    member.memberships.update(valid_to=date(2024, 6, 1))
    move(organization, to)
    assert list(member.memberships.filter(organization=to).values_list("valid_from", "valid_to")) == [
        (DAY, date(2024, 6, 1))
    ]


def test_a_post_that_begins_later_is_in_the_way(organization, to):
    PostFactory(organization=organization, valid_from=date(2024, 6, 1))
    with pytest.raises(RelationIsSettled):
        move(organization, to)
    assert not Membership.objects.filter(organization=to).exists()


def test_where_nobody_or_nothing_is_to_move_nothing_happens(organization, to):
    with pytest.raises(NobodyBelongs):
        move(organization, to)
    MemberFactory(organization=organization)
    with pytest.raises(MovesToItself):
        move(organization, organization)
    to.dissolved_on = DAY
    to.save()
    with pytest.raises(NotInForce):
        move(organization, to)
    move(organization, to, on=DAY - timedelta(days=1))


def test_moving_costs_as_many_statements_for_three_as_for_one(to):
    costs = []
    for count in (1, 3):
        organization = OrganizationFactory()
        for _ in range(count):
            MemberFactory(organization=organization)
        PostFactory(organization=organization)
        with CaptureQueriesContext(
            connection,
        ) as statements:
            move(organization, to)
        costs.append(len(statements))
    assert costs[0] == costs[1]
