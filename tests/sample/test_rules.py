"""The sample register breaks no rule of the domain: lives, periods, stages, relations."""

from datetime import date
from itertools import pairwise

import pytest
from django.db.models import Count, F, Q
from django.utils import timezone

from checks.register import counts_on
from members.models import Member, Membership, Standing, StandingKind, Transfer
from orgs.calendar import years_completed
from orgs.models import (
    AboveScale,
    Coverage,
    Designation,
    Enterprise,
    EnterpriseArea,
    Instructor,
    Kind,
    Level,
    Organization,
    OrganizationArea,
    OrganizationKind,
    Scope,
)
from sample import REPORT_DAY
from sample.plan import LAST_DAY
from tests.sample.loaded import MODELS, LoadedSample, periods_in

# The sample is the same on every database; test_figures.py and test_load_sample.py load it into each.
pytestmark = pytest.mark.sqlite

DISTRICT = "330304"
FORESEEN = ("term_ends_on", "letter_valid_until", "probation_until")
"""Days that are known beforehand."""


class TheRulesInTheSample(LoadedSample):
    def test_what_belongs_to_an_enterprise_lies_within_its_life(self):
        for model in (AboveScale, Coverage, Instructor, Designation):
            outside = Q(valid_from__lt=F("enterprise__registered_on")) | Q(
                Q(valid_to=None) | Q(valid_to__gt=F("enterprise__closed_on")),
                enterprise__closed_on__isnull=False,
            )
            assert not model.objects.filter(outside).exists(), model

    def test_what_belongs_to_an_organization_lies_within_its_life(self):
        for model in (Coverage, Membership):
            outside = Q(valid_from__lt=F("organization__established_on")) | Q(
                Q(valid_to=None) | Q(valid_to__gt=F("organization__dissolved_on")),
                organization__dissolved_on__isnull=False,
            )
            assert not model.objects.filter(outside).exists(), model

    def test_kinds_and_areas_hold_without_a_gap_from_the_first_day_on(self):
        cases = (
            (OrganizationKind, "organization", Organization, "established_on"),
            (OrganizationArea, "organization", Organization, "established_on"),
            (EnterpriseArea, "enterprise", Enterprise, "registered_on"),
        )
        for model, owner, owners, start in cases:
            periods = periods_in(model.objects.all(), key=[owner])
            for key, first_day in owners.objects.values_list("pk", start):
                ends = [first_day, *(until for _first, until in periods[key])]
                assert [first for first, _until in periods[key]] == ends[:-1]
                assert ends[-1] == date.max

    def test_every_enterprise_and_organization_stands_in_a_community_of_the_district(self):
        for model in (EnterpriseArea, OrganizationArea):
            assert not model.objects.exclude(
                area__code__startswith=DISTRICT, area__level=Level.COMMUNITY
            ).exists()

    def test_an_organization_stands_where_its_enterprises_stand(self):
        for day in (date(2000, 1, 1), date(2006, 1, 1), REPORT_DAY, date(2016, 1, 1), LAST_DAY):
            enterprises = dict(EnterpriseArea.objects.on(day).values_list("enterprise", "area"))
            organizations = dict(OrganizationArea.objects.on(day).values_list("organization", "area"))
            for organization, enterprise in Coverage.objects.on(day).values_list(
                "organization", "enterprise"
            ):
                assert organizations[organization] == enterprises[enterprise], day

    def test_superiors_incubators_and_successors_were_there_at_the_time(self):
        community = OrganizationKind.objects.filter(kind=Kind.COMMUNITY_GENERAL_BRANCH).values("organization")
        for name, extra in (("superior", Q()), ("incubated_by", ~Q(incubated_by__in=community))):
            linked = Organization.objects.exclude(**{name: None})
            unfit = Q(established_on__lte=F(f"{name}__established_on")) | Q(
                **{f"{name}__dissolved_on__isnull": False}
            )
            assert linked.exists()
            assert not linked.filter(unfit | extra).exists(), name
        dissolved = Organization.objects.exclude(dissolved_on=None)
        assert dissolved.filter(dissolved_on__lt=REPORT_DAY).count() > 10
        assert dissolved.filter(dissolved_on__gt=REPORT_DAY).count() > 10
        for organization in dissolved.select_related("successor"):
            assert organization.dissolution_reason
            assert organization.successor.established_on < organization.dissolved_on
            assert organization.successor.dissolved_on is None

    def test_nothing_happens_after_the_last_day(self):
        for model in MODELS:
            for field in model._meta.concrete_fields:
                if field.get_internal_type() == "DateField" and field.name not in FORESEEN:
                    late = model.objects.filter(**{f"{field.name}__gt": LAST_DAY})
                    assert not late.exists(), (model, field.name)

    def test_the_stages_of_everybody_are_in_order_and_long_enough(self):
        for member in Member.objects.all():
            stages = [
                member.applied_on,
                member.activist_on,
                member.candidate_on,
                member.probationary_on,
                member.full_on,
            ]
            reached = [day for day in stages if day is not None]
            assert stages[: len(reached)] == reached
            assert reached == sorted(set(reached))
            assert years_completed(member.birth_date, 18) <= member.applied_on
            if member.candidate_on:
                assert years_completed(member.activist_on, 1) <= member.candidate_on
            if member.full_on:
                assert years_completed(member.probationary_on, 1) <= member.full_on
            elif member.probationary_on:
                assert (member.probation_until or years_completed(member.probationary_on, 1)) > LAST_DAY
            if member.ended_on:
                assert member.ended_reason
                assert member.ended_on > member.full_on

    def test_relations_are_those_of_members_and_end_with_membership(self):
        outside = (
            Q(member__probationary_on=None)
            | Q(valid_from__lt=F("member__probationary_on"))
            | Q(Q(valid_to=None) | Q(valid_to__gt=F("member__ended_on")), member__ended_on__isnull=False)
        )
        assert not Membership.objects.filter(outside).exists()

    def test_every_member_belongs_to_an_organization_from_the_first_relation_to_the_end(self):
        ends = dict(Member.objects.exclude(probationary_on=None).values_list("pk", "ended_on"))
        relations = periods_in(Membership.objects.all(), key=["member"])
        no_member = periods_in(Standing.objects.filter(kind=StandingKind.NO_MEMBER), key=["member"])
        gone = dict(Transfer.objects.filter(destination=None).values_list("member", "received_on"))
        for member, ended_on in ends.items():
            periods = relations[member]
            gaps = [(until, first) for (_, until), (first, _) in pairwise(periods) if first != until]
            assert gaps == no_member.get(member, [])
            assert periods[-1][1] == (ended_on or gone.get(member) or date.max)

    def test_members_work_in_an_operating_enterprise_that_their_organization_covers(self):
        covered = set(Coverage.objects.on(LAST_DAY).values_list("organization", "enterprise"))
        relations = Membership.objects.on(LAST_DAY).values_list("organization", "member__employer")
        assert relations.count() > 3000
        assert set(relations) <= covered
        assert not Member.objects.filter(employer__closed_on__isnull=False, ended_on=None).exists()

    def test_members_have_been_transferred_died_and_left(self):
        moved = Member.objects.annotate(relations=Count("memberships")).filter(relations__gt=1)
        assert moved.count() > 200
        assert Member.objects.exclude(ended_on=None).values("ended_reason").distinct().count() == 4

    def test_no_check_of_the_register_finds_anything(self):
        for day in (REPORT_DAY, LAST_DAY, timezone.localdate()):
            counts = counts_on(day, Scope(everything=True))
            assert {code: count for code, count in counts.items() if count} == {}, day

    def test_it_holds_no_identity_number_and_no_phone(self):
        assert not Member.objects.exclude(id_number="", phone="").exists()
        assert not Enterprise.objects.exclude(contact_name="", contact_phone="").exists()
        assert not Instructor.objects.exclude(phone="").exists()
