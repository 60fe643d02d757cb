"""The way from applicant to full member."""

from datetime import date

import pytest

from members.actions.admission import (
    ApprovedTooLate,
    ExtendedBefore,
    ExtensionDoesNotFit,
    NoMemberThen,
    NoRuleOfProbation,
    NotProbationary,
    ProbationLasts,
    StepOutOfOrder,
    StepTaken,
    VoucherDoesNotCount,
    admit,
    approve_admission,
    confirm,
    end_probation,
    extend_probation,
    record_application,
    record_talk,
    take_as_activist,
    take_as_candidate,
)
from members.actions.leaving import AlreadyEnded
from members.models import Member, Stage, StandingKind
from orgs.models import Policy, PolicyNumber
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, StandingFactory
from tests.factories.orgs import OrganizationFactory
from tests.members.actions.refusing import refused

pytestmark = pytest.mark.django_db
MEETING = date(2015, 6, 19)
YEAR_LATER = date(2016, 6, 19)


@pytest.fixture
def person():
    """Who takes the steps."""
    return MemberFactory(full_on=None)


@pytest.fixture
def admitted():
    return MemberFactory(full_on=None, probationary_on=MEETING)


def stage(member, day):
    return Member.objects.with_stage_on(day).get(pk=member.pk).stage


def test_the_whole_way_is_kept_with_its_days_documents_and_authors(person):
    user, first, second = UserFactory(), MemberFactory(), MemberFactory()
    given = {"member": person, "by": user}
    record_application(on=date(2013, 1, 1), **given)
    record_talk(on=date(2013, 1, 20), **given)
    take_as_activist(on=date(2013, 6, 1), document="甲1号", **given)
    take_as_candidate(on=date(2014, 6, 1), document="甲2号", **given)
    admit(on=MEETING, first_voucher=first, second_voucher=second, document="甲3号", **given)
    approve_admission(on=date(2015, 9, 1), document="甲4号", **given)
    extend_probation(on=date(2016, 6, 1), until=date(2016, 12, 19), document="甲5号", **given)
    confirm(on=date(2016, 12, 19), document="甲6号", **given)

    person.refresh_from_db()
    assert (person.talked_on, person.approved_on) == (date(2013, 1, 20), date(2015, 9, 1))
    assert (person.first_voucher, person.second_voucher) == (first, second)
    assert list(person.deeds.order_by("pk").values_list("what", "on", "document")) == [
        ("applied", date(2013, 1, 1), ""),
        ("talked", date(2013, 1, 20), ""),
        ("activist", date(2013, 6, 1), "甲1号"),
        ("candidate", date(2014, 6, 1), "甲2号"),
        ("admitted", MEETING, "甲3号"),
        ("approved", date(2015, 9, 1), "甲4号"),
        ("extended", date(2016, 6, 1), "甲5号"),
        ("confirmed", date(2016, 12, 19), "甲6号"),
    ]
    days = [
        date(2013, 1, 1),
        date(2013, 6, 1),
        date(2014, 6, 1),
        MEETING,
        date(2016, 12, 18),
        date(2016, 12, 19),
    ]
    assert [stage(person, day) for day in days] == [
        Stage.APPLICANT,
        Stage.ACTIVIST,
        Stage.CANDIDATE,
        Stage.PROBATIONARY,
        Stage.PROBATIONARY,
        Stage.FULL,
    ]
    assert {row.history_user for row in person.history.exclude(history_type="+")} == {user}
    assert {deed.history.get().history_user for deed in person.deeds.all()} == {user}


def test_a_step_may_lack_those_before_it(person):
    take_as_candidate(member=person, on=MEETING, document="1", by=None)
    assert person.deeds.get().what == "candidate"


def test_a_missing_step_is_filled_in_between_the_others():
    member = MemberFactory(full_on=None, applied_on=date(2013, 1, 1), candidate_on=date(2014, 6, 1))
    given = {"member": member, "document": "1"}
    refused(StepOutOfOrder, take_as_activist, on=date(2012, 12, 31), **given)
    refused(StepOutOfOrder, take_as_activist, on=date(2014, 6, 2), **given)
    take_as_activist(on=date(2014, 6, 1), by=None, **given)
    assert Member.objects.get().activist_on == date(2014, 6, 1)


def test_a_step_is_taken_once(person):
    record_talk(member=person, on=date(2013, 1, 20), by=None)
    assert "2013-01-20" in refused(StepTaken, record_talk, member=person, on=date(2013, 2, 1))


def test_who_is_no_member_any_more_takes_no_step():
    member = MemberFactory(full_on=None, applied_on=date(2013, 1, 1), ended_on=date(2014, 1, 1))
    refused(AlreadyEnded, take_as_activist, member=member, on=date(2013, 6, 1), document="1")


@pytest.mark.parametrize("kind", [StandingKind.NO_MEMBER, StandingKind.STOPPED])
def test_nobody_is_confirmed_while_the_membership_is_ended_or_stopped(admitted, kind):
    StandingFactory(member=admitted, kind=kind, valid_from=YEAR_LATER, valid_to=date(2017, 1, 1))
    refused(NoMemberThen, confirm, member=admitted, on=date(2016, 12, 31), document="1")
    confirm(member=admitted, on=date(2017, 1, 1), document="1", by=None)


def vouching(person):
    """Pairs of which one does not vouch."""
    other = MemberFactory()
    return {
        "the same twice": (other, other),
        "the person": (person, other),
        "full from the next day": (other, MemberFactory(full_on=date(2015, 6, 20))),
        "full until that day": (MemberFactory(ended_on=MEETING), other),
        "probationary": (other, MemberFactory(full_on=None, probationary_on=date(2015, 1, 1))),
    }


@pytest.mark.parametrize(
    "case",
    ["the same twice", "the person", "full from the next day", "full until that day", "probationary"],
)
def test_two_different_full_members_of_that_day_vouch(person, case):
    first, second = vouching(person)[case]
    refused(
        VoucherDoesNotCount, admit, member=person, on=MEETING, first_voucher=first, second_voucher=second,
        document="1",
    )  # fmt: skip


def test_who_was_full_that_day_alone_vouches(person):
    admit(
        member=person, on=MEETING, document="1", by=None,
        first_voucher=MemberFactory(full_on=MEETING), second_voucher=MemberFactory(ended_on=date(2015, 6, 20)),
    )  # fmt: skip
    assert stage(person, MEETING) == Stage.PROBATIONARY


def test_an_admission_is_approved_up_to_the_time_given_at_most(admitted):
    told = refused(ApprovedTooLate, approve_admission, member=admitted, on=date(2015, 12, 20), document="1")
    assert "2015-12-19" in told
    assert "Rules on Admitting Party Members" in told
    approve_admission(member=admitted, on=date(2015, 12, 19), document="1", by=None)
    assert Member.objects.get().approved_on == date(2015, 12, 19)


def test_before_there_was_a_rule_an_admission_could_be_approved_late():
    member = MemberFactory(full_on=None, probationary_on=date(2008, 6, 19))
    approve_admission(member=member, on=date(2009, 6, 1), document="1", by=None)
    assert Member.objects.get().approved_on == date(2009, 6, 1)


def test_only_an_admission_is_approved(person):
    refused(NotProbationary, approve_admission, member=person, on=MEETING, document="1")


def test_the_probation_lasts_its_year(admitted):
    told = refused(ProbationLasts, confirm, member=admitted, on=date(2016, 6, 18), document="1")
    assert "2016-06-19" in told
    assert "Art. 7" in told
    confirm(member=admitted, on=YEAR_LATER, document="1", by=None)
    assert Member.objects.get().full_on == YEAR_LATER


def test_a_probation_from_a_leap_day_lasts_until_the_first_of_march():
    member = MemberFactory(full_on=None, probationary_on=date(2016, 2, 29))
    refused(ProbationLasts, confirm, member=member, on=date(2017, 2, 28), document="1")
    confirm(member=member, on=date(2017, 3, 1), document="1", by=None)
    assert stage(member, date(2017, 2, 28)) == Stage.PROBATIONARY


def test_the_length_of_a_probation_is_that_of_the_day_on_which_it_began(admitted):
    year = PolicyNumber.objects.get(policy=Policy.PROBATION_YEARS)
    year.valid_to = date(2016, 1, 1)
    year.save()
    PolicyNumber.objects.create(
        policy=Policy.PROBATION_YEARS, value=2, valid_from=date(2016, 1, 1), source="新"
    )
    later = MemberFactory(full_on=None, probationary_on=date(2016, 1, 1))

    confirm(member=admitted, on=YEAR_LATER, document="1", by=None)
    refused(ProbationLasts, confirm, member=later, on=date(2017, 12, 31), document="1")


def test_a_probation_is_extended_once_beyond_its_end_by_no_more_than_its_length(admitted):
    given = {"member": admitted, "on": date(2016, 6, 1), "document": "1"}
    refused(ExtensionDoesNotFit, extend_probation, until=YEAR_LATER, **given)
    refused(ExtensionDoesNotFit, extend_probation, until=date(2017, 6, 20), **given)
    extend_probation(until=date(2017, 6, 19), by=None, **given)
    refused(ExtendedBefore, extend_probation, until=date(2017, 1, 1), **given)

    refused(ProbationLasts, confirm, member=admitted, on=date(2017, 6, 18), document="1")
    confirm(member=admitted, on=date(2017, 6, 19), document="1", by=None)


def test_a_probation_is_not_extended_until_before_the_decision(admitted):
    given = {"member": admitted, "on": date(2016, 9, 1), "document": "1"}
    refused(ExtensionDoesNotFit, extend_probation, until=date(2016, 9, 1), **given)
    extend_probation(until=date(2016, 9, 2), by=None, **given)


def test_without_a_rule_a_probation_is_not_extended_but_confirmed(admitted):
    PolicyNumber.objects.filter(policy=Policy.PROBATION_YEARS).delete()
    refused(NoRuleOfProbation, extend_probation, member=admitted, on=MEETING, until=YEAR_LATER, document="1")
    confirm(member=admitted, on=date(2015, 6, 20), document="1", by=None)


def test_who_is_confirmed_is_not_confirmed_extended_or_ended_as_probationary_again(admitted):
    confirm(member=admitted, on=YEAR_LATER, document="1", by=None)
    given = {"member": admitted, "document": "1"}
    refused(NotProbationary, confirm, on=date(2016, 7, 1), **given)
    refused(NotProbationary, end_probation, on=date(2016, 7, 1), **given)
    refused(NotProbationary, extend_probation, on=date(2016, 7, 1), until=date(2016, 8, 1), **given)
    refused(StepTaken, extend_probation, on=date(2016, 6, 1), until=date(2016, 8, 1), **given)


def test_who_is_not_confirmed_is_removed():
    organization = OrganizationFactory()
    member = MemberFactory(full_on=None, probationary_on=MEETING, organization=organization)
    end_probation(member=member, on=YEAR_LATER, document="党字7号", by=None)
    member.refresh_from_db()
    assert (member.ended_on, member.ended_reason) == (YEAR_LATER, "removed")
    assert member.memberships.get().valid_to == YEAR_LATER
    assert member.deeds.get().document == "党字7号"
