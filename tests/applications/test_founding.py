"""An approved application becomes an organization with all that goes with it, or with nothing at all."""

import os
import signal
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from applications.actions.founding import IsNotFiled, IsNotRegistered, NameIsTaken, SecretaryIsNoMember, found
from applications.actions.moving import NotInThatState
from applications.actions.reviewing import IsNotTheDistrict, file
from applications.models import Application, Formation, State
from members.actions.incubation import HasItsOwnOrganization
from members.actions.relations import HasOpenTransfer
from members.models import Member, Post
from orgs.models import Coverage, Initiative, Kind, Organization
from stats.figures import Scale, coverage_figures
from tests.factories.accounts import UserFactory
from tests.factories.applications import SUBMITTED_ON, application_in
from tests.factories.members import MemberFactory, TransferFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.factories.rows import all_rows
from tests.factories.turns import at_once

DAY = date(2026, 4, 1)


def carry_out(application, **said):
    given = {
        "organization": Organization(code="NEW", name=application.organization_name), "kind": Kind.BRANCH,
        "area": application.area, "neighbours": [], "members": [], "secretary": None, "on": DAY,
    }  # fmt: skip
    by = said.pop("by", None) or UserFactory(role="administrator")
    return found(application=application, by=by, **given | said)


@pytest.mark.django_db
def test_all_that_goes_with_it_is_written_and_counted():
    branch = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH)
    application = application_in(State.APPROVED)
    Coverage.objects.create(
        organization=branch, enterprise=application.enterprise, valid_from=date(2020, 1, 1)
    )
    secretary = MemberFactory(organization=branch)
    others = [MemberFactory(), MemberFactory(employer=application.enterprise)]
    before = coverage_figures(DAY, None, Scale.ALL)

    new = carry_out(
        application, members=[secretary, *others], secretary=secretary,
        organization=Organization(code="NEW", name="新党支部", incubated_by=branch),
    )  # fmt: skip

    new.refresh_from_db()
    assert (new.established_on, new.initiated_by) == (DAY, Initiative.ENTERPRISE)
    assert new.approval_number == application.approval_number != ""
    assert new.incubated_by == branch
    assert {row.enterprise for row in new.coverage.on(DAY)} == {application.enterprise}
    assert not branch.coverage.on(DAY).exists()
    assert {row.member for row in new.memberships.on(DAY)} == {secretary, *others}
    assert Post.objects.get(organization=new).member == secretary
    application.refresh_from_db()
    assert (application.state, application.organization) == (State.FOUNDED, new)
    after = coverage_figures(DAY, None, Scale.ALL)
    assert after.enterprises.by_mode["standalone"] == before.enterprises.by_mode["standalone"] + 1
    assert after.organizations.initiated_by_enterprise == before.organizations.initiated_by_enterprise + 1
    assert after.members.full == 3
    assert coverage_figures(date(2026, 3, 31), None, Scale.ALL).organizations.total == 0


@pytest.mark.django_db
def test_a_joint_branch_covers_the_neighbours_and_one_outside_counts_in_the_area_of_the_enterprise():
    application = application_in(State.APPROVED, formation=Formation.JOINT)
    neighbour = EnterpriseFactory()
    new = carry_out(application, kind=Kind.JOINT_BRANCH, neighbours=[neighbour])
    assert {row.enterprise for row in new.coverage.on(DAY)} == {application.enterprise, neighbour}

    outside = application_in(State.APPROVED, formation=Formation.OUTSIDE, place="上海市")
    new = carry_out(outside, organization=Organization(code="SH", name="驻上海党支部", place="上海市"))
    assert (new.place, new.areas.get().area) == ("上海市", outside.area)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        ("another name", NameIsTaken), ("another organization", HasItsOwnOrganization),
        ("a taken code", ValidationError), ("a secretary from elsewhere", SecretaryIsNoMember),
        ("no enterprise", IsNotRegistered),
    ],
)  # fmt: skip
def test_what_no_longer_fits_refuses_all_of_it(what, refusal):
    application = application_in(State.APPROVED)
    said = {}
    match what:
        case "another name":
            OrganizationFactory(name=application.organization_name)
        case "another organization":
            OrganizationFactory(covers=[application.enterprise])
        case "a taken code":
            OrganizationFactory(code="NEW")
        case "a secretary from elsewhere":
            said = {"secretary": MemberFactory()}
        case "no enterprise":
            Application.objects.filter(pk=application.pk).update(uscc="91330304MA2HXXXXXX", enterprise=None)
    before, events = all_rows(), application.events.count()
    with pytest.raises(refusal):
        carry_out(application, **said)
    application.refresh_from_db()
    assert (application.state, application.events.count()) == (State.APPROVED, events)
    assert all_rows() == before


@pytest.mark.django_db
@pytest.mark.parametrize("established", [DAY - timedelta(days=1), DAY + timedelta(days=1)])
def test_a_name_is_taken_until_its_organization_is_dissolved(established):
    application = application_in(State.APPROVED)
    other = OrganizationFactory(name=application.organization_name, established_on=established)
    with pytest.raises(NameIsTaken):
        carry_out(application)
    if established < DAY:
        Organization.objects.filter(pk=other.pk).update(dissolved_on=DAY)
        assert carry_out(application).pk


@pytest.mark.django_db
def test_an_approval_takes_no_number_that_an_organization_has():
    year = SUBMITTED_ON.year
    for number in (1, 2):
        OrganizationFactory(approval_number=f"组〔{year}〕{number}号")
    assert application_in(State.APPROVED).approval_number == f"组〔{year}〕3号"


@pytest.mark.django_db
def test_who_belonged_to_an_organization_once_begins_anew():
    member = MemberFactory(organization=OrganizationFactory())
    member.memberships.update(valid_to=date(2025, 1, 1))
    new = carry_out(application_in(State.APPROVED), members=[member])
    assert [row.organization for row in member.memberships.on(DAY)] == [new]


@pytest.mark.django_db
def test_who_is_on_the_way_to_another_organization_is_not_taken_in():
    member = MemberFactory(organization=OrganizationFactory())
    TransferFactory(member=member)
    member.memberships.update(valid_to=date(2026, 3, 3))
    with pytest.raises(HasOpenTransfer):
        carry_out(application_in(State.APPROVED), members=[member])


@pytest.mark.django_db
def test_where_the_site_asks_for_two_steps_the_district_files_first(settings):
    settings.TWO_STEP_APPROVAL = True
    application = application_in(State.APPROVED)
    with pytest.raises(IsNotFiled):
        carry_out(application)
    subdistrict = UserFactory(role="organizer", area=AreaFactory(code="330304001", level="subdistrict"))
    with pytest.raises(IsNotTheDistrict):
        file(application=application, staff_note="", on=DAY, by=subdistrict)
    district = UserFactory(role="reviewer", area=AreaFactory(code="330304", level="district"))
    file(application=application, staff_note="", on=DAY, by=district)
    assert carry_out(application).pk


@pytest.mark.django_db
def test_numbers_follow_each_other_and_a_refused_submit_takes_none():
    first, second = application_in(State.SUBMITTED), application_in(State.SUBMITTED)
    year = SUBMITTED_ON.year
    assert [first.reference, second.reference] == [f"SQ{year}-0001", f"SQ{year}-0002"]
    approved = [application_in(State.APPROVED) for _ in range(2)]
    assert [row.approval_number for row in approved] == [f"组〔{year}〕1号", f"组〔{year}〕2号"]
    assert application_in(State.SUBMITTED).reference == f"SQ{year}-0005"


def kill_at(statement):
    """A wrapper of statements that ends this process at the one with this number."""
    count = 0

    def wrapper(execute, sql, params, many, context):
        nonlocal count
        count += 1
        if count == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    return wrapper


@pytest.mark.postgresql  # a process of its own, at the same database
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", [5, 20, 40, 60])
def test_killed_on_the_way_it_has_founded_nothing(statement):
    application = application_in(State.APPROVED)
    members = [MemberFactory(), MemberFactory()]
    said = {"members": members, "secretary": members[0], "by": UserFactory(role="administrator")}
    before = all_rows()
    connections.close_all()
    child = os.fork()
    if child == 0:
        with connection.execute_wrapper(kill_at(statement)):
            carry_out(application, **said)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    application.refresh_from_db()
    assert (application.state, application.events.count()) == (State.APPROVED, 3)
    assert all_rows() == before
    assert carry_out(application, **said).pk


@pytest.mark.postgresql  # SQLite lets one writer in at a time
@pytest.mark.django_db(transaction=True)
def test_of_two_who_found_at_once_one_does():
    application = application_in(State.APPROVED)
    user = UserFactory(role="administrator")

    def try_it(code):
        try:
            return found(
                application=application, organization=Organization(code=code, name=code), kind=Kind.BRANCH,
                area=None, neighbours=[], members=[], secretary=None, on=DAY, by=user,
            ).code  # fmt: skip
        except NotInThatState:
            return None

    results = at_once(lambda: try_it("A"), lambda: try_it("B"))
    assert sorted(result is None for result in results) == [False, True]
    assert Organization.objects.count() == 1
    assert Member.objects.count() == 0
