"""Each kind of item: from its first day on, by the rule of the day, until it is mended."""

from datetime import date, timedelta

import pytest

from orgs.models import AboveScale, Kind, Policy, PolicyNumber
from stats.figures import Scale
from tests.factories.members import ElectionFactory, MemberFactory, MembershipFactory, StandingFactory
from tests.factories.orgs import (
    CoverageFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)
from tests.work.scenarios import (
    FIRST,
    SCENARIOS,
    change_number,
    employing,
    items,
    joint_of,
    listed,
    set_number,
)
from work.items import KIND_BY_CODE, KINDS, rules_on

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)
RULE_2018 = date(2018, 10, 28)


@pytest.mark.parametrize("code", [kind.code for kind in KINDS])
def test_it_is_an_item_from_its_first_day_until_the_day_on_which_it_is_mended(code):
    scenario = SCENARIOS[code]()
    key = scenario.record.pk
    before = FIRST - A_DAY

    assert key not in listed(code, before)
    assert key in listed(code, FIRST)
    last = scenario.mended - A_DAY
    [item] = [item for item in items(code, last) if item.record.pk == key]
    assert item.since == FIRST
    scenario.mend()
    assert key in listed(code, last)
    assert key not in listed(code, scenario.mended)


def test_before_a_rule_existed_it_asks_for_nothing():
    branch = joint_of(1)
    assert listed("too_few_units", RULE_2018 - A_DAY) == set()
    assert not KIND_BY_CODE["too_few_units"].applies(rules_on(RULE_2018 - A_DAY))
    assert listed("too_few_units", RULE_2018) == {branch.pk}
    [item] = items("too_few_units", FIRST)
    assert item.since == RULE_2018


def test_the_number_of_the_day_decides():
    enterprise = employing(date(2001, 1, 1), date(2001, 1, 1), date(2001, 1, 1))
    change_number(Policy.OWN_ORGANIZATION_FULL_MEMBERS, 4, FIRST)

    assert listed("own_organization", FIRST - A_DAY) == {enterprise.pk}
    assert listed("own_organization", FIRST) == set()
    assert listed("instructor", FIRST) == {enterprise.pk}
    [item] = items("instructor", FIRST)
    assert item.since == FIRST  # the day before another thing was asked for
    assert KIND_BY_CODE["own_organization"].sources(rules_on(FIRST)) == [
        "full members from which an enterprise forms alone: 4 (x)"
    ]


@pytest.mark.parametrize(
    ("code", "full_members", "enough"),
    [
        ("own_organization", 3, ["standalone"]),
        ("instructor", 2, ["standalone", "joint", "instructor"]),
        ("joint_branch", 1, ["standalone", "joint"]),
        ("community", 0, ["standalone", "joint", "instructor", "community"]),
    ],
)
def test_an_enterprise_is_asked_of_until_it_has_what_its_members_ask_for_or_better(
    code, full_members, enough
):
    for reached_by in ("standalone", "joint", "instructor", "community", None):
        enterprise = employing(*[date(2001, 1, 1)] * full_members)
        if reached_by == "instructor":
            InstructorFactory(enterprise=enterprise)
        elif reached_by is not None:
            kinds = {"standalone": Kind.BRANCH, "joint": Kind.JOINT_BRANCH}
            kind = kinds.get(reached_by, Kind.COMMUNITY_GENERAL_BRANCH)
            OrganizationFactory(kind=kind, covers=[enterprise])
        assert (enterprise.pk in listed(code, FIRST)) is (reached_by not in enough), reached_by


def test_public_closed_and_small_enterprises_are_asked_of_as_the_scale_says():
    day = date(2020, 1, 1)
    members = [date(2001, 1, 1)] * 3
    employing(*members, ownership="state")
    employing(*members, closed_on=day)
    small, large = employing(*members), employing(*members)
    AboveScale.objects.create(enterprise=large, valid_from=day)

    assert listed("own_organization", day) == {small.pk, large.pk}
    assert listed("own_organization", day, scale=Scale.ABOVE) == {large.pk}
    [item] = items("own_organization", FIRST, scale=Scale.ABOVE)
    assert item.since == day


def test_who_is_full_on_the_day_is_counted_where_employed():
    enterprise = employing(date(2001, 1, 1), date(2001, 1, 1))
    MemberFactory(employer=enterprise, ended_on=FIRST)
    restored = MemberFactory(employer=enterprise)
    StandingFactory(member=restored, kind="no_member", valid_from=date(2010, 1, 1), valid_to=FIRST)
    MemberFactory(employer=enterprise, full_on=None, probationary_on=date(2001, 1, 1))

    # Four until 2010, then three until one ends, on the day on which another is restored.
    assert listed("own_organization", FIRST) == {enterprise.pk}
    [item] = items("own_organization", FIRST)
    assert item.since == date(2001, 1, 1)
    assert item.fact == "3 full members"


def test_a_joint_branch_could_lose_its_enterprise_since_another_of_them_could_stand_alone():
    branch = joint_of(2)
    first, second = (row.enterprise for row in branch.coverage.order_by("pk"))
    for _number in range(3):
        MemberFactory(employer=first, full_on=date(2019, 1, 1), ended_on=date(2020, 1, 1))
        MemberFactory(employer=second, full_on=date(2019, 7, 1))

    [item] = items("stand_alone", FIRST)
    assert (item.since, item.fact) == (date(2019, 1, 1), second.name)


def test_of_a_joint_branch_a_public_enterprise_and_one_with_its_own_organization_form_none():
    branch = joint_of(2)
    public, own = (row.enterprise for row in branch.coverage.order_by("pk"))
    public.ownership = "state"
    public.save()
    for enterprise in (public, own):
        MemberFactory.create_batch(3, employer=enterprise)
    OrganizationFactory(covers=[own], established_on=date(2010, 1, 1), dissolved_on=FIRST)

    assert listed("stand_alone", FIRST - A_DAY) == set()
    assert listed("stand_alone", FIRST) == {branch.pk}
    [item] = items("stand_alone", FIRST)
    assert (item.since, item.fact) == (FIRST, own.name)


def test_fewer_than_three_for_half_a_year_without_a_day_of_three():
    organization = OrganizationFactory()
    MemberFactory.create_batch(2, organization=organization)
    assert listed("few_members", FIRST) == {organization.pk}
    # For one day within the half year there are three; full, belonging, or restored.
    for change in ("belongs", "becomes full", "is restored"):
        third = MemberFactory(full_on=date(2019, 12, 1) if change == "becomes full" else date(2001, 1, 1))
        first = date(2019, 12, 1) if change == "belongs" else date(2010, 1, 1)
        MembershipFactory(
            member=third, organization=organization, valid_from=first, valid_to=date(2019, 12, 2)
        )
        if change == "is restored":
            days = {"valid_from": date(2009, 1, 1), "valid_to": date(2019, 12, 1)}
            StandingFactory(member=third, kind="no_member", **days)
        assert listed("few_members", FIRST) == set(), change
        assert listed("few_members", date(2020, 6, 1)) == set(), change
        assert listed("few_members", date(2020, 6, 2)) == {organization.pk}, change
        third.memberships.all().delete()


def test_a_young_organization_is_given_its_half_year():
    young = OrganizationFactory(established_on=date(2019, 8, 30))
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH)

    assert listed("few_members", FIRST) == set()
    assert listed("few_members", date(2020, 3, 1)) == {young.pk}


def test_a_joint_branch_needs_as_many_full_members_and_becoming_one_is_no_new_beginning():
    joint, became_joint = joint_of(2), OrganizationFactory()
    became_joint.kinds.update(valid_to=date(2019, 8, 30))
    became_joint.kinds.create(kind=Kind.JOINT_BRANCH, valid_from=date(2019, 8, 30))
    enough = joint_of(2)
    MemberFactory.create_batch(3, organization=enough)

    assert listed("few_members", FIRST) == {joint.pk, became_joint.pk}


def test_a_term_that_a_later_election_ended_makes_no_item_nor_one_without_an_end():
    held = ElectionFactory(term_ends_on=FIRST)
    ElectionFactory(organization=held.organization, held_on=date(2019, 1, 1))
    assert listed("term_ended", date(2018, 12, 31)) == set()
    assert listed("term_ends", FIRST - A_DAY) == set()
    assert listed("term_ended", FIRST) == set()


def test_a_term_shorter_than_the_notice_interrupts_no_item():
    held = ElectionFactory(term_ends_on=date(2020, 6, 1))
    ElectionFactory(organization=held.organization, held_on=FIRST, term_ends_on=date(2020, 7, 1))
    [item] = items("term_ends", date(2020, 3, 1))
    assert item.since == date(2019, 12, 1)


def test_a_probation_is_as_long_as_the_number_of_its_first_day_says():
    change_number(Policy.PROBATION_YEARS, 2, date(2019, 3, 1))
    short = MemberFactory(full_on=None, probationary_on=date(2019, 2, 28))
    long = MemberFactory(full_on=None, probationary_on=date(2019, 3, 1))

    assert listed("probation_ended", date(2020, 2, 28)) == {short.pk}
    assert listed("probation_ended", date(2021, 2, 28)) == {short.pk}
    assert listed("probation_ends", date(2021, 2, 28)) == {long.pk}
    assert listed("probation_ended", date(2021, 3, 1)) == {short.pk, long.pk}


def test_another_number_of_probation_is_no_beginning_of_one_that_ended_by_an_earlier_number():
    MemberFactory(full_on=None, probationary_on=date(2019, 1, 1))
    extended = MemberFactory(full_on=None, probationary_on=date(2019, 1, 1), probation_until=date(2020, 7, 1))
    change_number(Policy.PROBATION_YEARS, 2, date(2022, 5, 1))

    by_rule, until = sorted(items("probation_ended", date(2023, 1, 1)), key=lambda item: item.since)
    assert (by_rule.since, until.since) == (date(2020, 1, 1), date(2020, 7, 1))
    assert "by the number of its first day: years of probation: 1 (" in by_rule.fact
    assert (until.record, "by the number" in until.fact) == (extended, False)


def test_a_term_ended_by_the_number_of_its_election_whatever_the_numbers_are_since():
    held = ElectionFactory(term_ends_on=FIRST)
    change_number(Policy.COMMITTEE_TERM_YEARS, 4, date(2022, 5, 1))
    PolicyNumber.objects.filter(policy=Policy.COMMUNITY_TERM_YEARS).update(valid_to=date(2022, 5, 1))

    [item] = items("term_ended", date(2023, 1, 1))
    assert (item.record, item.since) == (held.organization, FIRST)
    assert len(KIND_BY_CODE["term_ended"].sources(rules_on(date(2023, 1, 1)))) == 2


def test_an_organization_that_covers_another_enterprise_outlives_a_closed_one():
    closed, going_on = EnterpriseFactory(closed_on=FIRST), EnterpriseFactory()
    joint = OrganizationFactory(kind=Kind.JOINT_BRANCH)
    CoverageFactory(organization=joint, enterprise=closed, valid_to=FIRST)
    row = CoverageFactory(organization=joint, enterprise=going_on)
    assert listed("closed_enterprise", FIRST) == set()
    row.valid_to = date(2021, 1, 1)
    row.save()
    assert listed("closed_enterprise", date(2021, 1, 1)) == {joint.pk}
    [item] = items("closed_enterprise", date(2022, 1, 1))
    assert (item.since, item.fact) == (date(2021, 1, 1), closed.name)


def test_what_closed_after_the_organization_left_it_and_what_closes_later_makes_no_item():
    organization = OrganizationFactory()
    first, second, third = (
        EnterpriseFactory(name=name, closed_on=closed_on)
        for name, closed_on in (("甲", date(2010, 1, 1)), ("乙", date(2025, 1, 1)), ("丙", date(2016, 1, 1)))
    )
    for enterprise, start, end in ((first, 2001, 2005), (second, 2005, 2015)):
        CoverageFactory(
            organization=organization, enterprise=enterprise,
            valid_from=date(start, 1, 1), valid_to=date(end, 1, 1),
        )  # fmt: skip
    assert listed("closed_enterprise", FIRST) == set()
    assert listed("closed_enterprise", date(2026, 1, 1)) == set()

    CoverageFactory(organization=organization, enterprise=third, valid_to=third.closed_on)
    change_number(Policy.OWN_ORGANIZATION_FULL_MEMBERS, 4, date(2019, 1, 1))
    [item] = items("closed_enterprise", FIRST)
    assert (item.since, item.fact) == (date(2016, 1, 1), "丙")


def test_what_is_still_covered_until_it_closes_is_not_named_before():
    joint = OrganizationFactory(kind=Kind.JOINT_BRANCH)
    for name, closed_on, left_on in (("甲", 2010, 2010), ("乙", 2025, 2015)):
        enterprise = EnterpriseFactory(name=name, closed_on=date(closed_on, 1, 1))
        CoverageFactory(organization=joint, enterprise=enterprise, valid_to=date(left_on, 1, 1))
    [item] = items("closed_enterprise", date(2020, 1, 1))
    assert (item.since, item.fact) == (date(2015, 1, 1), "甲")


def test_branches_are_too_large_from_one_member_more_on():
    set_number(Policy.BRANCH_MEMBERS, 2)
    MemberFactory.create_batch(2, organization=OrganizationFactory())
    large = OrganizationFactory(kind=Kind.JOINT_BRANCH)
    MemberFactory.create_batch(3, organization=large)
    MemberFactory.create_batch(3, organization=OrganizationFactory(kind=Kind.GENERAL_BRANCH))
    assert listed("large_branch", FIRST) == {large.pk}
