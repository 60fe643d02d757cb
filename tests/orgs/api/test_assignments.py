"""Instructors and designations written by API."""

from datetime import date

import pytest

from orgs.models import Designation, Instructor
from tests.factories.api import added, patched, signed_in
from tests.factories.orgs import DesignationFactory, EnterpriseFactory, InstructorFactory

pytestmark = pytest.mark.django_db
INSTRUCTORS, DESIGNATIONS = "/api/v1/instructors/", "/api/v1/designations/"


@pytest.fixture
def client():
    deeds = [f"orgs.{deed}_{table}" for deed in ("add", "change") for table in ("instructor", "designation")]
    return signed_in(*deeds, "orgs.view_instructor")


def instructor(enterprise, **more):
    return {"name": "单雄信", "enterprise": enterprise.uscc, "valid_from": "2007-01-01", **more}


def designation(enterprise, **more):
    return {
        "enterprise": enterprise.uscc, "title": "vigorous_harmonious", "level": "city", "awarded_on": "2007-01-01",
        **more,
    }  # fmt: skip


def test_a_new_instructor_whose_phone_is_kept_and_never_answered(client):
    enterprise = EnterpriseFactory(closed_on=date(2009, 1, 1))
    answer = added(
        client, INSTRUCTORS, instructor(enterprise, phone="13700000000", employer="区委", days_per_month=4)
    )

    sent = Instructor.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": sent.pk, "name": "单雄信", "enterprise": enterprise.uscc, "valid_from": "2007-01-01",
        "valid_to": "2009-01-01", "employer": "区委", "days_per_month": 4,
    }  # fmt: skip
    assert sent.phone == "13700000000"
    assert sent.name_pinyin.startswith("shan")


def test_who_may_not_see_instructors_is_not_answered_the_name():
    client = signed_in("orgs.add_instructor")

    answer = added(client, INSTRUCTORS, instructor(EnterpriseFactory(), days_per_month=4)).json()
    assert not {"name", "days_per_month"} & answer.keys()


@pytest.mark.parametrize("days", [31, 0, None])
def test_the_days_a_month_are_changed(client, days):
    sent = InstructorFactory(days_per_month=4)
    answer = patched(client, f"{INSTRUCTORS}{sent.pk}/", {"days_per_month": days})

    assert (answer.status_code, answer.json()["days_per_month"]) == (200, days)
    sent.refresh_from_db()
    assert sent.days_per_month == days


@pytest.mark.parametrize("days", [32, 40_000, -1, 1.5, "4", True])
def test_days_that_no_month_has_are_refused(client, days):
    sent = InstructorFactory(days_per_month=4)
    answer = patched(client, f"{INSTRUCTORS}{sent.pk}/", {"days_per_month": days})

    assert (answer.status_code, list(answer.json())) == (400, ["days_per_month"])
    sent.refresh_from_db()
    assert sent.days_per_month == 4


def test_an_instructor_is_changed_and_called_back(client):
    sent, enterprise = InstructorFactory(), EnterpriseFactory()
    address = f"{INSTRUCTORS}{sent.pk}/"
    answer = patched(
        client, address, {"name": "王五", "enterprise": enterprise.uscc, "valid_to": "2008-01-01"}
    )

    assert (answer.json()["name"], answer.json()["enterprise"]) == ("王五", enterprise.uscc)
    sent.refresh_from_db()
    assert (sent.valid_to, sent.name_pinyin[:6]) == (date(2008, 1, 1), "wangwu")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"valid_from": "2008-01-01"}, "valid_from"),
        ({"valid_to": "2008-02-01"}, "valid_to"),
        ({"name": ""}, "name"),
    ],
)
def test_an_instructor_that_does_not_fit_is_refused(client, more, field):
    answer = added(client, INSTRUCTORS, instructor(EnterpriseFactory(closed_on=date(2008, 1, 1)), **more))

    assert (answer.status_code, answer.json().keys()) == (400, {field})


def test_an_instructor_is_at_an_enterprise_once_at_a_time(client):
    sent = InstructorFactory(name="单雄信")
    answer = added(client, INSTRUCTORS, instructor(sent.enterprise))

    assert (answer.status_code, answer.json().keys()) == (400, {"valid_from"})


def test_a_new_designation_outlasts_the_enterprise(client):
    enterprise = EnterpriseFactory(closed_on=date(2006, 1, 1))
    answer = added(client, DESIGNATIONS, designation(enterprise))

    assert answer.status_code == 201
    assert answer.json() == {
        "id": Designation.objects.get().pk,
        "revoked_on": None,
        **designation(enterprise),
    }


def test_a_designation_is_revoked(client):
    held = DesignationFactory()
    answer = patched(client, f"{DESIGNATIONS}{held.pk}/", {"revoked_on": "2008-01-01"})
    assert answer.json()["revoked_on"] == "2008-01-01"

    answer = patched(client, f"{DESIGNATIONS}{held.pk}/", {"revoked_on": "1999-01-01"})
    assert (answer.status_code, answer.json().keys()) == (400, {"revoked_on"})
    assert patched(client, f"{DESIGNATIONS}{held.pk}/", {"revoked_on": None}).json()["revoked_on"] is None


def test_a_title_is_held_once_at_a_time(client):
    held = DesignationFactory(level="city")
    answer = added(client, DESIGNATIONS, designation(held.enterprise))

    assert (answer.status_code, answer.json().keys()) == (400, {"awarded_on"})


@pytest.mark.parametrize("path", [INSTRUCTORS, DESIGNATIONS])
def test_an_id_is_no_field(client, path):
    record = (InstructorFactory if path == INSTRUCTORS else DesignationFactory)()

    assert patched(client, f"{path}{record.pk}/", {"id": 5}).json().keys() == {"id"}
