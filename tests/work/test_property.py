"""The items of random registers against plain counting, and since when they are items against the days before."""

from datetime import date, timedelta
from functools import cache, partial
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from members.models import Election, Member, Post, PostRole
from orgs.calendar import months_completed, months_later
from orgs.models import Enterprise, Organization, Policy, PolicyNumber
from stats.figures import Scale
from tests.stats.reference import Register, holds
from tests.stats.worlds import DAYS as WORLD_DAYS
from tests.stats.worlds import worlds
from tests.work.scenarios import change_number, items, listed
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
    Policy.COMMITTEE_TERM_YEARS: 5,
    Policy.BRANCH_TERM_YEARS: 3,
    Policy.COMMUNITY_TERM_YEARS: 5,
    Policy.TERM_NOTICE_MONTHS: 6,
    Policy.PROBATION_NOTICE_MONTHS: 1,
}
RULES_BEGAN = date(1990, 1, 1)
CHANGED = date(2008, 6, 19)
"""Until that day two full members form alone, and a probation has two years; then three, and one year."""

BY_CHANGED_NUMBERS = {
    "own_organization",
    "instructor",
    "joint_branch",
    "community",
    "stand_alone",
    "few_members",
}
"""The kinds that ask by the number of full members of the day: by it, no item is older than it."""


def small_numbers():
    """Small enough for a small register to break every rule, and older than it."""
    for policy, value in NUMBERS.items():
        PolicyNumber.objects.filter(policy=policy).update(value=value, valid_from=RULES_BEGAN)
    PolicyNumber.objects.filter(
        policy__in=[Policy.OWN_ORGANIZATION_FULL_MEMBERS, Policy.PROBATION_YEARS]
    ).update(value=2, valid_from=RULES_BEGAN)
    change_number(Policy.OWN_ORGANIZATION_FULL_MEMBERS, 3, CHANGED)
    change_number(Policy.PROBATION_YEARS, 1, CHANGED)


def draw_elections_and_posts(random):
    """Some of both: terms that ended, end soon, or never; secretaries and others, who come and go."""
    members = list(Member.objects.all())
    for organization in Organization.objects.all():
        for held_on in random.sample(WORLD_DAYS, random.randint(0, 2)):
            term_ends_on = random.choice([None, *(day for day in [*WORLD_DAYS, *DAYS] if day > held_on)])
            Election.objects.create(organization=organization, held_on=held_on, term_ends_on=term_ends_on)
        if members and random.randint(0, 3):
            start, end = sorted(random.sample(WORLD_DAYS, 2))
            Post.objects.create(
                organization=organization, member=random.choice(members), valid_from=start,
                role=random.choice([PostRole.SECRETARY, PostRole.DEPUTY]), valid_to=random.choice([end, None]),
            )  # fmt: skip


@settings(max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(world=worlds)
def test_items_are_those_of_plain_counting_and_began_when_they_say(world):
    with transaction.atomic():
        world.store()
        small_numbers()
        random = Random(world.seed)
        draw_elections_and_posts(random)
        enterprises = list(Enterprise.objects.all()[:2])
        for member in Member.objects.all():
            member.employer = random.choice([*enterprises, None])
            if member.probationary_on and not random.randint(0, 2):
                later = [day for day in WORLD_DAYS if day > member.probationary_on]
                member.probation_until = random.choice([*later, None])
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
                by_changed = kind.code in BY_CHANGED_NUMBERS and item.since == CHANGED
                assert by_changed or before < RULES_BEGAN or item.record.pk not in on(before), (
                    kind.code,
                    item,
                )
        transaction.set_rollback(True)


NON_PUBLIC = ["private", "hmt", "foreign"]
COUNTED_KINDS = ["committee", "general_branch", "branch", "joint_branch"]


class Reference(Register):
    """What the rules ask for, with NUMBERS, counted record by record."""

    def __init__(self, scale):
        super().__init__()
        self.scale = scale
        self.elections = list(Election.objects.all())
        self.posts = list(Post.objects.all())

    def items(self, day):
        own = 3 if day >= CHANGED else 2
        return {
            "own_organization": self.unreached(day, lambda n: n >= own, ["standalone"]),
            "instructor": self.unreached(day, lambda n: n == 2 < own, ["standalone", "joint", "instructor"]),
            "joint_branch": self.unreached(day, lambda n: n == 1, ["standalone", "joint"]),
            "community": self.unreached(day, lambda n: n == 0, ["standalone", "joint", "instructor", "community"]),
            "stand_alone": self.joint(
                day, lambda one: any(self.could_form(key, day, own) for key in self.covered(one, day))
            ),
            "too_many_units": self.joint(day, lambda one: len(self.covered(one, day)) > 1),
            "too_few_units": self.joint(day, lambda one: len(self.covered(one, day)) < 2),
            "large_branch": self.of_kind(
                day, ["branch", "joint_branch"], lambda one: self.belonging(one, day, ["full", "probationary"]) > 1
            ),
            "large_general_branch": self.of_kind(
                day, ["general_branch"], lambda one: self.belonging(one, day, ["full", "probationary"]) > 1
            ),
            "few_members": self.of_kind(day, COUNTED_KINDS, lambda one: self.has_been_few(one, day, own)),
            "term_ends": self.term(day, lambda ends: day < ends <= months_later(day, 6)),
            "term_ended": self.term(day, lambda ends: ends <= day),
            "probation_ends": self.probation(day, lambda ends: day < ends <= months_later(day, 1)),
            "probation_ended": self.probation(day, lambda ends: ends <= day),
            "no_secretary": {
                one.pk
                for one in self.organizations
                if self.is_in_force(one, day) and not self.has_secretary(one, day)
            },
            "closed_enterprise": self.of_kind(
                day,
                COUNTED_KINDS,
                lambda one: self.outlives(one, day),
            ),
        }  # fmt: skip

    def unreached(self, day, asks, enough):
        return {
            one.pk
            for one in self.enterprises
            if one.ownership in NON_PUBLIC
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

    def could_form(self, key, day, own):
        [enterprise] = (one for one in self.enterprises if one.pk == key)
        return (
            enterprise.ownership in NON_PUBLIC
            and self.employed(key, day) >= own
            and self.mode(enterprise, day) != "standalone"
        )

    def has_been_few(self, organization, day, own):
        """Day by day backwards, while there are too few, until two months have passed."""
        first = day
        while self.is_few(organization, first, own):
            if months_completed(first, 2) <= day:
                return True
            first -= timedelta(days=1)
        return False

    def is_few(self, organization, day, own):
        kinds = [row.kind for row in self.kinds if row.organization_id == organization.pk and holds(row, day)]
        return (
            self.is_in_force(organization, day)
            and bool(set(kinds) & set(COUNTED_KINDS))
            and self.belonging(organization, day, ["full"]) < own
        )

    def term(self, day, condition):
        found = set()
        for one in self.organizations:
            held = [row for row in self.elections if row.organization_id == one.pk and row.held_on <= day]
            if held and self.is_in_force(one, day):
                ends = max(held, key=lambda row: row.held_on).term_ends_on
                found |= {one.pk} if ends is not None and condition(ends) else set()
        return found

    def probation(self, day, condition):
        return {
            member.pk
            for member in self.members
            if self.stage_of(member, day) == "probationary" and condition(self.end_of_probation(member))
        }

    def end_of_probation(self, member):
        years = 1 if member.probationary_on >= CHANGED else 2
        return member.probation_until or months_completed(member.probationary_on, 12 * years)

    def has_secretary(self, organization, day):
        return any(
            post.organization_id == organization.pk and post.role == "secretary" and holds(post, day)
            for post in self.posts
        )

    def outlives(self, organization, day):
        closed = {one.pk: one.closed_on for one in self.enterprises}
        gone, going_on = False, False
        for row in self.coverage:
            if row.organization_id == organization.pk and row.valid_from <= day:
                closed_on = closed[row.enterprise_id]
                is_closed = closed_on is not None and closed_on <= day
                gone |= is_closed and (row.valid_to is None or closed_on <= row.valid_to)
                going_on |= holds(row, day) and not is_closed
        return gone and not going_on
