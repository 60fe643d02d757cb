"""Community general branches look after enterprises, and bring them to organizations of their own."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from members.actions.incubation import (
    HasItsOwnOrganization,
    IncubatesForNobody,
    IsNoCommunityGeneralBranch,
    LooksAfterAlready,
    incubate,
    look_after,
    stop_looking_after,
)
from members.actions.relations import NotInForce
from members.actions.splitting import BelongsElsewhere
from members.models import Membership
from orgs.actions.handing import CoverageIsSettled, DoesNotCover
from orgs.actions.organization import CoversAnotherEnterprise
from orgs.actions.refusals import Refusal
from orgs.models import Coverage, Initiative, Kind, Organization, OrganizationAct, OrganizationDeed
from orgs.modes import Mode
from record.origin import because
from stats.figures import Scale, coverage_figures
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, CoverageFactory, EnterpriseFactory, OrganizationFactory
from tests.factories.rows import all_rows
from tests.factories.turns import at_once

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)
EVE = date(2008, 6, 29)
LATER = date(2009, 1, 1)


def looked_after(branch, enterprise, **more):
    return look_after(
        **{"branch": branch, "enterprise": enterprise, "on": DAY, "document": "", "by": None} | more
    )


def incubated(branch, enterprises, **more):
    return incubate(
        **{
            "branch": branch,
            "organization": Organization(code="ZZNEW", name="新支部"),
            "kind": Kind.BRANCH,
            "area": None,
            "enterprises": enterprises,
            "on": DAY,
            "initiated_by": Initiative.ENTERPRISE,
            "document": "温组〔2008〕9号",
            "by": None,
        }
        | more
    )


def mode_on(day):
    """The mode of the one enterprise in scale."""
    found = coverage_figures(day, None, Scale.ALL).enterprises.by_mode
    return next(mode for mode, count in found.items() if count)


def refused(refusal, deed, *args, **more):
    """Whether the deed is refused so, and changes nothing."""
    before = all_rows()
    with pytest.raises(refusal):
        deed(*args, **more)
    assert all_rows() == before


@pytest.fixture
def branch():
    return OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH)


def test_an_enterprise_is_looked_after_from_the_day_on(branch):
    enterprise, user = EnterpriseFactory(), UserFactory()
    with because("走访"):
        coverage = looked_after(branch, enterprise, document="温组〔2008〕8号", by=user)
    assert [mode_on(day) for day in (EVE, DAY, LATER)] == [Mode.NONE, Mode.COMMUNITY, Mode.COMMUNITY]
    written = coverage.history.get()
    assert (written.history_user, written.history_change_reason) == (user, "走访 温组〔2008〕8号")


def test_looking_after_stops_on_the_day(branch):
    enterprise = EnterpriseFactory()
    looked_after(branch, enterprise, on=date(2008, 2, 29))
    stop_looking_after(branch=branch, enterprise=enterprise, on=DAY, by=None)
    days = (date(2008, 2, 28), date(2008, 2, 29), EVE, DAY)
    assert [mode_on(day) for day in days] == [Mode.NONE, Mode.COMMUNITY, Mode.COMMUNITY, Mode.NONE]
    refused(DoesNotCover, stop_looking_after, branch=branch, enterprise=enterprise, on=LATER, by=None)
    looked_after(branch, enterprise, on=LATER)
    refused(CoverageIsSettled, stop_looking_after, branch=branch, enterprise=enterprise, on=LATER, by=None)


def test_who_has_an_organization_of_its_own_is_not_looked_after(branch):
    for kind in (Kind.BRANCH, Kind.JOINT_BRANCH):
        enterprise = EnterpriseFactory()
        organization = OrganizationFactory(kind=kind)
        coverage = CoverageFactory(organization=organization, enterprise=enterprise, valid_to=LATER)
        refused(HasItsOwnOrganization, looked_after, branch, enterprise)
        looked_after(branch, enterprise, on=coverage.valid_to)


def test_looking_after_ends_where_an_own_organization_is_known_to_begin(branch):
    enterprise = EnterpriseFactory()
    OrganizationFactory(established_on=DAY, covers=[enterprise])
    assert looked_after(branch, enterprise, on=date(2005, 1, 1)).valid_to == DAY
    refused(HasItsOwnOrganization, looked_after, branch, enterprise)


def test_looking_after_ends_with_the_enterprise_and_the_branch():
    branch = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, dissolved_on=date(2010, 1, 1))
    assert looked_after(branch, EnterpriseFactory(closed_on=LATER)).valid_to == LATER
    assert looked_after(branch, EnterpriseFactory()).valid_to == date(2010, 1, 1)
    refused(ValidationError, looked_after, branch, EnterpriseFactory(closed_on=DAY))


def test_looking_after_is_not_doubled(branch):
    enterprise = EnterpriseFactory()
    looked_after(branch, enterprise, on=LATER)
    refused(CoverageIsSettled, looked_after, branch, enterprise)
    refused(LooksAfterAlready, looked_after, branch, enterprise, on=LATER)


def test_only_a_community_general_branch_in_force_looks_after_and_incubates():
    enterprise, organization = EnterpriseFactory(), OrganizationFactory()
    kinds = {"kind": Kind.COMMUNITY_GENERAL_BRANCH}
    refused(IsNoCommunityGeneralBranch, looked_after, organization, enterprise)
    refused(IsNoCommunityGeneralBranch, incubated, organization, [enterprise])
    for branch in (
        OrganizationFactory(dissolved_on=DAY, **kinds),
        OrganizationFactory(established_on=LATER, **kinds),
    ):
        refused(NotInForce, looked_after, branch, enterprise)
        refused(NotInForce, incubated, branch, [enterprise])


def test_an_organization_is_incubated(branch):
    enterprise, user, area = EnterpriseFactory(), UserFactory(), AreaFactory()
    looked_after(branch, enterprise, on=date(2007, 1, 1))

    new = incubated(branch, [enterprise], area=area, by=user)

    new.refresh_from_db()
    assert (new.incubated_by, new.established_on, new.initiated_by, new.approval_number) == (
        branch,
        DAY,
        Initiative.ENTERPRISE,
        "温组〔2008〕9号",
    )
    assert (new.kinds.get().kind, new.areas.get().area, new.coverage.get().enterprise) == (
        Kind.BRANCH,
        area,
        enterprise,
    )
    assert [mode_on(day) for day in (EVE, DAY)] == [Mode.COMMUNITY, Mode.STANDALONE]
    assert branch.coverage.get().valid_to == DAY
    deeds = OrganizationDeed.objects.exclude(document="")
    assert set(deeds.values_list("organization", "what", "other", "on")) == {
        (branch.pk, OrganizationAct.INCUBATED, new.pk, DAY),
        (new.pk, OrganizationAct.ESTABLISHED, branch.pk, DAY),
    }
    assert new.history.latest().history_user == user


def test_members_of_the_branch_go_along_where_asked(branch):
    goes, stays = (MemberFactory(organization=branch) for _ in range(2))
    new = incubated(branch, [EnterpriseFactory()], members=[goes])
    assert dict(Membership.objects.on(DAY).values_list("member", "organization")) == {
        goes.pk: new.pk,
        stays.pk: branch.pk,
    }
    stranger = MemberFactory(organization=OrganizationFactory())
    again = Organization(code="ZZNEW2", name="新支部")
    refused(
        BelongsElsewhere, incubated, branch, [EnterpriseFactory()], organization=again, members=[stranger]
    )


def test_an_enterprise_reached_by_the_area_alone_is_incubated_too(branch):
    new = incubated(branch, [EnterpriseFactory()], initiated_by=None)
    assert new.initiated_by == ""
    assert not branch.coverage.exists()


def test_what_cannot_be_incubated_changes_nothing(branch):
    one, two = EnterpriseFactory(), EnterpriseFactory()
    refused(IncubatesForNobody, incubated, branch, [])
    refused(IncubatesForNobody, incubated, branch, [one], kind=Kind.COMMUNITY_GENERAL_BRANCH)
    refused(CoversAnotherEnterprise, incubated, branch, [one, two])
    refused(ValidationError, incubated, branch, [one], organization=Organization(code=branch.code, name="新"))
    CoverageFactory(organization=branch, enterprise=one, valid_from=LATER)
    refused(CoverageIsSettled, incubated, branch, [one])
    OrganizationFactory(covers=[two])
    refused(HasItsOwnOrganization, incubated, branch, [two])


@pytest.mark.django_db(transaction=True)
def test_an_enterprise_is_incubated_once(branch):
    enterprise = EnterpriseFactory()
    other = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH)

    def attempt(one, code):
        try:
            incubated(one, [enterprise], organization=Organization(code=code, name="新支部"))
        except Refusal as refusal:
            return type(refusal)
        return None

    found = at_once(lambda: attempt(branch, "ZZ1"), lambda: attempt(other, "ZZ2"))

    assert set(found) == {None, HasItsOwnOrganization}
    assert Coverage.objects.on(DAY).filter(enterprise=enterprise).count() == 1
