"""The mode of coverage: the first that holds, on the day."""

from datetime import date

import pytest

from orgs.models import Enterprise, Kind
from orgs.modes import Mode, behind, in_mode, mode_on
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)


def modes(day=DAY):
    found = dict(Enterprise.objects.annotate(mode=mode_on(day)).values_list("pk", "mode"))
    for mode in Mode:
        by_filter = set(Enterprise.objects.filter(in_mode(mode, day)).values_list("pk", flat=True))
        assert by_filter == {pk for pk, value in found.items() if value == mode}
    for place, mode in enumerate(Mode, 1):
        if mode == Mode.NONE:
            continue  # nothing lies behind it
        later = set(Enterprise.objects.filter(behind(mode, day)).values_list("pk", flat=True))
        assert later == {pk for pk, value in found.items() if value in list(Mode)[place:]}
    return found


def test_the_first_mode_that_holds_counts():
    area = AreaFactory(code="330304001")
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=area)
    expected = {}
    reached_by = []
    for mode in [Mode.COMMUNITY, Mode.INSTRUCTOR, Mode.JOINT, Mode.STANDALONE]:
        reached_by.append(mode)
        enterprise = EnterpriseFactory(area=area)
        if Mode.INSTRUCTOR in reached_by:
            InstructorFactory(enterprise=enterprise)
        if Mode.JOINT in reached_by:
            OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=[enterprise])
        if Mode.STANDALONE in reached_by:
            OrganizationFactory(covers=[enterprise])
        expected[enterprise.pk] = mode
    assert modes() == expected


@pytest.mark.parametrize(("seat", "mode"), [("330304", Mode.COMMUNITY), ("330304001", Mode.COMMUNITY),
                                            ("330304001001", Mode.NONE), ("330304002", Mode.NONE)])  # fmt: skip
def test_a_community_general_branch_reaches_its_area_and_the_areas_in_it(seat, mode):
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=AreaFactory(code=seat))
    enterprise = EnterpriseFactory(area=AreaFactory(code="330304001"))
    assert modes() == {enterprise.pk: mode}


def test_a_community_general_branch_reaches_what_it_covers_wherever_it_is():
    enterprise = EnterpriseFactory()
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, covers=[enterprise])
    assert modes() == {enterprise.pk: Mode.COMMUNITY}


def test_a_dissolved_organization_and_one_not_yet_established_cover_nobody():
    first, second = EnterpriseFactory.create_batch(2)
    CoverageFactory(organization=OrganizationFactory(dissolved_on=DAY), enterprise=first)
    CoverageFactory(organization=OrganizationFactory(established_on=date(2008, 7, 1)), enterprise=second)
    assert modes() == {first.pk: Mode.NONE, second.pk: Mode.NONE}


def test_the_kind_of_the_day_decides():
    organization = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=[EnterpriseFactory()])
    organization.kinds.update(valid_to=DAY)
    organization.kinds.create(kind=Kind.BRANCH, valid_from=DAY)
    assert list(modes(date(2008, 6, 29)).values()) == [Mode.JOINT]
    assert list(modes(DAY).values()) == [Mode.STANDALONE]
