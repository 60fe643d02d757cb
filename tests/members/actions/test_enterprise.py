"""An enterprise closes, with what would cover nothing without it."""

from datetime import date, timedelta

import pytest

from members.actions.dissolution import TakesNobody
from members.actions.enterprise import (
    MembersGoNowhere,
    MembersGoToWhatEnds,
    WouldCoverNothing,
    close,
    what_a_closing_leaves,
)
from members.actions.relations import HasOpenTransfer, NotInForce, RelationIsSettled
from orgs.actions.endings import OutlastsItsOwner
from orgs.actions.enterprise import AlreadyClosed, ClosesBeforeItIsRegistered
from orgs.actions.following import AreaIsSettled
from orgs.actions.moving import move_enterprise
from orgs.actions.organization import cover
from orgs.actions.refusals import Refusal
from orgs.models import Coverage, Kind
from stats.figures import Scale, coverage_figures
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, MembershipFactory, PostFactory, TransferFactory
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)
from tests.factories.refusals import refused
from tests.factories.turns import in_turn

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)
EVE = DAY - timedelta(days=1)


def end(enterprise, on=DAY, **said):
    said = {"document": "市监〔2008〕7号", "by": None, **said}
    return close(enterprise=enterprise, on=on, **said)


def in_force(day, area=None):
    return coverage_figures(day, area, Scale.ALL)


def test_closing_ends_what_is_the_enterprises_own_and_says_by_which_document():
    area, user = AreaFactory(), UserFactory()
    enterprise, neighbour = EnterpriseFactory(area=area), EnterpriseFactory(area=area)
    joint = OrganizationFactory(kind=Kind.JOINT_BRANCH, area=area, covers=[enterprise, neighbour])
    instructor, title = InstructorFactory(enterprise=enterprise), DesignationFactory(enterprise=enterprise)
    before = in_force(EVE, area)

    end(enterprise, by=user)

    for row in (enterprise, joint, instructor, title):
        row.refresh_from_db()
    assert (enterprise.closed_on, instructor.valid_to, title.valid_to) == (DAY, DAY, None)
    assert joint.dissolved_on is None
    assert list(joint.coverage.order_by("pk").values_list("valid_to", flat=True)) == [DAY, None]
    deed = enterprise.deeds.get()
    assert (deed.what, deed.on, deed.document) == ("closed", DAY, "市监〔2008〕7号")
    assert deed.history.get().history_user == enterprise.history.latest().history_user == user
    assert in_force(EVE, area) == before
    assert in_force(DAY, area).enterprises.operating == 1
    (text,) = what_a_closing_leaves(enterprise, DAY)
    assert joint.name in text


def test_organizations_that_would_cover_nothing_are_named_and_to_be_decided_first():
    enterprise = EnterpriseFactory()
    branch = OrganizationFactory(covers=[enterprise])
    joint = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=[enterprise])
    with refused(WouldCoverNothing) as refusal:
        end(enterprise)
    assert branch.name in str(refusal.value)
    assert joint.name in str(refusal.value)


def test_they_are_dissolved_with_it_and_their_members_are_counted_once_on_every_day():
    area, user = AreaFactory(), UserFactory()
    enterprise, other = EnterpriseFactory(area=area), EnterpriseFactory(area=area)
    branch = OrganizationFactory(area=area, covers=[enterprise])
    joint = OrganizationFactory(kind=Kind.JOINT_BRANCH, area=area, covers=[enterprise])
    remaining = OrganizationFactory(area=area, covers=[other])
    secretary = PostFactory(organization=branch)
    worker = MemberFactory(organization=joint)
    gone = MembershipFactory(organization=joint, member__ended_on=date(2005, 1, 1))
    before = in_force(EVE, area)

    end(enterprise, dissolve_organizations=True, members_to=remaining, by=user)

    for row in (branch, joint, secretary, gone):
        row.refresh_from_db()
    assert branch.dissolved_on == joint.dissolved_on == secretary.valid_to == gone.valid_to == DAY
    for member in (secretary.member, worker):
        assert list(
            member.memberships.order_by("valid_from").values_list("organization", "valid_to")[1:]
        ) == [(remaining.pk, None)]
    deed = branch.deeds.get(what="dissolved")
    assert (deed.on, deed.document) == (DAY, "市监〔2008〕7号")
    assert (deed.enterprise, deed.other) == (enterprise, remaining)
    assert branch.history.latest().history_user == user
    assert in_force(EVE, area) == before
    assert in_force(DAY, area).organizations.total == 1
    assert in_force(EVE, area).members.total == in_force(DAY, area).members.total == 2


def test_members_of_what_is_dissolved_need_an_organization():
    enterprise = EnterpriseFactory()
    branch = OrganizationFactory(covers=[enterprise])
    later = OrganizationFactory(established_on=date(2010, 1, 1))
    ending = OrganizationFactory(dissolved_on=date(2010, 1, 1))
    MemberFactory(organization=branch)
    with refused(MembersGoNowhere):
        end(enterprise, dissolve_organizations=True)
    with refused(MembersGoToWhatEnds):
        end(enterprise, dissolve_organizations=True, members_to=branch)
    with refused(NotInForce):
        end(enterprise, dissolve_organizations=True, members_to=later)
    with refused(TakesNobody):
        end(enterprise, dissolve_organizations=True, members_to=ending)


def test_empty_organizations_need_none():
    enterprise = EnterpriseFactory()
    branch = OrganizationFactory(covers=[enterprise])
    MembershipFactory(organization=branch, valid_to=DAY)
    end(enterprise, dissolve_organizations=True)
    branch.refresh_from_db()
    assert branch.dissolved_on == DAY


def test_a_community_general_branch_stays_without_anything_to_decide():
    enterprise = EnterpriseFactory()
    community = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, covers=[enterprise])
    end(enterprise)
    community.refresh_from_db()
    assert community.dissolved_on is None
    assert community.coverage.get().valid_to == DAY


def test_what_covers_the_next_enterprise_from_the_day_on_goes_on():
    enterprise, successor = EnterpriseFactory(), EnterpriseFactory()
    branch = OrganizationFactory()
    CoverageFactory(organization=branch, enterprise=enterprise, valid_to=DAY)
    CoverageFactory(organization=branch, enterprise=successor, valid_from=DAY)
    end(enterprise, dissolve_organizations=True)
    branch.refresh_from_db()
    assert branch.dissolved_on is None


def test_an_enterprise_closes_once_and_after_its_registration():
    enterprise = EnterpriseFactory(closed_on=DAY)
    with refused(AlreadyClosed):
        end(enterprise)
    enterprise = EnterpriseFactory(registered_on=DAY)
    with refused(ClosesBeforeItIsRegistered):
        end(enterprise)


def test_it_does_not_close_before_what_is_stored_of_later_days():
    here, there = AreaFactory(), AreaFactory()
    enterprise = EnterpriseFactory(area=here)
    move_enterprise(enterprise=enterprise, area=there, on=date(2009, 1, 1), document="", by=None)
    with refused(AreaIsSettled):
        end(enterprise)
    working = EnterpriseFactory()
    InstructorFactory(enterprise=working, valid_from=date(2009, 1, 1))
    with refused(OutlastsItsOwner):
        end(working)
    covered = EnterpriseFactory()
    OrganizationFactory(covers=[covered], established_on=DAY)
    with refused(OutlastsItsOwner):
        end(covered, dissolve_organizations=True)


def test_members_whose_relation_changes_later_or_whose_transfer_is_under_way_are_decided_first():
    enterprise, remaining = EnterpriseFactory(), OrganizationFactory()
    branch = OrganizationFactory(covers=[enterprise])
    coming = MembershipFactory(organization=branch, valid_from=date(2009, 1, 1))
    with refused(RelationIsSettled):
        end(enterprise, dissolve_organizations=True, members_to=remaining)
    coming.delete()
    TransferFactory(origin=branch)
    with refused(HasOpenTransfer):
        end(enterprise, dissolve_organizations=True, members_to=remaining)


def test_the_employer_stays_and_is_told():
    enterprise = EnterpriseFactory()
    MemberFactory(employer=enterprise)
    MemberFactory(employer=enterprise, ended_on=date(2005, 1, 1))
    end(enterprise)
    assert what_a_closing_leaves(enterprise, DAY) == [
        "It still is the employer of 1 person; enter the new one."
    ]


def test_closing_on_a_leap_day():
    leap = date(2008, 2, 29)
    enterprise = EnterpriseFactory()
    end(enterprise, on=leap)
    assert in_force(date(2008, 2, 28)).enterprises.operating == 1
    assert in_force(leap).enterprises.operating == 0


def test_members_move_in_a_constant_number_of_statements(django_assert_max_num_queries):
    remaining = OrganizationFactory()
    counts = []
    for members in (1, 30):
        enterprise = EnterpriseFactory()
        branch = OrganizationFactory(covers=[enterprise])
        for _number in range(members):
            MemberFactory(organization=branch)
        with django_assert_max_num_queries(100) as found:
            end(enterprise, dissolve_organizations=True, members_to=remaining)
        counts.append(len(found))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_who_covers_it_while_it_closes_is_refused():
    enterprise, branch = EnterpriseFactory(), OrganizationFactory()
    coverage = Coverage(organization=branch, enterprise=enterprise, valid_from=date(2008, 1, 1))
    in_turn(lambda: end(enterprise), lambda: cover(coverage=coverage, by=None))
    assert branch.coverage.get().valid_to == DAY  # an open one ends with the enterprise


@pytest.mark.django_db(transaction=True)
def test_what_comes_to_cover_it_just_before_it_closes_is_decided_first():
    enterprise, branch = EnterpriseFactory(), OrganizationFactory()
    coverage = Coverage(organization=branch, enterprise=enterprise, valid_from=date(2008, 1, 1))
    with pytest.raises(Refusal):
        in_turn(lambda: cover(coverage=coverage, by=None), lambda: end(enterprise))
    enterprise.refresh_from_db()
    assert enterprise.closed_on is None
    assert branch.coverage.get().valid_to is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_it_the_second_is_told():
    enterprise = EnterpriseFactory()
    branch = OrganizationFactory(covers=[enterprise])
    with pytest.raises(AlreadyClosed):
        in_turn(
            lambda: end(enterprise, dissolve_organizations=True),
            lambda: end(enterprise, on=date(2009, 1, 1), dissolve_organizations=True),
        )
    branch.refresh_from_db()
    assert branch.dissolved_on == DAY
    assert enterprise.deeds.count() == 1
