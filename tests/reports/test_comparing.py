"""What a report is compared with: corrections of its own day, changes until another, and who made them."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.models import Membership, Standing, StandingKind
from orgs.models import Initiative, Kind, OrganizationKind
from reports.comparing import Counted, Subject, differences
from reports.corrections import corrections_since
from reports.states import chain
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import START, CoverageFactory, EnterpriseFactory, OrganizationFactory
from tests.factories.reports import DAY, issue

pytestmark = pytest.mark.django_db

LATER = date(2009, 6, 19)
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def of(subject, found):
    return next(one for one in found if one.subject == subject)


def keys(counted):
    return [one.key for one in counted]


def test_a_record_came_went_or_is_counted_otherwise():
    before = {
        "members.full": ["M1", "M2"],
        "members.probationary": ["M3"],
        "community_general_branches": ["S1"],
    }
    after = {
        "members.full": ["M2", "M3"],
        "members.probationary": ["M4"],
        "community_general_branches": ["S1"],
    }

    found = differences(before, after)
    members = of(Subject.MEMBERS, found)
    assert keys(members.came) == ["M4"]
    assert keys(members.went) == ["M1"]
    assert members.changed == [Counted("M3", ("members.probationary",), ("members.full",))]
    assert of(Subject.ORGANIZATIONS, found).all == []


def test_nothing_differs_while_nobody_writes():
    OrganizationFactory(covers=[EnterpriseFactory()])

    found = chain(issue())
    assert [state.title for state in found.states] == ["2008-001 as issued", "June 19, 2008 as known today"]
    assert not any(difference.all for difference in found.steps[0].differences)


def test_corrections_of_the_day_and_changes_after_it_are_told_apart():
    stays, wrong = OrganizationFactory(), OrganizationFactory()
    report = issue()

    wrong.dissolved_on = date(2008, 3, 1)  # it was no more on the day of the report
    wrong.save()
    late = OrganizationFactory(established_on=date(2008, 5, 1))  # entered late
    new = OrganizationFactory(established_on=date(2008, 9, 1))
    stays.dissolved_on = date(2009, 1, 1)
    stays.save()

    found = chain(report, day=LATER)
    corrected, changed = (of(Subject.ORGANIZATIONS, step.differences) for step in found.steps)
    assert (keys(corrected.came), keys(corrected.went)) == ([late.code], [wrong.code])
    assert (keys(changed.came), keys(changed.went), changed.changed) == ([new.code], [stays.code], [])
    totals = [state.body["organizations"]["total"] for state in found.states]
    assert totals == [2, 2, 2]


def test_two_reports_are_joined_by_what_is_known_of_both_days():
    first = issue()
    organization = OrganizationFactory(established_on=date(2009, 1, 1))
    second = issue(day=LATER, at=datetime(2009, 6, 20, tzinfo=UTC))
    organization.dissolved_on = date(2009, 3, 1)
    organization.save()

    found = chain(first, other=second)
    assert [state.body["organizations"]["total"] for state in found.states] == [0, 0, 0, 1]
    assert found.columns == [
        "2008-001 as issued",
        "Correction",
        "June 19, 2008 as known today",
        "Difference",
        "June 19, 2009 as known today",
        "Correction",
        "2009-001 as issued",
    ]
    assert [keys(of(Subject.ORGANIZATIONS, step.differences).went) for step in found.steps] == [
        [],
        [],
        [organization.code],
    ]


def corrections(subject, record):
    return [
        (one.what, one.deed, one.fields)
        for one in corrections_since(NEVER, subject, [record.pk]).get(record.pk, [])
        if one.deed != "Created"
    ]


def test_a_correction_names_the_fields_that_figures_depend_on_and_no_others():
    organization = OrganizationFactory(established_on=date(2008, 1, 1))
    organization.name = "改名"
    organization.save()
    organization.established_on = date(2008, 2, 1)
    organization.initiated_by = Initiative.ENTERPRISE
    organization.save()

    assert corrections(Subject.ORGANIZATIONS, organization) == [
        (
            "Party organization",
            "Changed",
            ("Established on: Jan. 1, 2008 → Feb. 1, 2008", "Initiated by: the enterprise"),
        )
    ]


def test_corrections_tell_who_made_them_and_when_since_the_report_alone():
    user = UserFactory(username="li")
    organization = OrganizationFactory()
    report_at = timezone.now()
    organization.dissolved_on = date(2008, 3, 1)
    organization._history_user = user
    organization.save()

    found = corrections_since(report_at, Subject.ORGANIZATIONS, [organization.pk])[organization.pk]
    assert [(one.by, one.at) for one in found] == [(user, organization.history.latest().history_date)]


def test_a_period_that_is_entered_moved_or_removed_is_a_correction_of_its_record():
    organization = OrganizationFactory()
    kind = OrganizationKind.objects.get(organization=organization)
    kind.kind = Kind.COMMITTEE
    kind.save()

    assert corrections(Subject.ORGANIZATIONS, organization) == [
        ("Kind of an organization", "Changed", ("Kind: Party branch → Party committee",))
    ]
    kind.delete()
    assert corrections(Subject.ORGANIZATIONS, organization)[-1][1] == "Deleted"


def test_what_happened_to_an_organization_is_told_of_its_members_and_enterprises():
    enterprise = EnterpriseFactory(above_scale_from=START)
    organization = OrganizationFactory()
    CoverageFactory(organization=organization, enterprise=enterprise)
    member = MemberFactory(organization=organization)
    organization.dissolved_on = date(2008, 3, 1)
    organization.save()

    told = ("Party organization", "Changed", ("Dissolved on: March 1, 2008",))
    for subject, record in ((Subject.MEMBERS, member), (Subject.ENTERPRISES, enterprise)):
        assert told in corrections(subject, record)
        last = corrections_since(NEVER, subject, [record.pk])[record.pk][-1]
        assert last.of == organization.name


def test_a_member_who_was_moved_away_is_told_with_the_relation():
    member = MemberFactory(organization=OrganizationFactory())
    relation = Membership.objects.get(member=member)
    relation.organization = OrganizationFactory()
    relation.save()
    Standing.objects.create(member=member, kind=StandingKind.NO_MEMBER, valid_from=DAY, valid_to=LATER)

    relations = [
        told for told in corrections(Subject.MEMBERS, member) if told[0] == "Organizational relation"
    ]
    assert relations == [("Organizational relation", "Changed", ("Organization",))]


def test_a_comparison_takes_the_same_statements_at_any_size():
    report = issue()

    def statements():
        with CaptureQueriesContext(connection) as captured:
            chain(report, day=LATER)
        return len(captured)

    before = statements()
    for _ in range(3):
        MemberFactory(organization=OrganizationFactory(covers=[EnterpriseFactory()]))
    assert statements() == before == 22
