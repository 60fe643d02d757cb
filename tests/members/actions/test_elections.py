"""Organizations elect, appoint and relieve."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from members.actions.appointments import HoldsNoPost, HoldsThePostAlready, appoint, relieve
from members.actions.committees import CommitteeOfWrongSize
from members.actions.elections import (
    ElectedTwice,
    ElectionIsSettled,
    NeedsAnApproval,
    TooEarly,
    hold_election,
    next_election_due,
    what_is_unusual_in,
)
from members.actions.posts import DoesNotBelongToIt, IsNoFullMember, PostIsSettled
from members.actions.relations import NotInForce, RelationIsSettled, move_relations
from members.models import Election, Membership, Post, PostRole, StandingKind
from orgs.actions.locking import locked
from orgs.models import Kind
from tests.factories.accounts import UserFactory
from tests.factories.members import (
    ElectionFactory,
    MemberFactory,
    MembershipFactory,
    PostFactory,
    StandingFactory,
)
from tests.factories.orgs import OrganizationFactory
from tests.factories.turns import in_turn

pytestmark = pytest.mark.django_db
BEFORE_THE_RULES = date(2008, 6, 30)
DAY = date(2020, 9, 1)
TERM_END = date(2023, 9, 1)


def members_of(organization, count):
    return MemberFactory.create_batch(count, organization=organization)


def elect(organization, on=DAY, **said):
    said = {"document": "党字1号", "by": None} | said
    return hold_election(organization=organization, on=on, **said)


def posts_of(organization):
    rows = organization.posts.order_by("valid_from", "pk")
    return [(row.member_id, str(row.role), row.valid_from, row.valid_to) for row in rows]


def test_an_election_opens_posts_with_its_term_and_names_who_entered_it():
    organization, user = OrganizationFactory(), UserFactory()
    first, second = members_of(organization, 2)

    election = elect(organization, secretary=first, deputy=second, by=user)

    assert (election.held_on, election.term_ends_on, election.document) == (DAY, TERM_END, "党字1号")
    assert posts_of(organization) == [
        (first.pk, PostRole.SECRETARY, DAY, None),
        (second.pk, PostRole.DEPUTY, DAY, None),
    ]
    rows = [election, *Post.objects.all()]
    assert {row.history.get().history_user for row in rows} == {user}
    assert set(Post.history.values_list("history_change_reason", flat=True)) == {"党字1号"}


@pytest.mark.parametrize(
    ("kind", "on", "ends"),
    [
        (Kind.BRANCH, DAY, TERM_END),
        (Kind.JOINT_BRANCH, DAY, TERM_END),
        (Kind.GENERAL_BRANCH, DAY, TERM_END),
        (Kind.COMMITTEE, DAY, date(2025, 9, 1)),
        (Kind.COMMUNITY_GENERAL_BRANCH, DAY, date(2025, 9, 1)),
        (Kind.BRANCH, date(2020, 2, 29), date(2023, 3, 1)),
        (Kind.COMMITTEE, date(2020, 2, 29), date(2025, 3, 1)),
        (Kind.BRANCH, BEFORE_THE_RULES, None),
        (Kind.BRANCH, date(2018, 6, 30), None),
        (Kind.BRANCH, date(2018, 7, 1), date(2021, 7, 1)),
    ],
)
def test_the_term_is_that_of_the_kind_and_of_the_rules_of_the_day(kind, on, ends):
    organization = OrganizationFactory(kind=kind)
    election = elect(organization, on, secretary=members_of(organization, 1)[0])
    assert election.term_ends_on == ends


def test_a_new_election_ends_all_former_posts_also_of_who_is_elected_again():
    organization = OrganizationFactory()
    again, gone = members_of(organization, 2)
    elect(organization, secretary=again, deputy=gone)
    election = elect(organization, TERM_END, secretary=again)
    assert posts_of(organization) == [
        (again.pk, PostRole.SECRETARY, DAY, TERM_END),
        (gone.pk, PostRole.DEPUTY, DAY, TERM_END),
        (again.pk, PostRole.SECRETARY, TERM_END, None),
    ]
    assert election.posts.get().member == again


def test_posts_of_other_organizations_stay():
    other = PostFactory()
    organization = OrganizationFactory()
    elect(organization, secretary=members_of(organization, 1)[0])
    other.refresh_from_db()
    assert other.valid_to is None


def test_a_post_lasts_no_longer_than_the_relation_the_membership_and_the_organization():
    organization = OrganizationFactory(dissolved_on=date(2030, 1, 1))
    staying, leaving, ending = MemberFactory(), MemberFactory(), MemberFactory(ended_on=date(2021, 1, 1))
    for member, end in ((staying, None), (leaving, date(2022, 1, 1)), (ending, None)):
        MembershipFactory(member=member, organization=organization, valid_to=end)
    elect(organization, secretary=staying, deputy=leaving, commissioners=[ending])
    assert [end for *_post, end in posts_of(organization)] == [
        date(2030, 1, 1), date(2022, 1, 1), date(2021, 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("relation", "full_on", "refusal"),
    [
        ({"valid_from": date(2020, 9, 2)}, date(2000, 1, 1), DoesNotBelongToIt),
        ({"valid_to": DAY}, date(2000, 1, 1), DoesNotBelongToIt),
        ({}, None, IsNoFullMember),
        ({}, date(2020, 9, 2), IsNoFullMember),
    ],
)
def test_only_full_members_of_the_organization_on_the_day_are_elected(relation, full_on, refusal):
    organization = OrganizationFactory()
    member = MemberFactory(full_on=full_on, probationary_on=date(2000, 1, 1))
    MembershipFactory(member=member, organization=organization, **relation)
    with pytest.raises(refusal):
        elect(organization, secretary=member)
    with pytest.raises(refusal):
        appoint(
            organization=organization, member=member, role=PostRole.SECRETARY, on=DAY, document="", by=None
        )
    assert not Election.objects.exists()
    assert not Post.objects.exists()


def test_who_becomes_full_on_the_day_is_elected_on_it():
    organization = OrganizationFactory()
    member = MemberFactory(full_on=DAY, organization=organization)
    elect(organization, secretary=member)
    assert Post.objects.get().member == member


def test_a_member_of_another_organization_is_not_elected():
    organization = OrganizationFactory()
    with pytest.raises(DoesNotBelongToIt):
        elect(organization, secretary=MemberFactory(organization=OrganizationFactory()))


def test_whose_membership_is_stopped_is_not_elected_but_who_is_away_is():
    organization = OrganizationFactory()
    stopped, away = members_of(organization, 2)
    StandingFactory(member=stopped, kind=StandingKind.STOPPED)
    StandingFactory(member=away, kind=StandingKind.AWAY)
    with pytest.raises(IsNoFullMember):
        elect(organization, secretary=stopped)
    elect(organization, secretary=away)


def test_nobody_is_elected_twice():
    organization = OrganizationFactory()
    first, second = members_of(organization, 2)
    for said in ({"deputy": first}, {"deputy": second, "commissioners": [second]}):
        with pytest.raises(ElectedTwice):
            elect(organization, secretary=first, **said)
    assert not Election.objects.exists()


@pytest.mark.parametrize(
    ("life", "on"),
    [
        ({"dissolved_on": DAY}, DAY),
        ({"established_on": date(2020, 9, 2)}, DAY),
    ],
)
def test_only_an_organization_in_force_elects(life, on):
    organization = OrganizationFactory(**life)
    member = MemberFactory()
    MembershipFactory(member=member, organization=organization)
    with pytest.raises(NotInForce):
        elect(organization, on, secretary=member)


@pytest.mark.parametrize("full", [6, 7])
@pytest.mark.parametrize("kind", [Kind.BRANCH, Kind.JOINT_BRANCH])
@pytest.mark.parametrize(
    ("size", "refused", "warned"),
    [(1, True, 0), (2, True, 0), (3, False, 0), (5, False, 0), (6, False, 1), (7, False, 1), (8, True, 0)],
)
def test_a_branch_of_seven_full_members_has_a_committee_of_three_to_seven(kind, full, size, refused, warned):
    organization = OrganizationFactory(kind=kind)
    # Those on probation count for no committee; those who are elected beyond `full` belong to it in any case.
    MemberFactory(full_on=None, probationary_on=date(2020, 1, 1), organization=organization)
    secretary, *others = members_of(organization, max(full, size))
    said = {"secretary": secretary, "commissioners": others[: size - 1]}
    if max(full, size) >= 7 and refused:
        with pytest.raises(CommitteeOfWrongSize):
            elect(organization, **said)
        assert not Election.objects.exists()
        assert not Post.objects.exists()
        return
    election = elect(organization, **said)
    assert organization.posts.count() == size
    if max(full, size) >= 7:
        assert len(what_is_unusual_in(election)) == warned
    else:
        assert len(what_is_unusual_in(election)) == (1 if size > 1 else 0)


@pytest.mark.parametrize(
    ("kind", "on"),
    [(Kind.BRANCH, date(2018, 10, 27)), (Kind.GENERAL_BRANCH, DAY), (Kind.COMMITTEE, DAY)],
)
def test_no_size_is_demanded_before_the_rule_and_of_other_kinds(kind, on):
    organization = OrganizationFactory(kind=kind)
    election = elect(organization, on, secretary=members_of(organization, 9)[0])
    assert what_is_unusual_in(election) == []


def test_an_election_on_the_day_on_which_the_term_ends_needs_no_approval():
    organization = OrganizationFactory()
    member = members_of(organization, 1)[0]
    elect(organization, secretary=member)
    assert next_election_due(organization, TERM_END) == TERM_END
    assert what_is_unusual_in(elect(organization, TERM_END, secretary=member)) == []
    assert next_election_due(organization, TERM_END) == date(2026, 9, 1)
    assert next_election_due(organization, DAY) == TERM_END


@pytest.mark.parametrize("on", [date(2022, 9, 1), date(2023, 8, 31), date(2023, 9, 2), date(2024, 9, 1)])
def test_an_election_early_or_late_by_up_to_a_year_needs_its_approval(on):
    organization = OrganizationFactory()
    member = members_of(organization, 1)[0]
    elect(organization, secretary=member)
    with pytest.raises(NeedsAnApproval):
        elect(organization, on, secretary=member)
    election = elect(organization, on, secretary=member, approval_number="批1号")
    assert election.approval_number == "批1号"
    assert what_is_unusual_in(election) == []


def test_an_election_early_by_more_than_a_year_is_refused_whatever_the_approval():
    organization = OrganizationFactory()
    member = members_of(organization, 1)[0]
    elect(organization, secretary=member)
    with pytest.raises(TooEarly):
        elect(organization, date(2022, 8, 31), secretary=member, approval_number="批1号")
    assert organization.elections.count() == organization.posts.count() == 1


def test_an_organization_whose_term_ran_out_long_ago_may_elect_again_with_a_warning():
    organization = OrganizationFactory()
    member = members_of(organization, 1)[0]
    elect(organization, secretary=member)
    on = date(2024, 9, 2)
    with pytest.raises(NeedsAnApproval):
        elect(organization, on, secretary=member)
    election = elect(organization, on, secretary=member, approval_number="批1号")
    assert ["2024" in text for text in what_is_unusual_in(election)] == [True]


def test_after_a_change_of_kind_an_organization_elects_anew_whenever_it_does():
    organization = OrganizationFactory()
    member = members_of(organization, 1)[0]
    elect(organization, secretary=member)
    changed = date(2021, 1, 1)
    organization.kinds.update(valid_to=changed)
    organization.kinds.create(kind=Kind.GENERAL_BRANCH, valid_from=changed)
    assert elect(organization, changed, secretary=member).term_ends_on == date(2024, 1, 1)


def test_elections_without_a_term_and_before_the_rules_are_held_on_any_day():
    organization = OrganizationFactory()
    member = members_of(organization, 1)[0]
    elect(organization, BEFORE_THE_RULES, secretary=member)
    elect(organization, date(2019, 1, 1), secretary=member)
    elect(organization, date(2019, 2, 1), secretary=member)
    assert organization.elections.count() == 3


@pytest.mark.parametrize("on", [DAY, date(2020, 8, 31)])
def test_an_election_on_the_day_of_one_or_before_it_is_a_contradiction(on):
    organization = OrganizationFactory()
    member = members_of(organization, 1)[0]
    elect(organization, secretary=member)
    with pytest.raises(ElectionIsSettled):
        elect(organization, on, secretary=member, approval_number="批1号")
    assert posts_of(organization) == [(member.pk, PostRole.SECRETARY, DAY, None)]


def test_an_election_before_a_later_appointment_or_relief_is_a_contradiction():
    organization = OrganizationFactory()
    first, second = members_of(organization, 2)
    elect(organization, secretary=first)
    appoint(
        organization=organization,
        member=second,
        role=PostRole.DEPUTY,
        on=date(2022, 10, 1),
        document="",
        by=None,
    )
    relieve(organization=organization, member=second, on=date(2023, 10, 1), document="", by=None)
    for on in (date(2022, 10, 1), date(2023, 9, 1)):
        with pytest.raises(PostIsSettled):
            elect(organization, on, secretary=first, approval_number="批1号")
    elect(organization, date(2023, 10, 1), secretary=first, approval_number="批1号")


def test_no_election_is_due_where_none_was_held_and_of_a_dissolved_organization():
    assert next_election_due(OrganizationFactory(), DAY) is None
    ended = ElectionFactory(
        organization__dissolved_on=DAY, held_on=date(2019, 1, 1), term_ends_on=date(2022, 1, 1)
    )
    assert next_election_due(ended.organization, DAY) is None
    assert next_election_due(ended.organization, date(2020, 8, 31)) == date(2022, 1, 1)


def test_the_running_elections_are_the_latest_by_the_day_of_each_organization():
    organization = OrganizationFactory()
    first = ElectionFactory(organization=organization, held_on=date(2010, 1, 1))
    second = ElectionFactory(organization=organization, held_on=date(2013, 1, 1))
    other = ElectionFactory(held_on=date(2011, 1, 1))
    assert set(Election.objects.running_on(date(2012, 12, 31))) == {first, other}
    assert set(Election.objects.running_on(date(2013, 1, 1))) == {second, other}


def test_a_new_secretary_takes_the_post_of_the_one_before():
    organization, user = OrganizationFactory(), UserFactory()
    old, new = members_of(organization, 2)
    elect(organization, secretary=old, deputy=new)
    on = date(2021, 5, 1)

    post = appoint(
        organization=organization, member=new, role=PostRole.SECRETARY, on=on, document="任1号", by=user
    )

    assert posts_of(organization) == [
        (old.pk, PostRole.SECRETARY, DAY, on),
        (new.pk, PostRole.DEPUTY, DAY, on),
        (new.pk, PostRole.SECRETARY, on, None),
    ]
    assert post.election is None
    written = Post.history.filter(history_user=user)
    assert {entry.history_change_reason for entry in written} == {"任1号"}
    assert written.count() == 3


def test_a_commissioner_is_appointed_beside_the_others_and_takes_another_duty_later():
    organization = OrganizationFactory()
    first, second = members_of(organization, 2)
    said = {"organization": organization, "role": PostRole.COMMISSIONER, "document": "", "by": None}
    appoint(member=first, duty="组织", on=DAY, **said)
    appoint(member=second, duty="宣传", on=DAY, **said)
    with pytest.raises(HoldsThePostAlready):
        appoint(member=first, duty="组织", on=date(2021, 1, 1), **said)
    appoint(member=first, duty="纪检", on=date(2021, 1, 1), **said)
    assert [row.duty for row in organization.posts.on(date(2021, 1, 1)).order_by("pk")] == ["宣传", "纪检"]


def test_an_appointment_before_an_election_lasts_until_then():
    organization = OrganizationFactory()
    old, new, elected = members_of(organization, 3)
    elect(organization, date(2018, 1, 1), secretary=old)
    elect(organization, secretary=elected)
    on = date(2019, 1, 1)
    appoint(organization=organization, member=new, role=PostRole.SECRETARY, on=on, document="", by=None)
    assert posts_of(organization) == [
        (old.pk, PostRole.SECRETARY, date(2018, 1, 1), on),
        (new.pk, PostRole.SECRETARY, on, DAY),
        (elected.pk, PostRole.SECRETARY, DAY, None),
    ]


def test_an_appointment_before_a_later_one_is_a_contradiction():
    organization = OrganizationFactory()
    first, second, third = members_of(organization, 3)
    said = {"organization": organization, "role": PostRole.SECRETARY, "document": "", "by": None}
    appoint(member=first, on=date(2019, 1, 1), **said)
    appoint(member=second, on=DAY, **said)
    for on in (date(2018, 1, 1), date(2019, 6, 1), DAY):
        with pytest.raises(PostIsSettled):
            appoint(member=third, on=on, **said)
    assert organization.posts.count() == 2


def test_no_more_are_appointed_than_a_branch_committee_has_at_most():
    organization = OrganizationFactory()
    secretary, *others = members_of(organization, 8)
    elect(organization, secretary=secretary, commissioners=others[:6])
    with pytest.raises(CommitteeOfWrongSize):
        appoint(
            organization=organization, member=others[6], role=PostRole.DEPUTY, on=date(2021, 1, 1), document="",
            by=None,
        )  # fmt: skip
    assert organization.posts.count() == 7


def test_who_is_relieved_holds_the_post_until_the_day_before():
    organization, user = OrganizationFactory(), UserFactory()
    member = members_of(organization, 1)[0]
    elect(organization, secretary=member)
    on = date(2021, 5, 1)
    said = {"organization": organization, "member": member, "by": user, "document": "免1号"}
    with pytest.raises(HoldsNoPost):
        relieve(on=DAY, **said)
    relieve(on=on, **said)
    assert posts_of(organization) == [(member.pk, PostRole.SECRETARY, DAY, on)]
    assert Post.objects.get().history.latest().history_change_reason == "免1号"
    for day in (on, date(2021, 6, 1)):
        with pytest.raises(HoldsNoPost):
            relieve(on=day, **said)
    with pytest.raises(PostIsSettled):
        relieve(on=date(2021, 1, 1), **said)


def test_who_will_leave_with_the_relation_may_be_relieved_before():
    organization = OrganizationFactory()
    member = MemberFactory()
    MembershipFactory(member=member, organization=organization, valid_to=date(2022, 1, 1))
    elect(organization, secretary=member)
    relieve(organization=organization, member=member, on=date(2021, 5, 1), document="", by=None)
    assert Post.objects.get().valid_to == date(2021, 5, 1)


def test_an_election_takes_the_same_statements_for_one_and_for_three():
    def statements(count):
        organization = OrganizationFactory(kind=Kind.COMMITTEE)
        first, *others = members_of(organization, 2 * count)
        elect(organization, secretary=first, commissioners=others[: count - 1])
        with CaptureQueriesContext(connection) as written:
            elect(organization, date(2025, 9, 1), secretary=others[-1], commissioners=others[count - 1 : -1])
        return len(written)

    assert statements(1) == statements(3)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_elections_of_one_day_at_once_one_is_held():
    organization = OrganizationFactory()
    first, second = members_of(organization, 2)

    def later():
        with pytest.raises(ElectionIsSettled):
            elect(organization, secretary=second)

    in_turn(lambda: elect(organization, secretary=first), later)
    assert posts_of(organization) == [(first.pk, PostRole.SECRETARY, DAY, None)]


def moved(organization, member, other, on):
    locked([organization, other])
    move_relations(members=[member], to=other, on=on, by=None)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_who_is_transferred_while_an_election_waits_is_not_elected():
    organization, other = OrganizationFactory(), OrganizationFactory()
    member = members_of(organization, 1)[0]

    def later():
        with pytest.raises(DoesNotBelongToIt):
            elect(organization, secretary=member)

    in_turn(lambda: moved(organization, member, other, DAY), later)
    assert not Post.objects.exists()
    assert not Election.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_who_is_elected_while_a_transfer_waits_leaves_the_post_or_stays():
    organization, other = OrganizationFactory(), OrganizationFactory()
    member = members_of(organization, 1)[0]

    def later():
        with pytest.raises(RelationIsSettled), transaction.atomic():
            moved(organization, member, other, DAY)
        with transaction.atomic():
            moved(organization, member, other, date(2021, 1, 1))

    in_turn(lambda: elect(organization, secretary=member), later)
    assert posts_of(organization) == [(member.pk, PostRole.SECRETARY, DAY, date(2021, 1, 1))]
    assert Membership.objects.get(valid_to=None).organization == other
