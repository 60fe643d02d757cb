"""Members who are apart: away, out of reach, with a stopped membership."""

from datetime import date

import pytest

from members.actions.leaving import AlreadyEnded
from members.actions.standing import (
    ApartAlready,
    NotAMember,
    NotApart,
    StoppedTooEarly,
    come_back,
    contact_found,
    go_away,
    report_lost_contact,
    stop_membership,
    unusual_removal,
)
from members.models import Member, StandingKind
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, StandingFactory
from tests.members.actions.refusing import refused

pytestmark = pytest.mark.django_db
LOST = date(2020, 8, 31)
STOPPED = date(2021, 3, 1)  # six whole months after 31 August: February has no 31st


@pytest.fixture
def member():
    return MemberFactory()


def told(member):
    return [
        (row.kind, row.valid_from, row.valid_to, row.place) for row in member.standings.order_by("valid_from")
    ]


def test_contact_is_lost_the_membership_stopped_and_contact_found(member):
    user = UserFactory()
    given = {"member": member, "by": user}
    report_lost_contact(on=LOST, **given)
    stop_membership(on=STOPPED, document="党字1号", **given)
    contact_found(on=date(2022, 1, 1), document="党字2号", **given)

    assert told(member) == [
        ("lost_contact", LOST, STOPPED, ""),
        ("stopped", STOPPED, date(2022, 1, 1), ""),
    ]
    assert list(member.deeds.order_by("on").values_list("what", "on", "document")) == [
        ("contact_lost", LOST, ""),
        ("stopped", STOPPED, "党字1号"),
        ("contact_found", date(2022, 1, 1), "党字2号"),
    ]
    assert {row.history.latest().history_user for row in member.standings.all()} == {user}


def test_a_stopped_membership_still_counts(member):
    StandingFactory(member=member, kind=StandingKind.STOPPED)
    assert Member.objects.full_on(LOST).get() == member


def test_a_membership_is_stopped_after_six_whole_months_by_the_rule(member):
    report_lost_contact(member=member, on=LOST, by=None)
    said = refused(StoppedTooEarly, stop_membership, member=member, on=date(2021, 2, 28), document="1")
    assert "2021-03-01" in said
    assert "2019 Regulations" in said


def test_a_contact_lost_before_there_was_a_rule_needs_no_least_time(member):
    report_lost_contact(member=member, on=date(2019, 5, 5), by=None)
    stop_membership(member=member, on=date(2019, 5, 7), document="1", by=None)
    assert told(member)[-1][0] == "stopped"


def test_only_a_lost_contact_is_followed_by_a_stop(member):
    refused(NotApart, stop_membership, member=member, on=STOPPED, document="1")
    go_away(member=member, on=LOST, place="上海", by=None)
    refused(NotApart, stop_membership, member=member, on=STOPPED, document="1")


def test_who_goes_away_comes_back(member):
    go_away(member=member, on=LOST, place="上海", document="党字3号", by=None)
    refused(ApartAlready, go_away, member=member, on=STOPPED, place="杭州")
    refused(NotApart, come_back, member=member, on=LOST)
    come_back(member=member, on=STOPPED, by=None)
    refused(NotApart, come_back, member=member, on=STOPPED)
    go_away(member=member, on=STOPPED, place="杭州", by=None)
    assert told(member) == [("away", LOST, STOPPED, "上海"), ("away", STOPPED, None, "杭州")]


def test_who_is_out_of_reach_is_no_longer_away(member):
    go_away(member=member, on=LOST, place="上海", by=None)
    report_lost_contact(member=member, on=STOPPED, by=None)
    assert told(member) == [("away", LOST, STOPPED, "上海"), ("lost_contact", STOPPED, None, "")]
    refused(ApartAlready, go_away, member=member, on=date(2022, 1, 1), place="杭州")
    refused(NotApart, come_back, member=member, on=date(2022, 1, 1))


def test_nothing_begins_before_what_is_on_record(member):
    StandingFactory(member=member, kind=StandingKind.AWAY, valid_from=STOPPED, valid_to=date(2021, 4, 1))
    refused(ApartAlready, report_lost_contact, member=member, on=LOST)
    refused(ApartAlready, report_lost_contact, member=member, on=STOPPED)


def test_only_members_are_apart():
    probationary = MemberFactory(full_on=None, probationary_on=LOST)
    refused(NotAMember, go_away, member=MemberFactory(full_on=None), on=LOST, place="上海")
    refused(NotAMember, go_away, member=probationary, on=date(2020, 8, 30), place="上海")
    go_away(member=probationary, on=LOST, place="上海", by=None)
    ended = MemberFactory(ended_on=date(2021, 1, 1))
    refused(AlreadyEnded, report_lost_contact, member=ended, on=LOST)
    refused(AlreadyEnded, contact_found, member=ended, on=LOST)


def test_a_removal_within_two_years_of_the_stop_is_unusual(member):
    StandingFactory(member=member, kind=StandingKind.STOPPED, valid_from=STOPPED)
    [said] = unusual_removal(member, date(2023, 2, 28))
    assert "2023-03-01" in said
    assert unusual_removal(member, date(2023, 3, 1)) == []
    assert unusual_removal(MemberFactory(), LOST) == []
