"""What figures count, record by record, against the figures themselves on random registers."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgs.models import DesignationLevel, Initiative, Kind, OrganizationKind
from stats.api.bodies import CoverageSerializer
from stats.contents import contents_on
from stats.figures import Scale, coverage_figures
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    START,
    AreaFactory,
    CoverageFactory,
    DesignationFactory,
    EnterpriseFactory,
    OrganizationFactory,
)
from tests.stats.worlds import worlds

pytestmark = pytest.mark.django_db

DAY = date(2008, 6, 19)


def number(body, code):
    for part in code.split("."):
        body = body[part]
    return body


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds, scale=st.sampled_from(Scale))
def test_as_many_records_stand_under_a_code_as_the_figures_count(world, scale):
    with transaction.atomic():
        areas = world.store()
        for day in world.asked[:1]:
            for area in (None, *areas.values()):
                body = CoverageSerializer(coverage_figures(day, area, scale)).data
                for code, keys in contents_on(day, area, scale).items():
                    assert len(keys) == number(body, code), (day, area, code)
                    assert sorted(set(keys)) == keys
        transaction.set_rollback(True)


def test_contents_name_the_records_by_their_keys():
    area = AreaFactory(code="330304")
    branch = OrganizationFactory(
        code="Z1", area=area, established_on=date(2007, 3, 1), initiated_by=Initiative.ENTERPRISE
    )
    community = OrganizationFactory(code="S1", area=area, kind=Kind.COMMUNITY_GENERAL_BRANCH)
    member = MemberFactory(organization=branch)
    MemberFactory(organization=community)
    enterprise = EnterpriseFactory(area=area, above_scale_from=START)
    small = EnterpriseFactory(area=area)
    CoverageFactory(organization=branch, enterprise=enterprise)
    DesignationFactory(enterprise=small, level=DesignationLevel.CITY)
    OrganizationFactory(area=AreaFactory(code="330305"))

    found = contents_on(DAY, area, Scale.ABOVE)
    assert {code: keys for code, keys in found.items() if keys} == {
        "organizations.by_kind.branch": ["Z1"],
        "organizations.established_last_year": ["Z1"],
        "organizations.initiated_by_enterprise": ["Z1"],
        "community_general_branches": ["S1"],
        "members.full": [member.member_no],
        "enterprises.operating": sorted([enterprise.uscc, small.uscc]),
        "enterprises.by_mode.standalone": [enterprise.uscc],
        "designations.vigorous_harmonious.city": [small.uscc],
    }


def test_an_organization_of_both_kinds_stands_under_the_figures_that_count_it():
    both = OrganizationFactory(established_on=date(2008, 2, 1))
    OrganizationKind.objects.filter(organization=both).update(valid_to=date(2010, 1, 1))
    community = Kind.COMMUNITY_GENERAL_BRANCH  # which the register accepts from nobody; checks look for it
    OrganizationKind.objects.create(organization=both, kind=community, valid_from=date(2010, 1, 1))

    for day in (DAY, date(2009, 1, 1), date(2010, 1, 1)):
        body = CoverageSerializer(coverage_figures(day, None, Scale.ALL)).data
        for code, keys in contents_on(day, None, Scale.ALL).items():
            assert len(keys) == number(body, code), (day, code)
    assert contents_on(DAY, None, Scale.ALL)["organizations.established_this_year"] == [both.code]


def test_contents_take_the_same_statements_at_any_size():
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            contents_on(DAY, None, Scale.ABOVE)
        return len(captured)

    before = statements()
    for _ in range(3):
        organization = OrganizationFactory(covers=[EnterpriseFactory(above_scale_from=START)])
        MemberFactory(organization=organization)
    assert statements() == before == 7
