"""The sample register breaks no rule about elections, terms and posts."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.db.models import F, Q

from members.actions.committees import committee_demand
from members.actions.elections import next_election_due, what_is_unusual_in
from members.models import (
    Election,
    Membership,
    Post,
    PostRole,
)
from orgs.calendar import years_completed
from orgs.models import (
    Kind,
    Organization,
    OrganizationKind,
    Policy,
    PolicyNumber,
)
from sample.plan import LAST_DAY
from tests.sample.loaded import LoadedSample, periods_in

# The sample is the same on every database; test_figures.py and test_load_sample.py load it into each.
pytestmark = pytest.mark.sqlite

TERMS = {
    Kind.COMMITTEE: Policy.COMMITTEE_TERM_YEARS,
    Kind.COMMUNITY_GENERAL_BRANCH: Policy.COMMUNITY_TERM_YEARS,
}
REAL_COMPANIES = Q(name__contains="万超") | Q(name__contains="金洲")


class TheElectionsInTheSample(LoadedSample):
    def test_who_holds_a_post_is_a_full_member_there_for_all_of_it(self):
        relations = periods_in(Membership.objects.all(), key=["member", "organization"])
        for post in Post.objects.select_related("member", "organization"):
            ends = post.valid_to or date.max
            held = relations[post.member_id, post.organization_id]
            assert any(first <= post.valid_from and ends <= until for first, until in held), post
            assert post.member.full_on <= post.valid_from
            assert ends <= (post.member.ended_on or date.max)
            assert ends <= (post.organization.dissolved_on or date.max)
        assert not Post.objects.filter(member__standings__isnull=False).exists()

    def test_posts_end_with_the_next_election_and_a_secretary_is_elected_with_each(self):
        elections = defaultdict(list)
        for organization, day in Election.objects.order_by("held_on").values_list("organization", "held_on"):
            elections[organization].append(day)
        for post in Post.objects.select_related("election"):
            following = [day for day in elections[post.organization_id] if day > post.valid_from]
            assert (post.valid_to or date.max) <= min(following, default=date.max)
            assert post.election is None or post.valid_from == post.election.held_on
        secretaries = Post.objects.filter(role=PostRole.SECRETARY, election__isnull=False)
        assert secretaries.count() == Election.objects.count() > 800
        appointed = Post.objects.filter(election=None)
        assert appointed.exists()
        assert not appointed.exclude(role=PostRole.SECRETARY).exists()

    def test_a_branch_has_the_committee_that_its_size_demands_on_the_day_of_its_election(self):
        with_committee = 0
        for election in Election.objects.select_related("organization").filter(held_on__year__gte=2024):
            demand = committee_demand(election.organization, election.held_on)
            if demand is None or not demand.is_of_committee:
                continue
            with_committee += 1
            assert demand.least <= election.posts.count() <= demand.usual
        assert with_committee > 50

    def test_terms_are_those_of_the_policy_of_the_day_and_of_the_kind(self):
        numbers = {
            policy: PolicyNumber.objects.filter(policy=policy).get()
            for policy in (*TERMS.values(), Policy.BRANCH_TERM_YEARS)
        }
        kinds = list(OrganizationKind.objects.values_list("organization", "kind", "valid_from", "valid_to"))
        of_day = defaultdict(list)
        for organization, kind, first, until in kinds:
            of_day[organization].append((first, until or date.max, Kind(kind)))
        for election in Election.objects.all():
            [kind] = [
                kind for first, until, kind in of_day[election.organization_id]
                if first <= election.held_on < until
            ]  # fmt: skip
            number = numbers[TERMS.get(kind, Policy.BRANCH_TERM_YEARS)]
            term = years_completed(election.held_on, int(number.value))
            assert election.term_ends_on == (term if election.held_on >= number.valid_from else None)

    def test_an_election_is_held_when_the_term_ends_or_has_an_approval_and_none_is_unusual(self):
        kinds = periods_in(OrganizationKind.objects.all(), key=["organization"])
        [years] = PolicyNumber.objects.filter(policy=Policy.ELECTION_SHIFT_YEARS).values_list(
            "value", flat=True
        )
        former = {}
        for election in Election.objects.order_by("held_on"):
            begun = max(
                first for first, _until in kinds[election.organization_id] if first <= election.held_on
            )
            day, due = former.get(election.organization_id, (date.min, None))
            former[election.organization_id] = election.held_on, election.term_ends_on
            if due is None or day < begun or election.held_on == due:
                assert election.approval_number == ""
            else:
                assert election.approval_number
                assert (
                    years_completed(due, -int(years)) <= election.held_on <= years_completed(due, int(years))
                )
        approved = Election.objects.exclude(approval_number="").select_related("organization")
        assert approved.count() > 10
        for election in approved[:20]:
            assert what_is_unusual_in(election) == []

    def test_organizations_elect_while_in_force_but_those_of_real_companies(self):
        outside = Q(held_on__lt=F("organization__established_on")) | Q(
            held_on__gte=F("organization__dissolved_on")
        )
        assert not Election.objects.filter(outside).exists()
        in_force = Organization.objects.in_force_on(LAST_DAY)
        without = in_force.exclude(pk__in=Election.objects.values("organization"))
        assert set(without) == set(in_force.filter(REAL_COMPANIES))
        assert without.count() == 3

    def test_some_terms_have_ended_and_some_end_soon(self):
        for day in (LAST_DAY, date(2026, 11, 25)):
            running = Election.objects.running_on(day)
            assert running.filter(term_ends_on__lte=day).count() > 5
            assert (
                running.filter(term_ends_on__gt=day, term_ends_on__lte=day + timedelta(days=90)).count() > 3
            )
        late = Election.objects.running_on(LAST_DAY).filter(term_ends_on__lte=LAST_DAY)[0]
        assert next_election_due(late.organization, LAST_DAY) == late.term_ends_on
