"""An action of a past day does not contradict what is stored of a later one."""

from datetime import date

import pytest

from members.actions.admission import admit, end_probation, extend_probation
from members.actions.appointments import appoint
from members.actions.dissolution import ChangedLater, SuccessorNotInForce, correct_dissolution, dissolve
from members.actions.elections import hold_election
from members.actions.enterprise import EndsBeforeADeed, close
from members.actions.incubation import HasItsOwnOrganization, incubate
from members.actions.leaving import EndsBeforeItsSteps, VouchedLater, end_membership
from members.actions.merging import merge
from members.actions.posts import IsNoFullMember, PostIsSettled
from members.actions.standing import contact_found, report_lost_contact, stop_membership
from members.actions.takeover import merge_enterprises
from members.models import EndReason, PostRole
from orgs.actions.restructuring import change_area, change_kind, change_superior
from orgs.models import Initiative, Kind, Organization
from tests.factories.members import ElectionFactory, MemberFactory, PostFactory
from tests.factories.orgs import AreaFactory, CoverageFactory, EnterpriseFactory, OrganizationFactory
from tests.factories.rows import all_rows

pytestmark = pytest.mark.django_db
DAY = date(2020, 6, 30)
LATER = date(2021, 6, 30)
PAPER = {"document": "文1号", "by": None}


@pytest.mark.parametrize(
    "change",
    [
        lambda row: change_kind(organization=row, kind=Kind.JOINT_BRANCH, on=LATER, **PAPER),
        lambda row: change_area(organization=row, area=AreaFactory(), on=LATER, **PAPER),
        lambda row: change_superior(organization=row, superior=OrganizationFactory(), on=LATER, **PAPER),
        lambda row: ElectionFactory(organization=row, held_on=LATER),
        lambda row: merge(organization=OrganizationFactory(), into=row, on=LATER, **PAPER),
    ],
)
def test_an_organization_does_not_end_before_what_it_did_later(change):
    organization, into = OrganizationFactory(), OrganizationFactory()
    change(organization)
    before = all_rows()
    for on in (DAY, LATER.replace(day=29)):
        with pytest.raises(ChangedLater, match="2021"):
            dissolve(organization=organization, on=on, reason="", by=None)
        with pytest.raises(ChangedLater):
            merge(organization=organization, into=into, on=on, **PAPER)
    assert all_rows() == before
    after = LATER.replace(month=7)
    dissolve(organization=organization, on=after, reason="", by=None)
    with pytest.raises(ChangedLater):
        correct_dissolution(organization=organization, on=DAY, reason="", successor=None, by=None)


def test_an_enterprise_does_not_end_before_it_took_in_another():
    enterprise, other = EnterpriseFactory(), EnterpriseFactory()
    merge_enterprises(enterprise=other, into=enterprise, on=LATER, **PAPER)
    with pytest.raises(EndsBeforeADeed, match="2021"):
        close(enterprise=enterprise, on=DAY, **PAPER)
    close(enterprise=enterprise, on=LATER, **PAPER)


@pytest.mark.parametrize("ended", [DAY, date(2020, 1, 1)])
def test_a_successor_is_in_force_on_the_day(ended):
    organization = OrganizationFactory()
    gone = OrganizationFactory(dissolved_on=ended)
    with pytest.raises(SuccessorNotInForce, match=gone.name):
        dissolve(organization=organization, on=DAY, reason="", successor=gone, by=None)
    with pytest.raises(SuccessorNotInForce):
        dissolve(
            organization=organization, on=DAY, reason="", by=None,
            successor=OrganizationFactory(established_on=LATER),
        )  # fmt: skip
    dissolve(
        organization=organization, on=DAY, reason="", by=None,
        successor=OrganizationFactory(established_on=DAY, dissolved_on=LATER),
    )  # fmt: skip


def test_posts_that_go_along_end_with_the_next_election_of_the_other():
    organization, into = OrganizationFactory(), OrganizationFactory()
    deputy = PostFactory(organization=organization, role=PostRole.DEPUTY).member
    leader = MemberFactory(organization=into)
    hold_election(organization=into, secretary=leader, on=LATER, **PAPER)

    merge(organization=organization, into=into, on=DAY, **PAPER)

    post = into.posts.get(member=deputy)
    assert (post.valid_from, post.valid_to) == (DAY, LATER)


def test_a_post_ends_when_the_membership_is_stopped():
    organization = OrganizationFactory()
    member = PostFactory(organization=organization).member
    report_lost_contact(member=member, on=date(2019, 1, 1), by=None)
    stop_membership(member=member, on=DAY, **PAPER)
    assert organization.posts.get().valid_to == DAY
    contact_found(member=member, on=LATER, by=None)
    assert organization.posts.get().valid_to == DAY


def test_who_is_appointed_before_a_stop_holds_the_post_until_then():
    organization = OrganizationFactory()
    member = MemberFactory(organization=organization)
    report_lost_contact(member=member, on=date(2019, 1, 1), by=None)
    stop_membership(member=member, on=DAY, **PAPER)
    post = appoint(
        organization=organization, member=member, role=PostRole.DEPUTY, on=date(2020, 6, 29), **PAPER
    )
    assert post.valid_to == DAY
    with pytest.raises(IsNoFullMember):
        appoint(organization=organization, member=member, role=PostRole.DEPUTY, on=DAY, **PAPER)


def test_a_membership_is_not_stopped_before_a_post_that_begins_later():
    organization = OrganizationFactory()
    member = MemberFactory(organization=organization)
    report_lost_contact(member=member, on=date(2019, 1, 1), by=None)
    appoint(organization=organization, member=member, role=PostRole.SECRETARY, on=LATER, **PAPER)
    before = all_rows()
    with pytest.raises(PostIsSettled, match="2021"):
        stop_membership(member=member, on=DAY, **PAPER)
    assert all_rows() == before


def test_a_membership_does_not_end_before_its_member_vouched():
    organization = OrganizationFactory()
    first, second = MemberFactory(organization=organization), MemberFactory(organization=organization)
    newcomer = MemberFactory(full_on=None)
    admit(member=newcomer, first_voucher=first, second_voucher=second, on=LATER, **PAPER)
    for voucher in (first, second):
        with pytest.raises(VouchedLater, match="2021"):
            end_membership(member=voucher, on=LATER, reason=EndReason.RESIGNATION, by=None)
    end_membership(member=first, on=date(2021, 7, 1), reason=EndReason.RESIGNATION, by=None)


def test_a_probation_does_not_end_before_it_was_extended():
    member = MemberFactory(full_on=None, probationary_on=DAY)
    extend_probation(member=member, on=LATER, until=date(2022, 1, 1), **PAPER)
    with pytest.raises(EndsBeforeItsSteps, match="2021"):
        end_probation(member=member, on=date(2021, 6, 29), **PAPER)
    end_probation(member=member, on=LATER, **PAPER)


def test_an_enterprise_that_gets_an_organization_later_is_not_incubated_into_a_second_one():
    branch = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH)
    enterprise = EnterpriseFactory()
    CoverageFactory(organization=OrganizationFactory(), enterprise=enterprise, valid_from=LATER)
    with pytest.raises(HasItsOwnOrganization, match="2021"):
        incubate(
            branch=branch, organization=Organization(code="NEW", name="新"), kind=Kind.BRANCH, area=None,
            enterprises=[enterprise], on=DAY, initiated_by=Initiative.ENTERPRISE, **PAPER,
        )  # fmt: skip
