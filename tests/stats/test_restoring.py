"""Restoring a membership changes no figure of an earlier day, whatever was stored before."""

from datetime import date, timedelta
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.actions.leaving import restore
from members.models import EndReason, Member, Membership
from orgs.actions.refusals import Refusal
from stats.figures import Scale, coverage_figures
from tests.factories.members import MemberFactory, PostFactory, StandingFactory
from tests.factories.orgs import AreaFactory, OrganizationFactory
from tests.members.actions.refusing import everything

pytestmark = pytest.mark.django_db
FIRST = date(2007, 12, 25)
DAYS = [FIRST + timedelta(days=number) for number in range(12)]


def draw_life(random, organizations):
    """Somebody whose membership ended: relations closed, left open or going on after it."""
    days = sorted(random.sample(DAYS, 4))
    full_on = random.choice([None, days[1]])
    member = MemberFactory(
        probationary_on=days[0], full_on=full_on, ended_on=random.choice(days[2:]),
        ended_reason=random.choice(EndReason.values),
    )  # fmt: skip
    starts = sorted(random.sample(DAYS, random.randint(0, 3)))
    for start, end in zip(starts, [*starts[1:], random.choice([None, member.ended_on])], strict=False):
        if end is None or end > start:
            Membership.objects.create(
                member=member, organization=random.choice(organizations), valid_from=start, valid_to=end
            )
    if random.random() < 0.3:
        StandingFactory(member=member, valid_from=random.choice(DAYS))
    if random.random() < 0.3:
        PostFactory(member=member, organization=organizations[0], valid_from=random.choice(DAYS))
    return member


def members_on(day, area):
    figures = coverage_figures(day, area, Scale.ALL).members
    return figures.full, figures.probationary


def listed_on(day):
    return (
        set(Member.objects.full_on(day).values_list("pk")),
        set(Member.objects.probationary_on(day).values_list("pk")),
        set(Member.objects.with_stage_on(day).values_list("pk", "stage")),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), on=st.sampled_from(DAYS[2:]))
def test_figures_of_days_before_stay_and_from_the_day_on_the_member_counts_once(seed, on):
    random = Random(seed)
    with transaction.atomic():
        areas = [AreaFactory(), AreaFactory()]
        organizations = [OrganizationFactory(area=area) for area in areas]
        member = draw_life(random, organizations)
        scopes = [None, *areas]
        figures = {day: [members_on(day, area) for area in scopes] for day in DAYS}
        lists = {day: listed_on(day) for day in DAYS}
        stored = everything()
        to = random.choice(organizations)
        try:
            with transaction.atomic():
                restore(member=member, organization=to, on=on, document="1", by=None)
        except Refusal:
            assert everything() == stored
        else:
            for day in DAYS:
                if day < on:
                    assert [members_on(day, area) for area in scopes] == figures[day], day
                    assert listed_on(day) == lists[day], day
                else:
                    is_full = member.full_on is not None
                    counted = (1, 0) if is_full else (0, 1)
                    assert members_on(day, None) == members_on(day, areas[organizations.index(to)]) == counted
        transaction.set_rollback(True)
