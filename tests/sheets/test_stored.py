"""What the register has of records, told as the rows of an import."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Member
from orgs.models import Area, Coverage, Designation, Enterprise, Instructor, Organization
from sheets.resources import RESOURCES
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)
from tests.sheets.files import load

pytestmark = pytest.mark.django_db

CODE = "91330399000000007N"
FILES = {
    "areas": [["code", "name", "level"], ["330304", "瓯海", "district"]],
    "enterprises": [
        ["uscc", "name", "area", "legal_form", "registered_on", "above_scale_from", "employees"],
        [CODE, "温州某厂", "330304", "外资", "2001-05-06", "2002-01-01", "0"],
    ],
    "organizations": [
        ["code", "name", "kind", "area", "superior", "established_on", "initiated_by", "incubated_by"],
        ["G1", "社区党总支", "community_general_branch", "330304", None, "2001-01-01", None, None],
        ["B1", "党支部", "branch", "330304", "G1", "2003-01-01", "enterprise", "G1"],
    ],
    "coverage": [["organization", "enterprise", "valid_from"], ["B1", CODE, "2003-01-01"]],
    "members": [
        [
            "member_no",
            "name",
            "phone",
            "birth_date",
            "enterprise",
            "organization",
            "relation_from",
            "full_on",
        ],
        ["M1", "张三", "13800000000", "1970-01-01", CODE, "B1", "2003-01-01", "2000-02-03"],
    ],
    "instructors": [["name", "enterprise", "valid_from", "employer"], ["李四", CODE, "2003-01-01", "街道"]],
    "designations": [
        ["enterprise", "title", "level", "awarded_on", "revoked_on"],
        [CODE, "活力和谐企业", "市级", "2005-01-01", "2006-01-01"],
    ],
}


@pytest.fixture
def register():
    """A row of each resource, and of organizations two."""
    for resource, rows in FILES.items():
        load(resource, rows)


def told(resource, record):
    """What is told of `record`, without what it does not have."""
    (row,) = RESOURCES[resource].stored([record])
    assert list(row) == [column.name for column in RESOURCES[resource].told_columns()]
    return {name: value for name, value in row.items() if value is not None}


def test_each_resource_tells_its_records_as_its_rows_say_them(register):
    assert told("areas", Area.objects.get()) == {"code": "330304", "name": "瓯海", "level": "district"}
    assert told("enterprises", Enterprise.objects.get()) == {
        "uscc": CODE, "name": "温州某厂", "area": "330304", "legal_form": "外资", "ownership": "foreign",
        "registered_on": date(2001, 5, 6), "above_scale_from": date(2002, 1, 1), "employees": 0,
    }  # fmt: skip
    assert told("organizations", Organization.objects.get(code="B1")) == {
        "code": "B1", "name": "党支部", "kind": "branch", "area": "330304", "superior": "G1",
        "established_on": date(2003, 1, 1), "initiated_by": "enterprise", "incubated_by": "G1",
    }  # fmt: skip
    assert told("coverage", Coverage.objects.get()) == {
        "organization": "B1", "enterprise": CODE, "valid_from": date(2003, 1, 1),
    }  # fmt: skip
    assert told("instructors", Instructor.objects.get()) == {
        "name": "李四", "enterprise": CODE, "valid_from": date(2003, 1, 1), "employer": "街道",
    }  # fmt: skip
    assert told("designations", Designation.objects.get()) == {
        "enterprise": CODE, "title": "vigorous_harmonious", "level": "city",
        "awarded_on": date(2005, 1, 1), "revoked_on": date(2006, 1, 1),
    }  # fmt: skip


def test_identity_numbers_phones_and_birth_dates_are_not_told(register):
    assert told("members", Member.objects.get()) == {
        "member_no": "M1", "name": "张三", "enterprise": CODE, "organization": "B1",
        "relation_from": date(2003, 1, 1), "full_on": date(2000, 2, 3),
    }  # fmt: skip


def test_of_histories_the_latest_entry_is_told(register):
    load(
        "members",
        [["member_no", "name", "organization", "relation_from"], ["M1", "张三", "G1", "2004-01-01"]],
    )
    load(
        "enterprises",
        [[*FILES["enterprises"][0], "above_scale_to"], [*FILES["enterprises"][1], "2002-07-01"]],
    )

    assert told("members", Member.objects.get())["organization"] == "G1"
    assert told("enterprises", Enterprise.objects.get())["above_scale_to"] == date(2002, 7, 1)


def test_records_are_told_in_their_order(register):
    organizations = [Organization.objects.get(code=code) for code in ("G1", "B1")]

    assert [row["code"] for row in RESOURCES["organizations"].stored(organizations)] == ["G1", "B1"]
    assert [row["code"] for row in RESOURCES["organizations"].stored(organizations[::-1])] == ["B1", "G1"]


@pytest.mark.parametrize(
    ("resource", "factory", "statements"),
    [
        ("areas", AreaFactory, 1),
        ("enterprises", EnterpriseFactory, 3),
        ("organizations", OrganizationFactory, 3),
        ("coverage", CoverageFactory, 1),
        ("members", MemberFactory, 2),
        ("instructors", InstructorFactory, 1),
        ("designations", DesignationFactory, 1),
    ],
)
def test_three_records_take_the_statements_of_one(resource, factory, statements):
    records = factory.create_batch(3)
    for some in (records[:1], records):
        with CaptureQueriesContext(connection) as captured:
            RESOURCES[resource].stored(some)
        assert len(captured) == statements
