"""The items of random registers against plain counting, and since when they are items against the days before."""

from datetime import date, timedelta
from functools import cache, partial
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from members.models import Member
from orgs.calendar import months_completed
from orgs.models import Enterprise, Policy, PolicyNumber
from stats.figures import Scale
from tests.stats.reference import Register, holds
from tests.stats.worlds import worlds
from tests.work.scenarios import items, listed
from work.items import KINDS

pytestmark = pytest.mark.django_db

DAYS = [date(2008, 2, 29), date(2008, 6, 19), date(2009, 1, 1), date(2010, 1, 1)]
NUMBERS = {
    Policy.OWN_ORGANIZATION_FULL_MEMBERS: 3,
    Policy.JOINT_BRANCH_UNITS: 1,
    Policy.JOINT_BRANCH_LEAST_UNITS: 2,
    Policy.BRANCH_MEMBERS: 1,
    Policy.COMMITTEE_MEMBERS: 1,
    Policy.FEW_MEMBERS_MONTHS: 2,
    Policy.SECRETARIES: 1,
    Policy.TERM_NOTICE_MONTHS: 6,
    Policy.PROBATION_NOTICE_MONTHS: 1,
}
RULES_BEGAN = date(1990, 1, 1)


def small_numbers():
    """Small enough for a small register to break every rule, and older than it."""
    for policy, value in NUMBERS.items():
        PolicyNumber.objects.filter(policy=policy).update(value=value, valid_from=RULES_BEGAN)


@settings(max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(world=worlds)
def test_items_are_those_of_plain_counting_and_began_when_they_say(world):
    with transaction.atomic():
        world.store()
        small_numbers()
        random = Random(world.seed)
        enterprises = list(Enterprise.objects.all()[:2])
        for member in Member.objects.all():
            member.employer = random.choice([*enterprises, None])
            member.save()
        day, scale = random.choice(DAYS), random.choice(list(Scale))
        reference = Reference(scale)
        for code, found in reference.items(day).items():
            assert listed(code, day, scale=scale) == found, (code, day, scale)
        for kind in KINDS:
            on = cache(partial(listed, kind.code, scale=scale))  # many begin on the same day
            for item in items(kind.code, day, scale=scale):
                before = item.since - timedelta(days=1)
                assert item.record.pk in on(item.since), (kind.code, item)
                assert before < RULES_BEGAN or item.record.pk not in on(before), (kind.code, item)
        transaction.set_rollback(True)


class Reference(Register):
    """What the rules ask for, with NUMBERS, counted record by record."""

    def __init__(self, scale):
        super().__init__()
        self.scale = scale

    def items(self, day):
        return {
            "own_organization": self.unreached(day, lambda n: n >= 3, ["standalone"]),
            "instructor": self.unreached(day, lambda n: n == 2, ["standalone", "joint", "instructor"]),
            "joint_branch": self.unreached(day, lambda n: n == 1, ["standalone", "joint"]),
            "community": self.unreached(day, lambda n: n == 0, ["standalone", "joint", "instructor", "community"]),
            "stand_alone": self.joint(
                day, lambda one: any(self.employed(key, day) >= 3 for key in self.covered(one, day))
            ),
            "too_many_units": self.joint(day, lambda one: len(self.covered(one, day)) > 1),
            "too_few_units": self.joint(day, lambda one: len(self.covered(one, day)) < 2),
            "large_branch": self.of_kind(
                day, ["branch", "joint_branch"], lambda one: self.belonging(one, day, ["full", "probationary"]) > 1
            ),
            "large_general_branch": self.of_kind(
                day, ["general_branch"], lambda one: self.belonging(one, day, ["full", "probationary"]) > 1
            ),
            "few_members": self.few_for_long(day),
            "no_secretary": {one.pk for one in self.organizations if self.is_in_force(one, day)},
            "closed_enterprise": self.of_kind(
                day,
                ["committee", "general_branch", "branch", "joint_branch"],
                lambda one: self.outlives(one, day),
            ),
        }  # fmt: skip

    def unreached(self, day, asks, enough):
        return {
            one.pk
            for one in self.enterprises
            if one.ownership in ("private", "hmt", "foreign")
            and one.registered_on <= day
            and (one.closed_on is None or day < one.closed_on)
            and (self.scale == "all" or self.is_above_scale(one, day))
            and asks(self.employed(one.pk, day))
            and self.mode(one, day) not in enough
        }

    def employed(self, key, day):
        return sum(
            member.employer_id == key and self.stage_of(member, day) == "full" for member in self.members
        )

    def belonging(self, organization, day, stages):
        return sum(
            self.organization_of(member, day) == organization.pk and self.stage_of(member, day) in stages
            for member in self.members
        )

    def covered(self, organization, day):
        return [
            row.enterprise_id
            for row in self.coverage
            if row.organization_id == organization.pk and holds(row, day)
        ]

    def is_in_force(self, organization, day):
        ended = organization.dissolved_on
        return organization.established_on <= day and (ended is None or day < ended)

    def of_kind(self, day, kinds, condition):
        return {
            one.pk for one in self.organizations if self.kind_in_force(one, day) in kinds and condition(one)
        }

    def joint(self, day, condition):
        return self.of_kind(day, ["joint_branch"], condition)

    def few_for_long(self, day):
        """Day by day backwards, while there are too few, until two months have passed."""
        return self.of_kind(
            day, ["committee", "general_branch", "branch"], lambda one: self.has_been_few(one, day)
        )

    def has_been_few(self, organization, day):
        first = day
        while self.is_few(organization, first):
            if months_completed(first, 2) <= day:
                return True
            first -= timedelta(days=1)
        return False

    def is_few(self, organization, day):
        kinds = [row.kind for row in self.kinds if row.organization_id == organization.pk and holds(row, day)]
        return (
            self.is_in_force(organization, day)
            and bool(set(kinds) & {"committee", "general_branch", "branch"})
            and self.belonging(organization, day, ["full"]) < 3
        )

    def outlives(self, organization, day):
        closed = {one.pk: one.closed_on for one in self.enterprises}
        gone, going_on = False, False
        for row in self.coverage:
            if row.organization_id == organization.pk and row.valid_from <= day:
                is_closed = closed[row.enterprise_id] is not None and closed[row.enterprise_id] <= day
                gone |= is_closed
                going_on |= holds(row, day) and not is_closed
        return gone and not going_on
