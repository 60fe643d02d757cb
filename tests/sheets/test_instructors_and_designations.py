"""Instructors end with their enterprise; designations do not."""

from datetime import date

import pytest

from orgs.models import Designation, Instructor
from orgs.pinyin import searchable_pinyin
from tests.factories.orgs import EnterpriseFactory, credit_code
from tests.sheets.files import counts, errors, load

pytestmark = pytest.mark.django_db

CODE, CLOSED = credit_code(1), credit_code(2)


@pytest.fixture(autouse=True)
def world():
    """An open and a closed enterprise."""
    EnterpriseFactory(uscc=CODE)
    EnterpriseFactory(uscc=CLOSED, closed_on=date(2009, 1, 1))


def instructor(**cells):
    values = {"name": "王五", "enterprise": CODE, "valid_from": "2001-01-01"} | cells
    return [list(values), list(values.values())]


def designation(**cells):
    values = {
        "enterprise": CODE, "title": "活力和谐企业", "level": "区级", "awarded_on": "2008-01-01",
    } | cells  # fmt: skip
    return [list(values), list(values.values())]


def test_instructors_are_created_updated_and_left():
    assert counts("instructors", instructor(phone="139", employer="街道")) == (1, 0, 0)
    assert counts("instructors", instructor(phone="138", valid_to="2005-01-01")) == (0, 1, 0)
    stored = Instructor.objects.get()
    assert stored.name_pinyin == searchable_pinyin(stored.name, person=True)
    assert (stored.phone, stored.employer, str(stored.valid_to)) == ("138", "街道", "2005-01-01")
    assert counts("instructors", instructor(phone="138")) == (0, 0, 1)
    assert counts("instructors", instructor(phone="", employer="-", valid_to="")) == (0, 1, 0)
    stored.refresh_from_db()
    assert (stored.phone, stored.employer, stored.valid_to) == ("", "", None)


def test_an_import_leaves_the_days_a_month():
    load("instructors", instructor())
    Instructor.objects.update(days_per_month=4)
    assert counts("instructors", instructor(employer="街道")) == (0, 1, 0)
    assert Instructor.objects.get().days_per_month == 4


def test_one_instructor_may_have_several_enterprises_and_one_enterprise_several_instructors():
    EnterpriseFactory(uscc=credit_code(3))
    rows = [
        *instructor(),
        ["王五", credit_code(3), "2001-01-01"],
        ["赵六", CODE, "2001-01-01"],
    ]
    assert counts("instructors", rows) == (3, 0, 0)


def test_one_instructor_twice_at_one_enterprise_overlaps():
    load("instructors", instructor())
    (error,) = errors("instructors", instructor(valid_from="2005-01-01"))
    assert error.startswith("line 2: valid_from: ")
    assert "王五" not in error


def test_an_instructor_ends_with_the_enterprise():
    file = instructor(enterprise=CLOSED, valid_to="")
    load("instructors", file)
    assert str(Instructor.objects.get().valid_to) == "2009-01-01"
    assert counts("instructors", file) == (0, 0, 1)
    (error,) = errors("instructors", instructor(enterprise=CLOSED, valid_to="2009-01-02"))
    assert error.startswith("line 2: valid_to: ")


def test_an_unknown_enterprise_is_an_error():
    for resource, file in (("instructors", instructor), ("designations", designation)):
        (error,) = errors(resource, file(enterprise=credit_code(9)))
        assert error.startswith("line 2: enterprise: ")


def test_designations_are_created_updated_and_left():
    assert counts("designations", designation()) == (1, 0, 0)
    stored = Designation.objects.get()
    assert (stored.title, stored.level, str(stored.valid_from)) == (
        "vigorous_harmonious",
        "district",
        "2008-01-01",
    )
    assert counts("designations", designation(revoked_on="2010-01-01")) == (0, 1, 0)
    assert counts("designations", designation(revoked_on="2010-01-01")) == (0, 0, 1)
    assert stored.history.count() == 2


def test_two_levels_at_once_are_fine_and_one_twice_overlaps():
    load("designations", designation())
    assert counts("designations", designation(level="city")) == (1, 0, 0)
    (error,) = errors("designations", designation(awarded_on="2009-01-01"))
    assert error.startswith("line 2: awarded_on: ")


def test_a_designation_is_revoked_after_its_award():
    (error,) = errors("designations", designation(revoked_on="2008-01-01"))
    assert error.startswith("line 2: revoked_on: ")


def test_a_designation_outlasts_its_enterprise():
    load("designations", designation(enterprise=CLOSED))
    assert Designation.objects.get().valid_to is None
