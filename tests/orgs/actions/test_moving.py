"""An enterprise moves, and what covers it alone goes along."""

from datetime import date, timedelta

import pytest

from orgs.actions.following import AreaIsSettled
from orgs.actions.handing import CoverageIsSettled
from orgs.actions.moving import (
    DoesNotOperate,
    LiesThereAlready,
    MovesWhenItIsRegistered,
    move_enterprise,
    what_a_move_leaves,
)
from orgs.models import EnterpriseArea, Kind, OrganizationArea
from stats.figures import Scale, coverage_figures
from tests.factories.accounts import UserFactory
from tests.factories.orgs import (
    START,
    AreaFactory,
    CoverageFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)
from tests.factories.refusals import refused

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)
EVE = DAY - timedelta(days=1)


@pytest.fixture
def here():
    return AreaFactory(code="330304001")


@pytest.fixture
def there():
    return AreaFactory(code="330304002")


def move(enterprise, area, on=DAY, by=None):
    return move_enterprise(enterprise=enterprise, area=area, on=on, document="温政〔2008〕1号", by=by)


def history(record):
    return list(record.areas.order_by("valid_from").values_list("area__code", "valid_from", "valid_to"))


def counted(day, area):
    found = coverage_figures(day, area, Scale.ALL)
    return found.enterprises.operating, found.organizations.total


def test_enterprise_and_its_own_organization_count_in_the_new_area_from_the_day_on(here, there):
    enterprise, user = EnterpriseFactory(area=here), UserFactory()
    branch = OrganizationFactory(area=here, covers=[enterprise])
    before = [coverage_figures(EVE, area, Scale.ALL) for area in (here, there)]

    move(enterprise, there, by=user)

    assert [coverage_figures(EVE, area, Scale.ALL) for area in (here, there)] == before
    assert (counted(EVE, here), counted(EVE, there)) == ((1, 1), (0, 0))
    assert (counted(DAY, here), counted(DAY, there)) == ((0, 0), (1, 1))
    moved = [("330304001", START, DAY), ("330304002", DAY, None)]
    assert history(enterprise) == history(branch) == moved
    deed = enterprise.deeds.get()
    assert (deed.what, deed.on, deed.document) == ("moved", DAY, "温政〔2008〕1号")
    followed = branch.deeds.get()
    assert (followed.what, followed.enterprise, followed.document) == (
        "area_changed", enterprise, "温政〔2008〕1号",
    )  # fmt: skip
    for row in (*enterprise.areas.all(), *branch.areas.all(), deed, followed):
        assert row.history.latest().history_user == user


def test_a_joint_branch_with_another_enterprise_stays_and_a_standalone_one_follows(here, there):
    enterprise, neighbour = EnterpriseFactory(area=here), EnterpriseFactory(area=here)
    branch = OrganizationFactory(area=here, covers=[enterprise])
    joint = OrganizationFactory(kind=Kind.JOINT_BRANCH, area=here, covers=[enterprise, neighbour])

    move(enterprise, there)

    assert history(joint) == [("330304001", START, None)]
    assert len(history(branch)) == 2
    assert joint.coverage.filter(valid_to=None).count() == 2
    (text,) = what_a_move_leaves(enterprise, DAY)
    assert joint.name in text


def test_a_joint_branch_that_covers_nothing_else_follows(here, there):
    enterprise, neighbour = EnterpriseFactory(area=here), EnterpriseFactory(area=here)
    joint = OrganizationFactory(kind=Kind.JOINT_BRANCH, area=here, covers=[enterprise])
    CoverageFactory(organization=joint, enterprise=neighbour, valid_to=DAY)
    move(enterprise, there)
    assert history(joint)[-1] == ("330304002", DAY, None)


def test_the_community_general_branch_of_the_old_community_no_longer_covers_it(here, there):
    enterprise = EnterpriseFactory(area=here)
    old = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=here, covers=[enterprise])
    of_the_district = OrganizationFactory(
        kind=Kind.COMMUNITY_GENERAL_BRANCH, area=AreaFactory(code="330304"), covers=[enterprise]
    )

    move(enterprise, there)

    assert old.coverage.get().valid_to == DAY
    assert of_the_district.coverage.get().valid_to is None
    assert history(old) == [("330304001", START, None)]
    (text,) = what_a_move_leaves(enterprise, DAY)
    assert old.name in text


def test_an_enterprise_that_leaves_the_district_lies_in_none_of_its_areas(here):
    enterprise = EnterpriseFactory(area=here)
    branch = OrganizationFactory(
        area=here, covers=[enterprise], superior=OrganizationFactory(kind=Kind.COMMITTEE)
    )
    community = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=here, covers=[enterprise])
    instructor = InstructorFactory(enterprise=enterprise)

    move(enterprise, None)

    assert history(enterprise) == history(branch) == [("330304001", START, DAY), (None, DAY, None)]
    assert community.coverage.get().valid_to == DAY
    assert enterprise.deeds.get().what == "left_the_district"
    assert (counted(EVE, here), counted(DAY, here)) == ((1, 1), (0, 0))
    assert coverage_figures(DAY, None, Scale.ALL).organizations.total == 2
    instructor.refresh_from_db()
    assert instructor.valid_to is None
    assert len(what_a_move_leaves(enterprise, DAY)) == 3  # superior, community branch, instructor


def test_an_enterprise_in_none_of_the_areas_comes_in(there):
    enterprise = EnterpriseFactory()
    branch = OrganizationFactory(covers=[enterprise])
    move(enterprise, there)
    assert history(enterprise) == history(branch) == [("330304002", DAY, None)]


def test_an_organization_that_lies_there_already_is_left_alone(here, there):
    enterprise = EnterpriseFactory(area=here)
    branch = OrganizationFactory(area=there, covers=[enterprise])
    move(enterprise, there)
    assert history(branch) == [("330304002", START, None)]
    assert not branch.deeds.exists()


def test_it_moves_once_to_a_place(here, there):
    enterprise = EnterpriseFactory(area=here)
    move(enterprise, there)
    with refused(AreaIsSettled):
        move(enterprise, here)
    with refused(LiesThereAlready):
        move(enterprise, there, on=DAY + timedelta(days=1))
    with refused(AreaIsSettled):
        move(enterprise, None, on=EVE)
    move(enterprise, here, on=DAY + timedelta(days=1))
    assert [row[0] for row in history(enterprise)] == ["330304001", "330304002", "330304001"]


def test_it_does_not_move_nowhere_from_nowhere():
    enterprise = EnterpriseFactory()
    with refused(LiesThereAlready):
        move(enterprise, None)


def test_a_move_past_dated_before_another_one_of_its_organization_is_refused(here, there):
    enterprise = EnterpriseFactory(area=here)
    branch = OrganizationFactory(area=here, covers=[enterprise])
    branch.areas.update(valid_to=date(2010, 1, 1))
    OrganizationArea.objects.create(organization=branch, area=there, valid_from=date(2010, 1, 1))
    with refused(AreaIsSettled):
        move(enterprise, there)


def test_an_area_with_a_known_end_is_not_left_before(here, there):
    enterprise = EnterpriseFactory(area=here)
    EnterpriseArea.objects.update(valid_to=date(2010, 1, 1))
    with refused(AreaIsSettled):
        move(enterprise, there)


def test_an_organization_that_later_covers_another_enterprise_does_not_follow(here, there):
    enterprise, next_one = EnterpriseFactory(area=here), EnterpriseFactory(area=here)
    branch = OrganizationFactory(area=here)
    CoverageFactory(organization=branch, enterprise=enterprise, valid_to=date(2010, 1, 1))
    CoverageFactory(organization=branch, enterprise=next_one, valid_from=date(2010, 1, 1))
    with refused(CoverageIsSettled):
        move(enterprise, there)


def test_a_later_organization_in_the_old_area_is_told(here, there):
    enterprise = EnterpriseFactory(area=here)
    later = OrganizationFactory(area=here, covers=[enterprise], established_on=date(2010, 1, 1))
    move(enterprise, there)
    (text,) = what_a_move_leaves(enterprise, DAY)
    assert later.name in text


def test_coverage_by_a_community_general_branch_that_begins_on_the_day_is_a_contradiction(here, there):
    enterprise = EnterpriseFactory(area=here)
    community = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=here)
    CoverageFactory(organization=community, enterprise=enterprise, valid_from=DAY)
    with refused(CoverageIsSettled):
        move(enterprise, there)


@pytest.mark.parametrize(
    ("registered_on", "closed_on", "kind"),
    [
        (DAY, None, MovesWhenItIsRegistered),
        (DAY + timedelta(days=1), None, DoesNotOperate),
        (START, DAY, DoesNotOperate),
    ],
)
def test_it_moves_between_its_registration_and_its_closing(here, there, registered_on, closed_on, kind):
    enterprise = EnterpriseFactory(area=here, registered_on=registered_on, closed_on=closed_on)
    with refused(kind):
        move(enterprise, there)


def test_it_moves_on_the_last_day_and_its_coverage_may_end_with_it(here, there):
    enterprise = EnterpriseFactory(area=here, closed_on=DAY + timedelta(days=1))
    branch = OrganizationFactory(area=here)
    CoverageFactory(organization=branch, enterprise=enterprise, valid_to=DAY + timedelta(days=1))
    move(enterprise, there)
    assert (counted(DAY, here), counted(DAY, there)) == ((0, 0), (1, 1))
    assert history(branch)[-1] == ("330304002", DAY, None)


def test_a_move_on_a_leap_day(here, there):
    leap = date(2008, 2, 29)
    enterprise = EnterpriseFactory(area=here)
    OrganizationFactory(area=here, covers=[enterprise])
    move(enterprise, there, on=leap)
    assert counted(leap, there) == (1, 1)
    assert counted(date(2008, 2, 28), there) == (0, 0)
