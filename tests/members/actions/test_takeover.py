"""An enterprise merges into another one."""

from datetime import date, timedelta

import pytest

from members.actions.takeover import (
    MergesIntoItself,
    TwoOrganizationsOfOneEnterprise,
    merge_enterprises,
    what_a_merger_leaves,
)
from orgs.actions.endings import OutlastsItsOwner
from orgs.actions.enterprise import AlreadyClosed
from orgs.actions.following import AreaIsSettled
from orgs.actions.handing import CoverageIsSettled
from orgs.actions.moving import DoesNotOperate, move_enterprise
from orgs.actions.refusals import Refusal
from orgs.models import Kind
from stats.figures import Scale, coverage_figures
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    START,
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


@pytest.fixture
def here():
    return AreaFactory(code="330304001")


@pytest.fixture
def there():
    return AreaFactory(code="330304002")


@pytest.fixture
def old(here):
    return EnterpriseFactory(area=here)


@pytest.fixture
def new(there):
    return EnterpriseFactory(area=there)


def merge(old, new, on=DAY, by=None):
    return merge_enterprises(enterprise=old, into=new, on=on, document="工商〔2008〕3号", by=by)


def figures(day, *areas):
    return [coverage_figures(day, area, Scale.ALL) for area in areas]


def covers(organization):
    rows = organization.coverage.order_by("valid_from", "pk")
    return list(rows.values_list("enterprise", "valid_from", "valid_to"))


def test_organization_and_employees_go_along_and_count_where_the_other_lies(old, new, here, there):
    user = UserFactory()
    branch = OrganizationFactory(area=here, covers=[old])
    member = MemberFactory(organization=branch, employer=old)
    gone = MemberFactory(employer=old, ended_on=DAY)
    instructor, title = InstructorFactory(enterprise=old), DesignationFactory(enterprise=old)
    before = figures(EVE, here, there)

    merge(old, new, by=user)

    for row in (old, member, gone, instructor, title):
        row.refresh_from_db()
    assert (old.closed_on, new.closed_on) == (DAY, None)
    assert covers(branch) == [(old.pk, START, DAY), (new.pk, DAY, None)]
    assert (member.employer, gone.employer) == (new, old)
    assert (instructor.valid_to, title.enterprise, title.valid_to) == (DAY, old, None)
    assert member.memberships.get().valid_to is None
    assert figures(EVE, here, there) == before
    left, found = figures(DAY, here, there)
    assert (left.enterprises.operating, left.organizations.total, left.members.total) == (0, 0, 0)
    assert (found.enterprises.operating, found.organizations.total, found.members.total) == (1, 1, 1)
    merged, took = old.deeds.get(), new.deeds.get()
    assert (merged.what, merged.other, merged.on, merged.document) == (
        "merged_into", new, DAY, "工商〔2008〕3号",
    )  # fmt: skip
    assert (took.what, took.other) == ("took_in", old)
    for row in (member, branch.coverage.get(valid_from=DAY), merged, took):
        assert row.history.latest().history_user == user
    assert gone.history.count() == 1


def test_a_joint_branch_of_both_covers_the_other_alone_and_comes_to_lie_where_it_lay(old, new, here):
    joint = OrganizationFactory(kind=Kind.JOINT_BRANCH, area=here, covers=[old, new])
    merge(old, new)
    assert sorted(covers(joint)) == sorted([(old.pk, START, DAY), (new.pk, START, None)])
    assert joint.areas.count() == 1
    (text,) = what_a_merger_leaves(old, new, DAY)
    assert joint.name in text


def test_a_standalone_and_a_joint_organization_both_cover_the_other_and_that_is_told(old, new, here):
    third = EnterpriseFactory(area=here)
    branch = OrganizationFactory(area=here, covers=[old])
    joint = OrganizationFactory(kind=Kind.JOINT_BRANCH, area=here, covers=[old, third])

    merge(old, new)

    assert (new.pk, DAY, None) in covers(branch)
    assert (new.pk, DAY, None) in covers(joint)
    assert joint.areas.count() == 1  # it covers another one, too
    (text,) = what_a_merger_leaves(old, new, DAY)
    assert branch.name in text
    assert joint.name in text


def test_two_organizations_of_its_own_are_to_be_decided_first(old, new, here, there):
    first = OrganizationFactory(area=here, covers=[old])
    second = OrganizationFactory(area=there, covers=[new])
    with refused(TwoOrganizationsOfOneEnterprise) as refusal:
        merge(old, new)
    assert first.name in str(refusal.value)
    assert second.name in str(refusal.value)

    first.superior = second
    first.save()
    merge(old, new)
    assert (new.pk, DAY, None) in covers(first)


def test_several_organizations_of_the_old_one_go_along_together(old, new, here):
    first, second = (OrganizationFactory(area=here, covers=[old]) for _number in range(2))
    merge(old, new)
    assert covers(first) == covers(second) == [(old.pk, START, DAY), (new.pk, DAY, None)]


def test_a_community_general_branch_goes_on_only_within_its_community_and_without_another(
    old, new, here, there
):
    beside = EnterpriseFactory(area=here)
    of_here = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=here, covers=[old])
    merge(old, new)
    assert covers(of_here) == [(old.pk, START, DAY)]

    last = EnterpriseFactory(area=here)
    community = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=here, covers=[last])
    merge(last, beside)
    assert covers(community) == [(last.pk, START, DAY), (beside.pk, DAY, None)]

    third = EnterpriseFactory(area=here)
    merge(beside, third, on=DAY + timedelta(days=1))
    own = EnterpriseFactory(area=here)
    OrganizationFactory(area=here, covers=[own])
    merge(third, own, on=DAY + timedelta(days=2))
    assert own.coverage.count() == 1
    assert community.areas.count() == 1


def test_an_enterprise_does_not_merge_into_itself_nor_into_one_that_does_not_operate(old, new):
    with refused(MergesIntoItself):
        merge(old, old)
    new.closed_on = DAY
    new.save()
    with refused(DoesNotOperate):
        merge(old, new)
    later = EnterpriseFactory(registered_on=DAY + timedelta(days=1))
    with refused(DoesNotOperate):
        merge(old, later)


def test_it_may_merge_into_one_that_is_registered_that_day(old, there):
    young = EnterpriseFactory(area=there, registered_on=DAY)
    branch = OrganizationFactory(covers=[old])
    merge(old, young)
    assert covers(branch)[-1] == (young.pk, DAY, None)


def test_it_merges_once(old, new):
    merge(old, new)
    with refused(AlreadyClosed):
        merge(old, new, on=DAY + timedelta(days=1))


def test_what_is_stored_of_later_days_is_not_contradicted(old, new, here, there):
    branch = OrganizationFactory(area=here)
    known = CoverageFactory(organization=branch, enterprise=old, valid_to=date(2010, 1, 1))
    with refused(CoverageIsSettled):
        merge(old, new)
    known.delete()
    joint = OrganizationFactory(kind=Kind.JOINT_BRANCH, area=here, covers=[old])
    later = CoverageFactory(organization=joint, enterprise=new, valid_from=date(2010, 1, 1))
    with refused(CoverageIsSettled):
        merge(old, new)
    later.delete()
    begun = OrganizationFactory(area=here, covers=[old], established_on=date(2010, 1, 1))
    with refused(OutlastsItsOwner):
        merge(old, new)
    begun.coverage.all().delete()
    move_enterprise(enterprise=old, area=there, on=date(2010, 1, 1), document="", by=None)
    with refused(AreaIsSettled):
        merge(old, new)


def test_coverage_ends_with_an_other_that_is_known_to_close(old, there):
    closing = EnterpriseFactory(area=there, closed_on=date(2009, 1, 1))
    branch = OrganizationFactory(covers=[old])
    merge(old, closing)
    assert covers(branch)[-1] == (closing.pk, DAY, date(2009, 1, 1))


def test_merging_on_a_leap_day(old, new, here):
    OrganizationFactory(area=here, covers=[old])
    merge(old, new, on=date(2008, 2, 29))
    assert figures(date(2008, 2, 28), None)[0].enterprises.operating == 2
    assert figures(date(2008, 2, 29), None)[0].enterprises.operating == 1


def test_employees_go_along_in_a_constant_number_of_statements(new, django_assert_max_num_queries):
    counts = []
    for employees in (1, 30):
        old = EnterpriseFactory()
        for number in range(employees):
            MemberFactory(employer=old, phone=f"1380000{number:04d}")
        with django_assert_max_num_queries(60) as found:
            merge(old, new)
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert {member.phone.reveal()[:3] for member in new.employed_members.all()} == {"138"}


@pytest.mark.django_db(transaction=True)
def test_who_moves_an_enterprise_while_it_merges_is_refused(old, new, there):
    with pytest.raises(DoesNotOperate):
        in_turn(
            lambda: merge(old, new),
            lambda: move_enterprise(enterprise=old, area=there, on=DAY, document="", by=None),
        )
    assert old.areas.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_merger_after_a_move_on_the_day_is_refused(old, new, there):
    with pytest.raises(Refusal):
        in_turn(
            lambda: move_enterprise(enterprise=old, area=there, on=DAY, document="", by=None),
            lambda: merge(old, new),
        )
    old.refresh_from_db()
    assert old.closed_on is None


@pytest.mark.django_db(transaction=True)
def test_of_two_that_merge_into_each_other_one_remains(old, new):
    with pytest.raises(Refusal):
        in_turn(lambda: merge(old, new), lambda: merge(new, old))
    new.refresh_from_db()
    assert new.closed_on is None
