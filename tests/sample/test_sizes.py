"""The sample's organizations, quarter by quarter, have the members and enterprises that they need."""

from datetime import date
from itertools import pairwise

import pytest

from members.models import Membership
from orgs.models import (
    STANDALONE_KINDS,
    Coverage,
    Instructor,
    Kind,
    Organization,
    OrganizationKind,
)
from sample import REPORT_DAY
from tests.sample.loaded import LoadedSample, periods_in

# The sample is the same on every database; test_figures.py and test_load_sample.py load it into each.
pytestmark = pytest.mark.sqlite

QUARTERS = [
    date(year, month, 1) for year in range(1986, 2027) for month in (1, 4, 7, 10) if (year, month) < (2026, 7)
]


class TheOrganizationsOfTheSample(LoadedSample):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counts = list(cls._counted())

    @staticmethod
    def _counted():
        """Per quarter: of each organization in force its kind, full members, members and enterprises."""
        kinds = list(
            OrganizationKind.objects.values_list("organization__name", "kind", "valid_from", "valid_to")
        )
        lives = {row.name: row for row in Organization.objects.all()}
        relations = list(
            Membership.objects.values_list(
                "organization__name", "valid_from", "valid_to", "member__full_on", "member__ended_on"
            )
        )
        coverage = list(
            Coverage.objects.values_list(
                "organization__name",
                "valid_from",
                "valid_to",
                "enterprise__registered_on",
                "enterprise__closed_on",
            )
        )
        assert len(lives) == Organization.objects.count()
        for day in [*QUARTERS, REPORT_DAY]:
            counts = {}
            for name, kind, first, until in kinds:
                gone = lives[name].dissolved_on
                if first <= day < (until or date.max) and not (gone and gone <= day):
                    counts[name] = [kind, 0, 0, 0]
            for name, first, until, full_on, ended_on in relations:
                if first <= day < (until or date.max):
                    assert ended_on is None or day < ended_on
                    counts[name][1] += full_on is not None and full_on <= day
                    counts[name][2] += 1
            for name, first, until, registered_on, closed_on in coverage:
                if first <= day < (until or date.max):
                    assert registered_on <= day < (closed_on or date.max)
                    counts[name][3] += 1
            yield day, counts

    def test_a_standalone_organization_always_has_three_full_members_and_one_operating_enterprise(self):
        for day, counts in self.counts:
            for organization, (kind, full, _members, enterprises) in counts.items():
                if kind in STANDALONE_KINDS:
                    assert full >= 3, (day, organization)
                    assert enterprises == 1, (day, organization)

    def test_a_joint_branch_always_has_two_to_five_operating_enterprises_and_two_full_members(self):
        for day, counts in self.counts:
            for organization, (kind, full, _members, enterprises) in counts.items():
                if kind == Kind.JOINT_BRANCH:
                    assert 2 <= enterprises <= 5, (day, organization)
                    assert full >= 2, (day, organization)

    def test_the_size_of_an_organization_fits_its_kind(self):
        for day, counts in self.counts:
            for organization, (kind, _full, members, _enterprises) in counts.items():
                if kind in (Kind.BRANCH, Kind.JOINT_BRANCH):
                    assert members < 50, (day, organization)
                elif kind == Kind.GENERAL_BRANCH:
                    assert 45 <= members < 100, (day, organization)
                elif kind == Kind.COMMITTEE:
                    assert members >= 95, (day, organization)

    def test_a_community_general_branch_always_covers_somebody_in_the_end(self):
        last = next(counts for day, counts in self.counts if day == QUARTERS[-1])
        of_communities = [row for row in last.values() if row[0] == Kind.COMMUNITY_GENERAL_BRANCH]
        assert len(of_communities) == 8
        assert all(full >= 3 and enterprises for _kind, full, _members, enterprises in of_communities)

    def test_no_standalone_organization_covers_two_enterprises_on_any_day(self):
        assert not Coverage.objects.beside_another_enterprise_of_a_standalone_organization().exists()

    def test_no_enterprise_is_covered_in_two_ways_at_once_but_wanchao(self):
        rows = Coverage.objects.exclude(enterprise__name__contains="万超")
        for enterprise, periods in periods_in(rows, key=["enterprise"]).items():
            for (_first, until), (following, _until) in pairwise(periods):
                assert until <= following, enterprise

    def test_an_instructor_ends_when_the_enterprise_has_an_organization(self):
        of_communities = OrganizationKind.objects.filter(kind=Kind.COMMUNITY_GENERAL_BRANCH).values(
            "organization"
        )
        own = periods_in(Coverage.objects.exclude(organization__in=of_communities), key=["enterprise"])
        for enterprise, periods in periods_in(Instructor.objects.all(), key=["enterprise"]).items():
            for first, until in periods:
                assert all(until <= start or end <= first for start, end in own[enterprise])
