"""An organization is dissolved."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from members.actions.dissolution import (
    AlreadyDissolved,
    DissolvedBeforeItIsEstablished,
    HasMembers,
    MembersStay,
    SucceedsItself,
    TakesNobody,
    correct_dissolution,
    dissolve,
)
from members.actions.member import register_member
from members.actions.relations import HasOpenTransfer, NotInForce, RelationIsSettled
from members.models import Member, Membership, PostRole
from orgs.actions.endings import OutlastsItsOwner
from orgs.actions.enterprise import close_enterprise
from orgs.models import OrganizationAct
from stats.figures import Scale, coverage_figures
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, MembershipFactory, PostFactory, TransferFactory
from tests.factories.orgs import CoverageFactory, OrganizationFactory
from tests.factories.rows import all_rows
from tests.factories.turns import at_once, in_turn

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)
EVE = date(2008, 6, 29)
LATER = date(2009, 1, 1)


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


def test_the_members_go_to_another_organization_on_the_day_and_are_counted_once():
    organization, other = OrganizationFactory(), OrganizationFactory()
    members = [MemberFactory(organization=organization) for _ in range(2)]
    left = MembershipFactory(organization=organization, member__ended_on=DAY)
    post = PostFactory(organization=organization, member=members[0], role=PostRole.DEPUTY)
    before = coverage_figures(EVE, None, Scale.ALL)

    dissolve(
        organization=organization,
        on=DAY,
        by=None,
        reason="企业搬迁",
        members_to=other,
        document="温组〔2008〕5号",
    )

    assert coverage_figures(EVE, None, Scale.ALL) == before
    assert coverage_figures(DAY, None, Scale.ALL).members.total == 2
    assert set(Membership.objects.on(DAY).values_list("member", "organization")) == {
        (member.pk, other.pk) for member in members
    }
    left.refresh_from_db()
    post.refresh_from_db()
    assert left.valid_to == post.valid_to == DAY
    deed = organization.deeds.get()
    assert (deed.what, deed.on, deed.document, deed.other) == (
        OrganizationAct.DISSOLVED,
        DAY,
        "温组〔2008〕5号",
        other,
    )


@pytest.mark.parametrize(
    ("refusal", "elsewhere"),
    [
        (NotInForce, {"established_on": LATER}),
        (NotInForce, {"dissolved_on": DAY}),
        (TakesNobody, {"dissolved_on": LATER}),
    ],
)
def test_members_go_only_where_they_can_stay(refusal, elsewhere):
    organization, other = OrganizationFactory(), OrganizationFactory(**elsewhere)
    MemberFactory(organization=organization)
    before = all_rows()
    with pytest.raises(refusal):
        dissolve(organization=organization, on=DAY, by=None, reason="", members_to=other)
    assert all_rows() == before


def test_members_do_not_go_to_the_organization_that_is_dissolved():
    organization = OrganizationFactory()
    with pytest.raises(MembersStay):
        dissolve(organization=organization, on=DAY, by=None, reason="", members_to=organization)


def test_members_whose_later_relation_or_transfer_is_known_keep_the_organization():
    organization, other = OrganizationFactory(), OrganizationFactory()
    relation = MembershipFactory(organization=organization, valid_to=LATER)
    for refusal in (RelationIsSettled, HasOpenTransfer, HasMembers):
        before = all_rows()
        with pytest.raises(refusal):
            dissolve(organization=organization, on=DAY, by=None, reason="", members_to=other)
        assert all_rows() == before
        if refusal is RelationIsSettled:
            relation.delete()
            transfer = TransferFactory(origin=organization)
        elif refusal is HasOpenTransfer:
            transfer.delete()
            MembershipFactory(organization=organization, valid_from=LATER)


def test_a_corrected_day_is_that_of_the_deed_and_none_leaves_none():
    organization, user = OrganizationFactory(), UserFactory()
    dissolve(organization=organization, on=DAY, by=None, reason="", document="1号")

    correct_dissolution(organization=organization, on=LATER, by=user, reason="", successor=None)
    assert organization.deeds.get().on == LATER

    correct_dissolution(organization=organization, on=None, by=user, reason="", successor=None)
    assert not organization.deeds.exists()
    history = organization.deeds.model.history.order_by("history_id")
    assert [(row.history_type, row.history_user) for row in history] == [
        ("+", None),
        ("~", user),
        ("-", user),
    ]


def test_the_members_of_a_large_organization_cost_as_many_statements_as_one(django_assert_max_num_queries):
    counts = []
    for number in (1, 3):
        organization, other = OrganizationFactory(), OrganizationFactory()
        for _ in range(number):
            MemberFactory(organization=organization)
        with django_assert_max_num_queries(100) as queries:
            dissolve(organization=organization, on=DAY, by=None, reason="", members_to=other)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_who_joins_while_it_is_dissolved_goes_along_or_is_told():
    organization, other = OrganizationFactory(), OrganizationFactory()
    member = Member(member_no="M9", name="张某", full_on=date(2000, 1, 1))

    def join():
        try:
            register_member(member=member, organization=organization, relation_from=EVE, by=None)
        except ValidationError:
            return False
        return True

    joined, _dissolved = at_once(
        join, lambda: dissolve(organization=organization, on=DAY, by=None, reason="", members_to=other)
    )

    belongs = list(Membership.objects.on(DAY).values_list("organization", flat=True))
    ended = Membership.objects.filter(organization=organization, valid_to=DAY).count()
    assert joined
    assert (belongs, ended) in (([other.pk], 1), ([], 1))
