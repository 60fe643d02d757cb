"""A transfer: requested, its letter issued, received, returned or cancelled; in from outside, and out."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from members.actions.arrivals import BelongsSomewhere, transfer_in
from members.actions.dissolution import HasOpenTransfers, correct_dissolution, dissolve
from members.actions.leaving import end_membership
from members.actions.relations import (
    BelongsAlready,
    DoesNotBelong,
    HasOpenTransfer,
    NotInForce,
    RelationIsSettled,
)
from members.actions.transfers import (
    BeforeItsTurn,
    BelongsToAnotherNow,
    ChangedMeanwhile,
    HasNoLetter,
    HasNoRelation,
    IsClosed,
    IsNoMember,
    LetterIsIssued,
    cancel_transfer,
    issue_letter,
    receive,
    request_transfer,
    return_transfer,
)
from members.models import EndReason, Member, Membership, Transfer
from orgs.actions.refusals import Refusal
from orgs.models import PolicyNumber
from stats.figures import Scale, coverage_figures
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, PostFactory, TransferFactory
from tests.factories.orgs import AreaFactory, OrganizationFactory
from tests.factories.turns import at_once, in_turn

pytestmark = pytest.mark.django_db

REQUESTED, ISSUED, RECEIVED = date(2024, 2, 1), date(2024, 2, 5), date(2024, 2, 29)
THE_DAY_BEFORE = RECEIVED - timedelta(days=1)


@pytest.fixture
def origin():
    return OrganizationFactory()


@pytest.fixture
def destination():
    return OrganizationFactory()


@pytest.fixture
def member(origin):
    return MemberFactory(organization=origin)


def with_letter(**values):
    return TransferFactory(
        requested_on=REQUESTED, letter_number="2024-9001", letter_on=ISSUED,
        letter_valid_until=date(2024, 5, 5), **values,
    )  # fmt: skip


def relations(member):
    rows = member.memberships.order_by("valid_from")
    return list(rows.values_list("organization", "valid_from", "valid_to"))


def stored(row):
    return type(row).objects.filter(pk=row.pk).values().get()


def full_members(day, area=None):
    return coverage_figures(day, area, Scale.ALL).members.full


# Asking


def test_a_transfer_is_requested_from_the_organization_of_the_day(origin, member, destination):
    user = UserFactory()
    transfer = request_transfer(member=member, destination=destination, on=REQUESTED, by=user)
    assert (transfer.origin, transfer.destination, transfer.requested_on) == (origin, destination, REQUESTED)
    assert transfer.history.get().history_user == user
    assert relations(member) == [(origin.pk, date(2000, 1, 1), None)]


def test_a_transfer_out_names_a_place_outside_the_register(origin, member):
    transfer = request_transfer(member=member, destination_elsewhere="上海市某支部", on=REQUESTED, by=None)
    assert (transfer.origin, transfer.destination) == (origin, None)


@pytest.mark.parametrize("both", [True, False])
def test_a_transfer_leads_to_exactly_one_place(member, destination, both):
    place = {"destination": destination, "destination_elsewhere": "上海"} if both else {}
    with pytest.raises(ValidationError) as refusal:
        request_transfer(member=member, on=REQUESTED, by=None, **place)
    assert list(refusal.value.message_dict) == ["destination"]


def refused(error, member, destination, on=REQUESTED):
    with pytest.raises(error):
        request_transfer(member=member, destination=destination, on=on, by=None)
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("stage", [{}, {"applied_on": date(2020, 1, 1)}, {"candidate_on": date(2020, 1, 1)}])
def test_who_is_no_member_yet_has_no_relation_to_transfer(origin, destination, stage):
    refused(IsNoMember, MemberFactory(full_on=None, organization=origin, **stage), destination)


def test_a_probationary_member_is_transferred_from_the_first_day_on(origin, destination):
    member = MemberFactory(full_on=None, probationary_on=REQUESTED, organization=origin)
    refused(IsNoMember, member, destination, on=REQUESTED - timedelta(days=1))
    request_transfer(member=member, destination=destination, on=REQUESTED, by=None)


def test_who_is_no_longer_a_member_is_not_transferred(origin, destination):
    member = MemberFactory(organization=origin, ended_on=REQUESTED)
    refused(IsNoMember, member, destination)


def test_who_belongs_nowhere_is_not_transferred(destination):
    refused(HasNoRelation, MemberFactory(), destination)


def test_a_relation_that_ended_since_is_not_transferred_from(member, destination):
    Membership.objects.update(valid_to=RECEIVED)
    refused(RelationIsSettled, member, destination)
    refused(HasNoRelation, member, destination, on=RECEIVED)


def test_a_member_who_moved_since_is_not_transferred_from_where_the_member_was(member, destination):
    Membership.objects.update(valid_to=RECEIVED)
    member.memberships.create(organization=OrganizationFactory(), valid_from=RECEIVED)
    refused(RelationIsSettled, member, destination)


def test_an_organization_that_ends_later_is_left_like_any_other(origin, member, destination):
    origin.dissolved_on = date(2025, 1, 1)
    origin.save()
    Membership.objects.update(valid_to=date(2025, 1, 1))
    request_transfer(member=member, destination=destination, on=REQUESTED, by=None)


def test_a_member_is_not_transferred_to_where_the_member_belongs(origin, member):
    refused(BelongsAlready, member, origin)


@pytest.mark.parametrize("days", [{"established_on": date(2024, 2, 2)}, {"dissolved_on": REQUESTED}])
def test_a_destination_that_is_not_in_force_is_refused(member, days):
    refused(NotInForce, member, OrganizationFactory(**days))


def test_a_member_has_one_transfer_under_way(member, destination):
    request_transfer(member=member, destination=destination, on=REQUESTED, by=None)
    with pytest.raises(HasOpenTransfer):
        request_transfer(member=member, destination_elsewhere="上海", on=REQUESTED, by=None)
    assert Transfer.objects.count() == 1


def test_after_a_transfer_was_given_up_another_one_is_requested(member, destination):
    first = request_transfer(member=member, destination=destination, on=REQUESTED, by=None)
    cancel_transfer(transfer=first, on=REQUESTED, reason="", by=None)
    request_transfer(member=member, destination=destination, on=REQUESTED, by=None)
    assert Transfer.objects.open().count() == 1


# The letter


def test_letters_of_a_year_are_numbered_without_a_gap():
    days = [ISSUED, date(2025, 1, 1), date(2024, 12, 31)]
    numbers = [issue_letter(transfer=TransferFactory(), on=day, by=None).letter_number for day in days]
    assert numbers == ["2024-0001", "2025-0001", "2024-0002"]


def test_a_refused_letter_leaves_no_gap():
    with pytest.raises(ValidationError):
        issue_letter(transfer=TransferFactory(), on=ISSUED, valid_until=ISSUED, by=None)
    assert issue_letter(transfer=TransferFactory(), on=ISSUED, by=None).letter_number == "2024-0001"


def test_a_letter_is_valid_for_the_months_of_the_policy_of_its_day():
    transfer = issue_letter(transfer=TransferFactory(), on=date(2023, 11, 30), by=None)
    assert transfer.letter_valid_until == date(2024, 3, 1)  # three whole months: the last day is 29 February


def test_before_there_was_a_policy_a_letter_says_no_validity():
    transfer = issue_letter(transfer=TransferFactory(), on=date(2010, 1, 1), by=None)
    assert (transfer.letter_on, transfer.letter_valid_until) == (date(2010, 1, 1), None)


def test_a_letter_may_be_valid_longer_than_usual():
    transfer = issue_letter(transfer=TransferFactory(), on=ISSUED, valid_until=date(2025, 1, 1), by=None)
    assert transfer.letter_valid_until == date(2025, 1, 1)


def test_a_letter_is_issued_once_and_not_before_the_request():
    transfer = TransferFactory(requested_on=REQUESTED)
    with pytest.raises(BeforeItsTurn):
        issue_letter(transfer=transfer, on=REQUESTED - timedelta(days=1), by=None)
    issue_letter(transfer=transfer, on=REQUESTED, by=None)
    with pytest.raises(LetterIsIssued):
        issue_letter(transfer=transfer, on=ISSUED, by=None)
    transfer.refresh_from_db()
    assert (transfer.letter_number, transfer.letter_on) == ("2024-0001", REQUESTED)


# Received


def test_the_member_is_counted_once_on_the_day_of_the_transfer_and_on_the_day_before():
    areas = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    origin, destination = (OrganizationFactory(area=area) for area in areas)
    transfer = with_letter(origin=origin, destination=destination)
    days = (THE_DAY_BEFORE, RECEIVED)
    before = [coverage_figures(day, area, Scale.ALL) for day in days for area in (*areas, None)]

    receive(transfer=transfer, on=RECEIVED, receipt="回执1号", by=None)

    assert [full_members(THE_DAY_BEFORE, area) for area in (*areas, None)] == [1, 0, 1]
    assert [full_members(RECEIVED, area) for area in (*areas, None)] == [0, 1, 1]
    assert [coverage_figures(THE_DAY_BEFORE, area, Scale.ALL) for area in (*areas, None)] == before[:3]
    assert relations(transfer.member) == [
        (origin.pk, date(2000, 1, 1), RECEIVED), (destination.pk, RECEIVED, None),
    ]  # fmt: skip


def test_receiving_keeps_the_receipt_ends_the_posts_and_tells_who_did_it():
    user = UserFactory()
    post = PostFactory()
    transfer = with_letter(member=post.member, origin=post.organization)
    receive(transfer=transfer, on=RECEIVED, receipt="回执1号", by=user)
    transfer.refresh_from_db()
    post.refresh_from_db()
    assert (transfer.received_on, transfer.receipt_number) == (RECEIVED, "回执1号")
    assert post.valid_to == RECEIVED
    changed = (transfer, post, *transfer.member.memberships.all())
    assert {row.history.latest().history_user for row in changed} == {user}


def test_who_is_transferred_out_is_counted_until_the_day_before():
    transfer = with_letter(destination=None, destination_elsewhere="上海市某支部")
    receive(transfer=transfer, on=RECEIVED, receipt="", by=None)
    assert (full_members(THE_DAY_BEFORE), full_members(RECEIVED)) == (1, 0)
    assert relations(transfer.member) == [(transfer.origin.pk, date(2000, 1, 1), RECEIVED)]


def test_nothing_is_received_without_a_letter_or_before_it():
    transfer = TransferFactory(requested_on=REQUESTED)
    with pytest.raises(HasNoLetter):
        receive(transfer=transfer, on=RECEIVED, receipt="", by=None)
    transfer = with_letter()
    with pytest.raises(BeforeItsTurn):
        receive(transfer=transfer, on=ISSUED - timedelta(days=1), receipt="", by=None)
    assert relations(transfer.member) == [(transfer.origin.pk, date(2000, 1, 1), None)]


@pytest.mark.parametrize("late", [0, 1, 400])
def test_an_overdue_letter_may_still_be_received(late):
    transfer = with_letter()
    day = transfer.letter_valid_until + timedelta(days=late)
    receive(transfer=transfer, on=day, receipt="", by=None)
    assert relations(transfer.member)[-1] == (transfer.destination.pk, day, None)


def test_a_destination_that_ended_meanwhile_receives_nobody():
    transfer = with_letter()
    transfer.destination.dissolved_on = RECEIVED
    transfer.destination.save()
    with pytest.raises(NotInForce):
        receive(transfer=transfer, on=RECEIVED, receipt="", by=None)
    receive(transfer=transfer, on=THE_DAY_BEFORE, receipt="", by=None)
    assert relations(transfer.member)[-1] == (transfer.destination.pk, THE_DAY_BEFORE, RECEIVED)


def test_who_moved_since_the_request_is_not_received_from_where_the_member_was():
    transfer = with_letter()
    Membership.objects.update(valid_to=ISSUED)
    other = OrganizationFactory()
    transfer.member.memberships.create(organization=other, valid_from=ISSUED)
    with pytest.raises(BelongsToAnotherNow):
        receive(transfer=transfer, on=RECEIVED, receipt="", by=None)
    assert relations(transfer.member)[-1] == (other.pk, ISSUED, None)
    transfer.refresh_from_db()
    assert transfer.received_on is None


def test_who_belongs_nowhere_any_more_is_not_received():
    transfer = with_letter()
    Membership.objects.update(valid_to=ISSUED)
    with pytest.raises(DoesNotBelong):
        receive(transfer=transfer, on=RECEIVED, receipt="", by=None)


@pytest.mark.parametrize(("received", "works"), [(THE_DAY_BEFORE, True), (RECEIVED, False)])
def test_the_end_of_the_membership_is_the_last_day_to_be_received(received, works):
    transfer = with_letter()
    Member.objects.update(ended_on=RECEIVED)
    Membership.objects.update(valid_to=RECEIVED)
    if works:
        receive(transfer=transfer, on=received, receipt="", by=None)
        assert relations(transfer.member)[-1] == (transfer.destination.pk, received, RECEIVED)
    else:
        with pytest.raises(RelationIsSettled):
            receive(transfer=transfer, on=received, receipt="", by=None)


# Returned, cancelled


def test_a_returned_or_cancelled_transfer_leaves_the_relation_as_it_was():
    returned, cancelled, early = with_letter(), TransferFactory(), TransferFactory(requested_on=REQUESTED)
    before = [relations(transfer.member) for transfer in (returned, cancelled, early)]
    return_transfer(transfer=returned, on=RECEIVED, reason="查无此单位", by=None)
    cancel_transfer(transfer=cancelled, on=RECEIVED, reason="本人不去了", by=None)
    cancel_transfer(transfer=early, on=REQUESTED, reason="", by=None)
    for transfer in (returned, cancelled, early):
        transfer.refresh_from_db()
    assert (returned.returned_on, returned.end_reason) == (RECEIVED, "查无此单位")
    assert (cancelled.cancelled_on, cancelled.end_reason) == (RECEIVED, "本人不去了")
    assert [relations(transfer.member) for transfer in (returned, cancelled, early)] == before
    assert not Transfer.objects.open().exists()


def test_a_letter_that_was_not_issued_does_not_come_back():
    transfer = TransferFactory()
    with pytest.raises(HasNoLetter):
        return_transfer(transfer=transfer, on=RECEIVED, reason="", by=None)


@pytest.mark.parametrize(
    ("transfer", "end"),
    [(with_letter, return_transfer), (with_letter, cancel_transfer), (TransferFactory, cancel_transfer)],
)
def test_a_transfer_does_not_end_before_it_came_so_far(transfer, end):
    transfer = transfer()
    earliest = transfer.letter_on or transfer.requested_on
    with pytest.raises(BeforeItsTurn):
        end(transfer=transfer, on=earliest - timedelta(days=1), reason="", by=None)
    end(transfer=transfer, on=earliest, reason="", by=None)


@pytest.mark.parametrize("end", ["received_on", "returned_on", "cancelled_on"])
def test_a_closed_transfer_refuses_everything(end):
    transfer = with_letter(**{end: RECEIVED})
    before = stored(transfer), relations(transfer.member)
    for action, values in (
        (issue_letter, {}), (receive, {"receipt": ""}), (return_transfer, {"reason": ""}),
        (cancel_transfer, {"reason": ""}),
    ):  # fmt: skip
        with pytest.raises(IsClosed):
            action(transfer=transfer, on=RECEIVED, by=None, **values)
    assert (stored(transfer), relations(transfer.member)) == before


# In from outside


def came(member, organization, on=RECEIVED, letter_on=ISSUED):
    return transfer_in(
        member=member, organization=organization, origin_elsewhere="杭州市某支部", on=on,
        letter_number="杭组转12号", letter_on=letter_on, receipt="回执2号", by=None,
    )  # fmt: skip


def test_who_comes_from_outside_is_counted_from_the_day_on(destination):
    member = MemberFactory()
    transfer = came(member, destination)
    assert (full_members(THE_DAY_BEFORE), full_members(RECEIVED)) == (0, 1)
    assert relations(member) == [(destination.pk, RECEIVED, None)]
    assert (transfer.origin_elsewhere, transfer.letter_number) == ("杭州市某支部", "杭组转12号")
    assert (transfer.requested_on, transfer.received_on, transfer.receipt_number) == (
        ISSUED, RECEIVED, "回执2号",
    )  # fmt: skip


def test_who_was_transferred_out_comes_back_also_on_the_same_day(origin, destination):
    transfer = with_letter(origin=origin, destination=None, destination_elsewhere="上海")
    receive(transfer=transfer, on=RECEIVED, receipt="", by=None)
    came(transfer.member, destination)
    assert (full_members(THE_DAY_BEFORE), full_members(RECEIVED)) == (1, 1)
    assert relations(transfer.member) == [
        (origin.pk, date(2000, 1, 1), RECEIVED), (destination.pk, RECEIVED, None),
    ]  # fmt: skip


def test_letters_of_outside_may_have_the_number_of_another_one(destination):
    issued = issue_letter(transfer=TransferFactory(), on=ISSUED, by=None)
    for _ in range(2):
        transfer_in(
            member=MemberFactory(), organization=destination, origin_elsewhere="杭州", on=RECEIVED,
            letter_number=issued.letter_number, letter_on=ISSUED, receipt="", by=None,
        )  # fmt: skip


def test_who_belongs_to_an_organization_does_not_come_from_outside(member, destination):
    with pytest.raises(BelongsSomewhere):
        came(member, destination)
    assert not Transfer.objects.exists()


def test_what_else_does_not_come_in(destination):
    with pytest.raises(IsNoMember):
        came(MemberFactory(full_on=None, applied_on=ISSUED), destination)
    with pytest.raises(BeforeItsTurn):
        came(MemberFactory(), destination, letter_on=RECEIVED + timedelta(days=1))
    with pytest.raises(NotInForce):
        came(MemberFactory(), OrganizationFactory(dissolved_on=RECEIVED))
    later = MemberFactory()
    later.memberships.create(organization=destination, valid_from=date(2025, 1, 1))
    with pytest.raises(RelationIsSettled):
        came(later, destination)
    assert not Transfer.objects.exists()


# Dissolution


@pytest.mark.parametrize("side", ["origin", "destination"])
def test_an_organization_is_not_dissolved_while_a_transfer_from_or_to_it_is_under_way(side):
    transfer = TransferFactory()
    organization = getattr(transfer, side)
    if side == "origin":
        Membership.objects.update(valid_to=REQUESTED)
    with pytest.raises(HasOpenTransfers) as refusal:
        dissolve(organization=organization, on=RECEIVED, by=None, reason="")
    assert refusal.value.count == 1
    cancel_transfer(transfer=transfer, on=REQUESTED, reason="", by=None)
    dissolve(organization=organization, on=RECEIVED, by=None, reason="")
    organization.refresh_from_db()
    assert organization.dissolved_on == RECEIVED


def test_a_dissolution_is_not_corrected_to_another_day_while_a_transfer_is_under_way():
    organization = OrganizationFactory(dissolved_on=date(2030, 1, 1))
    TransferFactory(destination=organization)
    with pytest.raises(HasOpenTransfers):
        correct_dissolution(
            organization=organization, on=date(2029, 1, 1), by=None, reason="", successor=None
        )


# States


def test_how_far_a_transfer_had_come_by_a_day():
    transfer = with_letter(received_on=date(2024, 6, 1))
    days = [REQUESTED, ISSUED, date(2024, 5, 4), date(2024, 5, 5), date(2024, 5, 31), date(2024, 6, 1)]
    states = [Transfer.objects.with_state_on(day).get(pk=transfer.pk).state for day in days]
    assert states == ["requested", "issued", "issued", "overdue", "overdue", "received"]


def test_a_transfer_is_under_way_from_the_request_until_it_ends():
    transfer = with_letter(returned_on=RECEIVED)
    days = [REQUESTED - timedelta(days=1), REQUESTED, THE_DAY_BEFORE, RECEIVED]
    found = [Transfer.objects.under_way_on(day).filter(pk=transfer.pk).exists() for day in days]
    assert found == [False, True, True, False]


# Two at once


def attempt(action, **values):
    """What `action` raised, or None."""
    try:
        action(by=None, **values)
    except Refusal as refusal:
        return type(refusal)
    return None


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_letters_that_are_issued_at_once_have_numbers_without_gap_and_double():
    transfers = [TransferFactory() for _ in range(4)]

    def issue(transfer):
        return lambda: issue_letter(transfer=transfer, on=ISSUED, by=None).letter_number

    numbers = at_once(*(issue(transfer) for transfer in transfers))
    assert sorted(numbers) == ["2024-0001", "2024-0002", "2024-0003", "2024-0004"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_one_is_refused():
    member = MemberFactory(organization=OrganizationFactory())
    first, second = OrganizationFactory(), OrganizationFactory()

    def request(destination):
        return lambda: attempt(request_transfer, member=member, destination=destination, on=REQUESTED)

    assert in_turn(request(first), request(second)) is HasOpenTransfer
    assert Transfer.objects.get().destination == first


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("received_first", [True, False])
def test_a_transfer_that_is_received_and_cancelled_at_once_ends_once(received_first):
    transfer = with_letter()

    def received():
        return attempt(receive, transfer=transfer, on=RECEIVED, receipt="")

    def cancelled():
        return attempt(cancel_transfer, transfer=transfer, on=RECEIVED, reason="")

    turn = (received, cancelled) if received_first else (cancelled, received)
    assert in_turn(*turn) is IsClosed
    assert Membership.objects.filter(member=transfer.member).count() == (2 if received_first else 1)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("received_first", [True, False])
def test_who_dies_while_the_transfer_is_received_dies_where_the_member_is(received_first):
    transfer = with_letter()

    def received():
        return attempt(receive, transfer=transfer, on=RECEIVED, receipt="")

    def died():
        end_membership(member=transfer.member, on=date(2024, 3, 1), reason=EndReason.DEATH, by=None)

    told = in_turn(*((received, died) if received_first else (died, received)))
    origin, destination = transfer.origin.pk, transfer.destination.pk
    if received_first:
        expected = [(origin, date(2000, 1, 1), RECEIVED), (destination, RECEIVED, date(2024, 3, 1))]
    else:
        assert told is IsClosed
        expected = [(origin, date(2000, 1, 1), date(2024, 3, 1))]
    assert relations(transfer.member) == expected


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_destination_that_is_dissolved_meanwhile_is_asked_for_nobody():
    member, destination = MemberFactory(organization=OrganizationFactory()), OrganizationFactory()

    def dissolved():
        dissolve(organization=destination, on=REQUESTED, by=None, reason="")

    def requested():
        return attempt(request_transfer, member=member, destination=destination, on=REQUESTED)

    assert in_turn(dissolved, requested) is NotInForce


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_transfer_that_leads_elsewhere_meanwhile_is_looked_at_again():
    transfer, other = with_letter(), OrganizationFactory()

    def led_elsewhere():
        Member.objects.select_for_update().get(pk=transfer.member_id)
        Transfer.objects.update(destination=other)

    def received():
        return attempt(receive, transfer=transfer, on=RECEIVED, receipt="")

    assert in_turn(led_elsewhere, received) is ChangedMeanwhile


def test_the_number_of_months_is_of_the_policy_and_no_other():
    PolicyNumber.objects.filter(policy="transfer_letter_months").update(value=1)
    transfer = issue_letter(transfer=TransferFactory(), on=ISSUED, by=None)
    assert transfer.letter_valid_until == date(2024, 3, 5)
