"""Whoever sees a part of the register imports into it alone, and learns nothing of the rest."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from orgs.models import Kind, Organization
from sheets.models import Part, State
from sheets.parts import kept_json
from sheets.resources import RESOURCES
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    credit_code,
)
from tests.sheets.registers import register
from tests.sheets.stepping import organizer, run, uploaded

pytestmark = pytest.mark.django_db

HERE, THERE, NOWHERE = credit_code(1), credit_code(2), credit_code(3)


@pytest.fixture
def user():
    """An organizer of an area; beside what lies in it, the register has the same elsewhere, and what joins both."""
    here, there = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    enterprises = [
        EnterpriseFactory(uscc=HERE, area=here),
        EnterpriseFactory(uscc=THERE, area=there, closed_on=date(2010, 1, 1)),
    ]
    organizations = [
        OrganizationFactory(code="HERE", area=here),
        OrganizationFactory(code="THERE", area=there),
    ]
    organizations[0].superior = organizations[0].incubated_by = organizations[1]
    organizations[0].save()
    MemberFactory(member_no="HERE", organization=organizations[0], employer=enterprises[1])
    MemberFactory(member_no="THERE", organization=organizations[1])
    for enterprise, other in (enterprises, enterprises[::-1]):
        InstructorFactory(name="王五", enterprise=enterprise)
        DesignationFactory(enterprise=enterprise)
        for organization in organizations:
            CoverageFactory(organization=organization, enterprise=other, valid_to=date(2005, 1, 1))
    return organizer(here)


def findings(resource, rows, user):
    """The errors and the warnings of a file as (line, column, message); nothing is written for it."""
    before = register()
    found = uploaded(rows, by=user, resource=resource)
    assert register() == before
    warnings = kept_json(found, Part.FINDINGS)["warnings"]["first"]
    return [tuple(problem) for problem in kept_json(found, Part.PROBLEMS)], [
        tuple(warning[:3]) for warning in warnings
    ]


def refusals(resource, rows, user):
    """The errors of a file as (line, column, message)."""
    return findings(resource, rows, user)[0]


NO_ENTERPRISE = "there is no enterprise with this credit code"
NO_ORGANIZATION = "there is no organization with this code"
ELSEWHERE = "the record must lie in your area, 街道001, today and later"
NOT_YET = "the record lies in your area, 街道001, only later than today; import it when it does"
ENTERPRISE = ["uscc", "name", "registered_on", "area"]
ORGANIZATION = ["code", "name", "kind", "established_on", "area", "superior", "incubated_by"]
MEMBER = ["member_no", "name", "enterprise", "organization", "relation_from"]
COVERAGE = ["organization", "enterprise", "valid_from"]


@pytest.mark.parametrize(
    ("resource", "header", "row", "refused"),
    [
        # About a record elsewhere.
        ("enterprises", ENTERPRISE, [THERE, "x", "2000-01-01", "330304001"], [("uscc", ELSEWHERE)]),
        (
            "organizations",
            ORGANIZATION,
            ["THERE", "x", "branch", "2000-01-01", "330304001", "", ""],
            [("code", ELSEWHERE)],
        ),
        ("members", MEMBER, ["THERE", "x", "", "", ""], [("member_no", ELSEWHERE)]),
        (
            "instructors",
            ["name", *COVERAGE[1:]],
            ["王五", THERE, "2000-01-01"],
            [("enterprise", NO_ENTERPRISE)],
        ),
        (
            "designations",
            ["enterprise", "title", "level", "awarded_on"],
            [THERE, "vigorous_harmonious", "district", "2000-01-01"],
            [("enterprise", NO_ENTERPRISE)],
        ),
        (
            "coverage",
            COVERAGE,
            ["THERE", THERE, "2000-01-01"],
            [("organization", NO_ORGANIZATION), ("enterprise", NO_ENTERPRISE)],
        ),
        # About a record of the area that refers to one elsewhere.
        ("coverage", COVERAGE, ["THERE", HERE, "2006-01-01"], [("organization", NO_ORGANIZATION)]),
        ("coverage", COVERAGE, ["HERE", THERE, "2011-01-01"], [("enterprise", NO_ENTERPRISE)]),
        ("members", MEMBER, ["NEW", "x", THERE, "HERE", "2000-01-01"], [("enterprise", NO_ENTERPRISE)]),
        ("members", MEMBER, ["NEW", "x", HERE, "THERE", "2000-01-01"], [("organization", NO_ORGANIZATION)]),
        (
            "organizations",
            ORGANIZATION,
            ["NEW", "x", "branch", "2000-01-01", "330304001", "THERE", "THERE"],
            [("superior", NO_ORGANIZATION), ("incubated_by", NO_ORGANIZATION)],
        ),
        # That would move a record out, or begin it elsewhere.
        ("enterprises", ENTERPRISE, [HERE, "x", "2000-01-01", "330304002"], [("area", ELSEWHERE)]),
        ("enterprises", ENTERPRISE, [NOWHERE, "x", "2000-01-01", "330304002"], [("area", ELSEWHERE)]),
        ("enterprises", ENTERPRISE, [NOWHERE, "x", "2000-01-01", ""], [("area", ELSEWHERE)]),
        (
            "organizations",
            ORGANIZATION,
            ["HERE", "x", "branch", "2000-01-01", "330304002", "", ""],
            [("area", ELSEWHERE)],
        ),
        ("members", MEMBER, ["HERE", "x", "", "THERE", "2008-01-01"], [("organization", NO_ORGANIZATION)]),
        ("members", MEMBER, ["NEW", "x", "", "", ""], [("organization", ELSEWHERE)]),
        # That would begin in the area one day.
        ("enterprises", ENTERPRISE, [NOWHERE, "x", "2999-01-01", "330304001"], [("area", NOT_YET)]),
    ],
)
def test_a_row_that_reaches_elsewhere_is_refused(user, resource, header, row, refused):
    expected = [(2, column, message) for column, message in refused]
    assert refusals(resource, [header, row], user) == expected


def test_areas_are_not_for_organizers(user):
    with pytest.raises(PermissionDenied):
        uploaded([["code", "name", "level"], ["330304001", "x", "subdistrict"]], by=user, resource="areas")


@pytest.mark.parametrize(
    ("resource", "header", "row"),
    [
        ("coverage", COVERAGE, ["HERE", "{enterprise}", "2011-01-01"]),
        ("coverage", COVERAGE, ["{organization}", HERE, "2011-01-01"]),
        ("coverage", COVERAGE, ["{organization}", NOWHERE, "2011-01-01"]),
        ("coverage", COVERAGE, ["{organization}", "{enterprise}", "2000-01-01"]),
        ("coverage", COVERAGE, ["{organization}", "{enterprise}", "no day"]),
        ("instructors", ["name", *COVERAGE[1:]], ["王五", "{enterprise}", "2011-01-01"]),
        ("members", MEMBER, ["NEW", "x", "{enterprise}", "{organization}", "2011-01-01"]),
        ("members", MEMBER, ["NEW", "x", "{enterprise}", "{organization}", "no day"]),
        ("members", MEMBER, ["HERE", "x", "{enterprise}x", "{organization}", "2011-01-01"]),
        (
            "organizations",
            ORGANIZATION,
            ["NEW", "x", "branch", "2000-01-01", "330304001", "{organization}", "{organization}"],
        ),
    ],
)
def test_what_is_hidden_is_refused_in_the_words_for_what_is_not_there(user, resource, header, row):
    def told(enterprise, organization):
        cells = [cell.format(enterprise=enterprise, organization=organization) for cell in row]
        return findings(resource, [header, cells], user)

    assert told(THERE, "THERE") == told(credit_code(9), "NONE")
    assert told(THERE, "THERE")[0]


@pytest.mark.parametrize(
    ("resource", "header", "row"),
    [
        ("coverage", COVERAGE, ["{organization}", HERE, "2011-01-01"]),
        (
            "organizations",
            ORGANIZATION,
            ["{organization}", "x", "branch", "2000-01-01", "330304001", "", ""],
        ),
    ],
)
def test_nothing_is_warned_of_organizations_elsewhere(user, resource, header, row):
    """Neither that they cover nobody, nor how many enterprises, nor who incubated them."""
    there = Organization.objects.get(code="THERE").areas.get().area
    OrganizationFactory(code="IDLE", area=there, incubated_by=OrganizationFactory(code="NOCGB"))
    joint = OrganizationFactory(code="JOINT", area=there, kind=Kind.JOINT_BRANCH)
    CoverageFactory(organization=joint, enterprise__area=there)

    for code in ("IDLE", "JOINT"):
        errors, warnings = findings(
            resource, [header, [cell.format(organization=code) for cell in row]], user
        )
        assert errors
        assert warnings == []


@pytest.mark.parametrize(
    ("resource", "count"),
    [
        ("enterprises", 1),
        ("organizations", 1),
        ("coverage", 2),
        ("members", 1),
        ("instructors", 1),
        ("designations", 1),
    ],
)
def test_an_own_list_that_refers_to_what_lies_elsewhere_is_unchanged(user, resource, count):
    known = RESOURCES[resource]
    records = known.model.objects.within(user.scope, date(2026, 7, 1)).order_by("pk")
    columns = [column.name for column in known.told_columns()]
    rows = [[row[name] for name in columns] for row in known.stored(records)]
    found = uploaded([columns, *rows], by=user, resource=resource)
    assert (found.created, found.updated, found.unchanged, found.wrong) == (0, 0, count, 0)


def test_what_lies_in_the_area_is_written(user):
    rows = [MEMBER, ["HERE", "x", HERE, "HERE", "2000-01-01"], ["NEW", "y", HERE, "HERE", "2001-01-01"]]
    found = uploaded(rows, by=user, resource="members")
    assert (found.created, found.updated, found.wrong) == (1, 1, 0)
    assert run(found).state == State.DONE
