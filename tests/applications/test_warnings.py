"""What is unusual about an application is told with the rule that says so, and names nobody to who may not know."""

from datetime import date, timedelta

import pytest

from applications.actions.applying import say_who, say_with_whom
from applications.models import Application, Formation, State
from applications.warnings import warnings_of
from members.models import Member, Stage
from orgs.models import Kind, Ownership, PolicyNumber
from tests.factories.applications import SUBMITTED_ON, application_in
from tests.factories.members import MemberFactory
from tests.factories.orgs import EnterpriseFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


def usual(**said):
    """A returned application, which may still be changed, about which nothing is unusual."""
    application = application_in(State.RETURNED, **said)
    if application.enterprise is not None:
        for _time in range(3):
            MemberFactory(employer=application.enterprise)
    return application


def texts(application, day=SUBMITTED_ON, **more):
    return [warning.text for warning in warnings_of(Application.objects.get(pk=application.pk), day, **more)]


def persons(*stages, secretary=0):
    return [
        {"name": f"某{n}", "stage": stage, "since": None, "is_secretary": n == secretary}
        for n, stage in enumerate(stages)
    ]


def test_nothing_is_said_of_what_is_as_the_rules_have_it():
    assert texts(usual()) == []
    assert texts(usual(formation=Formation.JOINT)) == []


def test_fewer_full_members_than_a_branch_alone_needs_by_the_application_and_by_the_register():
    application = usual()
    say_who(application=application, members=persons(Stage.FULL, Stage.FULL, Stage.PROBATIONARY))
    [said] = warnings_of(application, SUBMITTED_ON)
    assert said.text == "The application names 2 full members: a branch of its own is formed from 3 on."
    assert said.source == PolicyNumber.objects.get(policy="own_organization_full_members").source
    Member.objects.filter(employer=application.enterprise).first().delete()
    assert texts(application)[1] == (
        "The register knows 2 full members there: a branch of its own is formed from 3 on."
    )


def test_a_joint_branch_needs_no_three_but_has_no_more_units_than_the_rule_of_the_day():
    application = usual(formation=Formation.JOINT)
    say_who(application=application, members=persons(Stage.FULL))
    for count, warns in ((4, False), (5, True)):
        say_with_whom(application=application, neighbours=[{"name": f"邻{n}"} for n in range(count)])
        assert bool(texts(application)) is warns, count
    assert texts(application) == ["6 units want to form it; a joint branch generally has at most 5."]
    assert texts(application, date(2017, 1, 1)) == []


def test_a_secretary_is_a_full_member():
    application = usual()
    stages = (Stage.PROBATIONARY, Stage.FULL, Stage.FULL, Stage.FULL)
    say_who(application=application, members=persons(*stages))
    assert texts(application) == ["The proposed secretary is no full member: probationary member."]
    say_who(application=application, members=persons(*stages, secretary=1))
    assert texts(application) == []


def test_the_enterprise_is_there_operates_is_non_public_and_has_no_organization():
    unknown = usual(enterprise=None, uscc="91330399000000999X", enterprise_name="新厂")
    assert texts(unknown) == ["The enterprise is not in the register; enter it before the founding."]
    closed = usual(enterprise=EnterpriseFactory(closed_on=SUBMITTED_ON))
    assert texts(closed, SUBMITTED_ON - timedelta(days=1)) == []
    assert texts(closed) == ["The enterprise is closed since March 2, 2026."]
    state_owned = usual(enterprise=EnterpriseFactory(ownership=Ownership.STATE))
    [text] = texts(state_owned)
    assert text.startswith("The enterprise is not a non-public one: ")
    covered = usual()
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, covers=[covered.enterprise])
    assert texts(covered) == []
    own = OrganizationFactory(covers=[covered.enterprise])
    assert texts(covered) == [f"The enterprise is covered already: {own}."]


def test_a_secretary_is_a_full_member_by_the_register_too():
    application = usual()
    member = MemberFactory(name="申请人1", employer=application.enterprise)
    assert texts(application) == []
    Member.objects.filter(pk=member.pk).update(full_on=SUBMITTED_ON + timedelta(days=1))
    assert texts(application) == ["By the register the proposed secretary is no full member on this day."]
    assert texts(application, SUBMITTED_ON + timedelta(days=1)) == []
    MemberFactory(name="申请人1", employer=application.enterprise)
    assert texts(application) == []


def test_who_belongs_to_an_organization_is_named_to_who_may_know_and_counted_for_others():
    application = usual()
    organization = OrganizationFactory()
    member = MemberFactory(name="申请人2", employer=application.enterprise, organization=organization)
    MemberFactory(name="申请人3", organization=organization)  # somebody of that name elsewhere
    counted = "1 of the persons named belongs to an organization already; somebody belongs to one alone."
    assert texts(application) == texts(application, members=Member.objects.none()) == [counted]
    [text] = texts(application, members=Member.objects.all())
    assert text == (f"{member} is a member of {organization}; somebody belongs to one organization alone.")


def test_it_is_overdue_from_the_day_after_the_last_one_while_a_decision_is_waited_for():
    application = application_in(State.SUBMITTED)
    for _time in range(3):
        MemberFactory(employer=application.enterprise)
    assert texts(application, application.due_on) == []
    assert texts(application, application.due_on + timedelta(days=1)) == [
        "It is overdue: it was to be decided by April 2, 2026."
    ]
    assert texts(usual(), date(2030, 1, 1)) == []


@pytest.mark.parametrize("state", [State.FOUNDED, State.REJECTED, State.WITHDRAWN])
def test_nothing_is_said_of_what_is_closed(state):
    assert texts(application_in(state), date(2030, 1, 1)) == []


def test_every_warning_names_its_source():
    application = usual(enterprise=EnterpriseFactory(ownership=Ownership.STATE, closed_on=SUBMITTED_ON))
    OrganizationFactory(covers=[application.enterprise])
    say_who(application=application, members=persons(Stage.APPLICANT))
    found = warnings_of(application, SUBMITTED_ON)
    assert len(found) == 5
    assert all(warning.source for warning in found)
