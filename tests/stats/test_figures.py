"""The rules of the coverage figures, one by one."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs.models import (
    AboveScale,
    DesignationLevel,
    Initiative,
    Kind,
    Level,
    OrganizationArea,
    OrganizationKind,
    Ownership,
    Title,
)
from orgs.modes import Mode
from stats.figures import Scale, Share, coverage_by_area, coverage_figures
from tests.factories.members import MemberFactory, MembershipFactory
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)

pytestmark = pytest.mark.django_db

DAY = date(2008, 6, 19)
EVE = DAY - timedelta(days=1)


def figures(day=DAY, area=None, scale=Scale.ALL):
    return coverage_figures(day, area, scale)


def modes(day=DAY, area=None, scale=Scale.ALL):
    """The modes that have enterprises, with how many."""
    return {
        mode.value: count for mode, count in figures(day, area, scale).enterprises.by_mode.items() if count
    }


@pytest.fixture
def district():
    return AreaFactory(code="330304")


@pytest.fixture
def community():
    return AreaFactory(code="330304001001")


# Organizations


def test_an_organization_counts_from_its_first_day_until_the_day_before_its_last():
    OrganizationFactory(established_on=DAY, dissolved_on=DAY + timedelta(days=1))

    assert [figures(day).organizations.total for day in (EVE, DAY, DAY + timedelta(days=1))] == [0, 1, 0]


def test_an_organization_counts_with_the_kind_of_the_day():
    organization = OrganizationFactory(kind=Kind.BRANCH)
    organization.kinds.update(valid_to=DAY)
    OrganizationKind.objects.create(organization=organization, kind=Kind.JOINT_BRANCH, valid_from=DAY)

    before, after = figures(EVE).organizations, figures(DAY).organizations
    assert (before.by_kind[Kind.BRANCH], before.standalone, before.joint) == (1, 1, 0)
    assert (after.by_kind[Kind.JOINT_BRANCH], after.standalone, after.joint) == (1, 0, 1)


def test_an_organization_counts_whatever_its_enterprise_is():
    public = EnterpriseFactory(ownership=Ownership.STATE)
    OrganizationFactory(covers=[public])
    OrganizationFactory()

    assert figures(scale=Scale.ABOVE).organizations.total == 2


def test_community_general_branches_are_counted_apart(district):
    OrganizationFactory(
        kind=Kind.COMMUNITY_GENERAL_BRANCH, established_on=DAY, initiated_by=Initiative.ENTERPRISE
    )

    found = figures()
    assert found.community_general_branches == 1
    assert found.organizations.total == 0
    assert found.organizations.established_this_year == 0
    assert found.organizations.initiated_by_enterprise == 0
    assert found.summary == "0 organizations, 0 standalone, 0 joint"


def test_an_organization_counts_where_it_lies_on_the_day(district):
    other = AreaFactory(code="330305")
    organization = OrganizationFactory(area=district)
    organization.areas.update(valid_to=DAY)
    OrganizationArea.objects.create(organization=organization, area=other, valid_from=DAY)
    MemberFactory(organization=organization)

    assert [figures(day, district).organizations.total for day in (EVE, DAY)] == [1, 0]
    assert [figures(day, other).organizations.total for day in (EVE, DAY)] == [0, 1]
    assert [figures(day, other).members.full for day in (EVE, DAY)] == [0, 1]


def test_an_organization_without_area_counts_in_the_whole_alone(district):
    OrganizationFactory(area=None)

    assert figures().organizations.total == 1
    assert figures(area=district).organizations.total == 0


def test_this_year_is_from_the_first_of_january_to_the_day():
    for day in (date(2007, 12, 31), date(2008, 1, 1), DAY, DAY + timedelta(days=1)):
        OrganizationFactory(established_on=day)

    assert figures().organizations.established_this_year == 2


def test_last_year_is_the_calendar_year_before_also_for_what_was_dissolved_since():
    OrganizationFactory(established_on=date(2006, 12, 31))
    OrganizationFactory(established_on=date(2007, 1, 1), dissolved_on=date(2007, 2, 1))
    OrganizationFactory(established_on=date(2007, 12, 31))
    OrganizationFactory(established_on=date(2008, 1, 1))

    found = figures().organizations
    assert found.established_last_year == 2
    assert found.total == 3


def test_last_year_counts_in_the_area_of_the_day_asked_for(district):
    moved = OrganizationFactory(established_on=date(2007, 1, 1), area=AreaFactory(code="330305"))
    moved.areas.update(valid_to=DAY)
    OrganizationArea.objects.create(organization=moved, area=district, valid_from=DAY)

    assert figures(EVE, district).organizations.established_last_year == 0
    assert figures(DAY, district).organizations.established_last_year == 1


def test_initiative_is_counted_among_those_in_force():
    OrganizationFactory(initiated_by=Initiative.ENTERPRISE)
    OrganizationFactory(initiated_by=Initiative.ENTERPRISE, dissolved_on=DAY)
    OrganizationFactory(initiated_by=Initiative.ORGANIZER)

    assert figures().organizations.initiated_by_enterprise == 1


@pytest.mark.parametrize("day", [date.min, date(2008, 2, 29), date(2131, 1, 1), date.max])
def test_any_day_has_figures(day):
    OrganizationFactory(established_on=date(2008, 2, 29))

    assert figures(day).organizations.total == (day >= date(2008, 2, 29))
    assert figures(day).organizations.established_last_year == 0


def test_the_summary_has_one_form_for_every_number():
    OrganizationFactory()

    assert figures().summary == "1 organizations, 1 standalone, 0 joint"


# Members


@pytest.mark.parametrize(
    ("stages", "full", "probationary"),
    [
        ({"full_on": DAY}, 1, 0),
        ({"full_on": None, "probationary_on": DAY}, 0, 1),
        ({"full_on": DAY + timedelta(days=1), "probationary_on": EVE}, 0, 1),
        ({"full_on": DAY + timedelta(days=1)}, 0, 0),
        ({"full_on": None, "probationary_on": None, "applied_on": EVE}, 0, 0),
        ({"full_on": EVE, "ended_on": DAY}, 0, 0),
        ({"full_on": EVE, "ended_on": DAY + timedelta(days=1)}, 1, 0),
        ({"full_on": None, "probationary_on": EVE, "ended_on": DAY}, 0, 0),
    ],
)
def test_a_member_counts_by_the_stage_of_the_day(stages, full, probationary):
    MemberFactory(organization=OrganizationFactory(), **stages)

    found = figures().members
    assert (found.full, found.probationary, found.total) == (full, probationary, full + probationary)


def test_members_count_with_the_organization_of_their_relation_on_the_day():
    relation = MembershipFactory(valid_to=DAY)
    MembershipFactory(
        member=relation.member, organization=OrganizationFactory(dissolved_on=DAY), valid_from=DAY
    )

    assert [figures(day).members.total for day in (EVE, DAY)] == [1, 0]


def test_members_of_community_general_branches_are_not_counted():
    MemberFactory(organization=OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH))

    assert figures().members.total == 0


# Enterprises


def test_operating_are_non_public_enterprises_registered_and_not_closed():
    EnterpriseFactory(registered_on=DAY)
    EnterpriseFactory(closed_on=DAY + timedelta(days=1))
    EnterpriseFactory(ownership=Ownership.FOREIGN)
    EnterpriseFactory(ownership=Ownership.HMT)
    EnterpriseFactory(closed_on=DAY)
    EnterpriseFactory(registered_on=DAY + timedelta(days=1))
    for ownership in (Ownership.INDIVIDUAL, Ownership.STATE, Ownership.COLLECTIVE):
        EnterpriseFactory(ownership=ownership)

    assert figures().enterprises.operating == 4


def test_the_scale_chooses_the_denominator_and_nothing_else():
    EnterpriseFactory(above_scale_from=DAY)
    left = EnterpriseFactory()
    AboveScale.objects.create(enterprise=left, valid_from=date(2007, 1, 1), valid_to=DAY)

    above, everything = figures(scale=Scale.ABOVE), figures(scale=Scale.ALL)
    assert (above.enterprises.operating, above.enterprises.in_scale) == (2, 1)
    assert (everything.enterprises.operating, everything.enterprises.in_scale) == (2, 2)
    assert above.work.denominator == 1
    assert figures(EVE, scale=Scale.ABOVE).enterprises.in_scale == 1


def test_the_first_mode_that_holds_counts(community):
    """Every mode holds at first; each one that ends lets the next one count."""
    enterprise = EnterpriseFactory(area=community)
    ends = [date(2008, month, 1) for month in (1, 2, 3, 4)]
    CoverageFactory(enterprise=enterprise, valid_to=ends[0])
    joint = OrganizationFactory(kind=Kind.JOINT_BRANCH)
    CoverageFactory(enterprise=enterprise, organization=joint, valid_to=ends[1])
    InstructorFactory(enterprise=enterprise, valid_to=ends[2])
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=community, dissolved_on=ends[3])

    after = [modes(day) for day in (date(2007, 12, 31), *ends)]
    assert after == [{mode.value: 1} for mode in Mode]


def test_coverage_by_an_organization_that_is_not_in_force_is_none():
    CoverageFactory(organization__dissolved_on=DAY)
    CoverageFactory(organization__established_on=DAY + timedelta(days=1))

    assert modes() == {"none": 2}


def test_coverage_counts_by_the_kind_of_the_day():
    coverage = CoverageFactory()
    coverage.organization.kinds.update(valid_to=DAY)
    coverage.organization.kinds.create(kind=Kind.JOINT_BRANCH, valid_from=DAY)

    assert [modes(day) for day in (EVE, DAY)] == [{"standalone": 1}, {"joint": 1}]


def test_the_covering_organization_may_lie_elsewhere(district):
    elsewhere = OrganizationFactory(area=AreaFactory(code="310115"), place="Shanghai")
    CoverageFactory(enterprise=EnterpriseFactory(area=district), organization=elsewhere)

    assert modes(area=district) == {"standalone": 1}
    assert figures(area=district).organizations.total == 0


@pytest.mark.parametrize(
    ("code", "reached"),
    [
        ("330304001001", 1),
        ("330304001", 1),
        ("330304", 1),
        ("330304001002", 0),
        ("330305", 0),
        ("330304002", 0),
    ],
)
def test_a_community_general_branch_reaches_its_area_and_what_lies_in_it(community, code, reached):
    EnterpriseFactory(area=community)
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=AreaFactory(code=code))

    for area in (None, community):
        assert modes(area=area) == ({"community": 1} if reached else {"none": 1})


def test_a_community_general_branch_reaches_no_area_around_its_own(district, community):
    EnterpriseFactory(area=district)
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=community)

    assert modes() == {"none": 1}


def test_a_community_general_branch_reaches_any_enterprise_that_it_has_a_row_for(community):
    enterprise = EnterpriseFactory(area=None)
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=community)
    assert modes() == {"none": 1}

    CoverageFactory(
        enterprise=enterprise, organization=OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH)
    )
    assert modes() == {"community": 1}


def test_an_enterprise_counts_where_it_lies_on_the_day(district, community):
    enterprise = EnterpriseFactory(area=AreaFactory(code="330305"))
    enterprise.areas.update(valid_to=DAY)
    enterprise.areas.create(area=community, valid_from=DAY)

    assert [figures(day, district).enterprises.operating for day in (EVE, DAY)] == [0, 1]


def test_coverage_is_a_share_of_the_enterprises_in_scale():
    CoverageFactory()
    InstructorFactory()
    EnterpriseFactory()

    found = figures()
    assert (found.organizational, found.organizational.rate) == (Share(1, 3), 0.3333)
    assert (found.work, found.work.rate) == (Share(2, 3), 0.6667)


def test_there_is_no_rate_where_there_is_no_enterprise():
    assert figures().work.rate is None


def test_designations_count_whatever_the_enterprise_is(district):
    public = EnterpriseFactory(area=district, ownership=Ownership.STATE, closed_on=date(2005, 1, 1))
    DesignationFactory(enterprise=public, level=DesignationLevel.CITY)
    DesignationFactory(valid_to=DAY)
    DesignationFactory(valid_from=DAY)

    assert figures().designations == {Title.VIGOROUS_HARMONIOUS: {"city": 1, "district": 1}}
    assert figures(area=district).designations == {Title.VIGOROUS_HARMONIOUS: {"city": 1, "district": 0}}


# By area


def test_by_area_has_a_row_per_area_of_the_level_and_one_for_the_rest(district):
    first, second = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    OrganizationFactory.create_batch(2, area=AreaFactory(code="330304001001"))
    OrganizationFactory(area=district)
    OrganizationFactory(area=AreaFactory(code="330305001"))
    OrganizationFactory(area=None)

    def totals(area):
        rows = coverage_by_area(DAY, area, Level.SUBDISTRICT, Scale.ALL)
        return [(found and found.code, figures.organizations.total) for found, figures in rows]

    assert totals(None) == [(first.code, 2), (second.code, 0), ("330305001", 1), (None, 2)]
    assert totals(district) == [(first.code, 2), (second.code, 0), (None, 1)]


def populate(count):
    for number in range(count):
        area = AreaFactory(code=f"330304{number:03d}")
        covered = EnterpriseFactory(area=area, above_scale_from=date(2000, 1, 1))
        MemberFactory(organization=OrganizationFactory(area=area, covers=[covered]))
        OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=area)
        InstructorFactory(enterprise=EnterpriseFactory(area=area))
        DesignationFactory(enterprise=covered)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_number_of_statements_is_constant(district, count):
    populate(count)

    with CaptureQueriesContext(connection) as queries:
        figures(area=district)
        assert len(queries) == 4
    with CaptureQueriesContext(connection) as queries:
        coverage_by_area(DAY, None, Level.SUBDISTRICT, Scale.ABOVE)
        assert len(queries) == 5
