"""What is due of a member, by which rule."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.deadlines import Due, deadlines_of, unusual_days
from members.models import STEP_DAYS, StandingKind
from orgs.calendar import months_completed, months_later
from orgs.models import Policy, PolicyNumber
from tests.factories.members import MemberFactory, StandingFactory

pytestmark = pytest.mark.django_db
DAY = date(2020, 1, 31)


def person(**days):
    return MemberFactory(**{"full_on": None} | days)


def due(member, day):
    return [(deadline.what, deadline.due, deadline.is_overdue) for deadline in deadlines_of(member, day)]


def test_a_talk_is_due_within_its_month_and_overdue_after_its_last_day():
    member = person(applied_on=DAY)
    [deadline] = deadlines_of(member, DAY)
    assert deadline.due == date(2020, 2, 29)
    assert (deadline.policy, deadline.number) == (Policy.TALK_MONTHS, Decimal(1))
    assert "Rules on Admitting Party Members" in deadline.source
    assert due(member, date(2020, 1, 30)) == []
    assert due(member, date(2020, 2, 29)) == [(Due.TALK, date(2020, 2, 29), False)]
    assert due(member, date(2020, 3, 1)) == [(Due.TALK, date(2020, 2, 29), True)]


@pytest.mark.parametrize("step", ["talked_on", "activist_on"])
def test_no_talk_is_due_from_the_day_of_the_talk_or_of_a_later_stage(step):
    member = person(applied_on=DAY, **{step: date(2020, 2, 10)})
    assert [one[0] for one in due(member, date(2020, 2, 9))] == [Due.TALK]
    assert Due.TALK not in [one[0] for one in due(member, date(2020, 2, 10))]


def test_an_activist_may_become_a_candidate_after_a_year_but_nobody_has_to():
    member = person(activist_on=date(2020, 2, 29))
    assert due(member, date(2030, 1, 1)) == [(Due.CANDIDATE, date(2021, 3, 1), False)]
    assert due(person(activist_on=DAY, candidate_on=date(2021, 2, 1)), date(2021, 2, 1)) == []


def test_of_a_probationary_member_approval_and_the_end_of_the_probation_are_due():
    member = person(probationary_on=DAY)
    assert due(member, date(2020, 5, 1)) == [
        (Due.APPROVAL, date(2020, 4, 30), True),
        (Due.APPROVAL_AT_MOST, date(2020, 7, 31), False),
        (Due.PROBATION, date(2021, 1, 31), False),
    ]
    member.approved_on = date(2020, 3, 1)
    assert due(member, date(2021, 2, 1)) == [(Due.PROBATION, date(2021, 1, 31), True)]
    member.probation_until = date(2021, 7, 31)
    assert due(member, date(2021, 2, 1)) == [(Due.PROBATION, date(2021, 7, 31), False)]
    member.full_on = date(2021, 7, 31)
    assert due(member, date(2021, 7, 31)) == []


@pytest.mark.parametrize(
    ("kind", "what", "last"),
    [
        (StandingKind.LOST_CONTACT, Due.STOP, date(2020, 7, 31)),
        (StandingKind.STOPPED, Due.REMOVAL, date(2022, 1, 31)),
        (StandingKind.AWAY, Due.TRANSFER, date(2020, 7, 31)),
    ],
)
def test_being_apart_has_its_deadline_while_it_lasts(kind, what, last):
    standing = StandingFactory(kind=kind, valid_from=DAY, valid_to=date(2024, 1, 1))
    assert due(standing.member, last) == [(what, last, False)]
    assert due(standing.member, date(2023, 12, 31)) == [(what, last, True)]
    assert due(standing.member, date(2024, 1, 1)) == []


def test_nothing_is_due_of_who_is_no_member():
    member = person(probationary_on=DAY, ended_on=date(2020, 3, 1))
    assert len(due(member, date(2020, 2, 29))) == 3
    assert due(member, date(2020, 3, 1)) == []
    restored = person(probationary_on=DAY)
    StandingFactory(
        member=restored, kind=StandingKind.NO_MEMBER, valid_from=date(2020, 3, 1), valid_to=date(2020, 4, 1)
    )
    assert due(restored, date(2020, 3, 31)) == []
    assert len(due(restored, date(2020, 4, 1))) == 3


def test_a_rule_counts_from_the_day_on_which_the_time_began():
    assert due(person(applied_on=date(2014, 5, 27)), date(2015, 1, 1)) == []
    rule = PolicyNumber.objects.get(policy=Policy.TALK_MONTHS)
    rule.valid_to = date(2020, 2, 1)
    rule.save()
    PolicyNumber.objects.create(policy=Policy.TALK_MONTHS, value=2, valid_from=date(2020, 2, 1), source="新")
    assert due(person(applied_on=DAY), date(2020, 2, 1)) == [(Due.TALK, date(2020, 2, 29), False)]
    later = person(applied_on=date(2020, 2, 1))
    assert deadlines_of(later, date(2020, 2, 1))[0].source == "新"
    assert due(later, date(2020, 2, 1)) == [(Due.TALK, date(2020, 4, 1), False)]


def test_deadlines_cost_two_statements(django_assert_num_queries):
    standing = StandingFactory(member=person(probationary_on=DAY), valid_from=date(2020, 2, 1))
    with django_assert_num_queries(2):
        assert len(deadlines_of(standing.member, date(2020, 3, 1))) == 4


@pytest.mark.parametrize(
    ("step", "days", "said"),
    [
        ("talked_on", {"applied_on": DAY, "talked_on": date(2020, 2, 29)}, []),
        ("talked_on", {"applied_on": DAY, "talked_on": date(2020, 3, 1)}, ["2020-02-29"]),
        ("candidate_on", {"activist_on": DAY, "candidate_on": date(2021, 1, 30)}, ["2021-01-31"]),
        ("candidate_on", {"activist_on": DAY, "candidate_on": date(2021, 1, 31)}, []),
        ("candidate_on", {"candidate_on": DAY}, []),
        ("approved_on", {"probationary_on": DAY, "approved_on": date(2020, 5, 1)}, ["2020-04-30"]),
    ],
)
def test_days_that_the_rules_would_have_otherwise_are_told_with_their_rule(step, days, said):
    told = unusual_days(person(**days), step)
    assert len(told) == len(said)
    for text, day in zip(told, said, strict=True):
        assert day in text
        assert "Rules on Admitting Party Members" in text


days = st.dates(date(2014, 5, 28), date(2040, 1, 1))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(days, max_size=7, unique=True).map(sorted), lacks=st.sets(st.integers(0, 6)), asked=days
)
def test_deadlines_follow_from_the_steps_taken_by_the_day(steps, lacks, asked):
    """Against a slow and obvious answer, for lives with any steps missing."""
    taken = {
        name: day for place, (name, day) in enumerate(zip(STEP_DAYS, steps, strict=False)) if place not in lacks
    }  # fmt: skip
    known = {name: day for name, day in taken.items() if day <= asked}
    reached = max((STEP_DAYS.index(name) for name in known), default=-1)
    expected = set()
    if "applied_on" in known and reached == 0:
        expected.add((Due.TALK, months_later(known["applied_on"], 1)))
    if "activist_on" in known and reached == 2:
        expected.add((Due.CANDIDATE, months_completed(known["activist_on"], 12)))
    if "probationary_on" in known and reached == 4:
        expected.add((Due.APPROVAL, months_later(known["probationary_on"], 3)))
        expected.add((Due.APPROVAL_AT_MOST, months_later(known["probationary_on"], 6)))
    if "probationary_on" in known and reached in (4, 5):
        expected.add((Due.PROBATION, months_completed(known["probationary_on"], 12)))

    found = deadlines_of(MemberFactory.create(**{"full_on": None} | taken), asked)
    assert {(deadline.what, deadline.due) for deadline in found} == expected
    assert [deadline.due for deadline in found] == sorted(deadline.due for deadline in found)
    for deadline in found:
        late = asked - deadline.due >= timedelta(days=1)
        assert deadline.is_overdue == (late and deadline.what != Due.CANDIDATE)
