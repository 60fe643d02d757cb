"""Procedures in the API: the same functions as the pages, previewed, confirmed, and refused by field."""

from datetime import date

import pytest
from rest_framework.test import APIClient

from members.models import Member
from orgs.models import Coverage, Organization
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, MembershipFactory
from tests.factories.orgs import AreaFactory, CoverageFactory, EnterpriseFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
BODY = {"on": "2008-06-30", "document": "温组〔2008〕5号", "reason": "合并"}


@pytest.fixture
def api():
    client = APIClient()
    client.force_authenticate(UserFactory(role="administrator"))
    return client


def etag(client, address):
    return client.get(address)["ETag"]


def post(client, address, name, body, tag=None):
    return client.post(
        f"{address}{name}/", body, format="json", headers={"If-Match": tag or etag(client, address)}
    )


def test_a_preview_tells_what_would_be_done_and_writes_nothing(api):
    coverage = CoverageFactory()
    address = f"/api/v1/organizations/{coverage.organization.code}/"
    answer = post(api, address, "dissolve", BODY | {"preview": True})

    told = answer.json()
    assert (answer.status_code, told["performed"]) == (200, False)
    first = told["figures"][0]
    assert (first["day"], first["is_past"]) == ("2008-06-30", True)
    assert {"figure": "organizations.total", "label": "Organizations", "before": 1, "after": 0} in first[
        "moved"
    ]
    changes = {part["table"]: part for part in told["changes"]}
    assert changes["Coverage"]["rows"][0]["fields"] == [
        {"name": "valid_to", "old": "", "new": "June 30, 2008"}
    ]
    assert Coverage.objects.get().valid_to is None
    assert "2008" not in str(Organization.objects.get().dissolved_on)


def test_it_is_done_at_once_where_no_preview_was_asked_for(api):
    coverage = CoverageFactory()
    address = f"/api/v1/organizations/{coverage.organization.code}/"
    answer = post(api, address, "dissolve", BODY | {"change_reason": "上级文件"})

    assert (answer.status_code, answer.json()["performed"]) == (200, True)
    assert answer["ETag"] == etag(api, address)
    assert Organization.objects.get().dissolved_on == Coverage.objects.get().valid_to == date(2008, 6, 30)
    assert Organization.history.latest().history_change_reason == "上级文件"


def test_what_was_confirmed_is_done_only_if_it_still_would_do_just_that(api):
    coverage = CoverageFactory()
    address = f"/api/v1/organizations/{coverage.organization.code}/"
    digest = post(api, address, "dissolve", BODY | {"preview": True}).json()["digest"]
    other = post(api, address, "dissolve", BODY | {"on": "2009-06-30", "confirm": digest})
    assert (other.status_code, other.json()["performed"]) == (409, False)
    assert Organization.objects.get().dissolved_on is None
    assert post(api, address, "dissolve", BODY | {"confirm": digest}).status_code == 200
    assert Organization.objects.get().dissolved_on == date(2008, 6, 30)


def test_a_second_click_with_the_version_of_the_first_is_refused(api):
    organization = OrganizationFactory()
    address = f"/api/v1/organizations/{organization.code}/"
    tag = etag(api, address)
    assert post(api, address, "dissolve", BODY, tag).status_code == 200
    again = post(api, address, "dissolve", BODY, tag)
    assert again.status_code == 412
    assert any("dissolved_on" in change["fields"] for change in again.json()["changes"])
    assert post(api, address, "dissolve", BODY).json() == {
        "non_field_errors": ["This is not possible for the record, or no longer."]
    }


def test_a_version_is_needed(api):
    organization = OrganizationFactory()
    answer = api.post(f"/api/v1/organizations/{organization.code}/dissolve/", BODY, format="json")
    assert answer.status_code == 428


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"document": "5号", "reason": "x"}, "on"), (BODY | {"on": "30.6.2008"}, "on"),
        (BODY | {"reason": ""}, "reason"),
        (BODY | {"successor": "none"}, "successor"), (BODY | {"code": "x"}, "code"),
        (BODY | {"preview": "perhaps"}, "preview"), (BODY | {"reason": ["x"]}, "reason"),
        (BODY | {"on": "1999-01-01"}, "on"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_field(api, body, field):
    organization = OrganizationFactory()
    answer = post(api, f"/api/v1/organizations/{organization.code}/", "dissolve", body)
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert Organization.objects.get().dissolved_on is None


def test_a_refusal_of_the_action_stands_at_its_field(api):
    relation = MembershipFactory()
    answer = post(api, f"/api/v1/organizations/{relation.organization.code}/", "dissolve", BODY)
    assert answer.status_code == 400
    assert "1 organizational relation lasts" in answer.json()["on"][0]


def test_another_area_answers_as_what_is_not_there(api):
    mine, other = AreaFactory(), AreaFactory()
    organization = OrganizationFactory(area=other)
    api.force_authenticate(UserFactory(role="organizer", area=mine))
    headers = {"If-Match": '"1-x"'}
    foreign = api.post(
        f"/api/v1/organizations/{organization.code}/dissolve/", BODY, format="json", headers=headers
    )
    absent = api.post("/api/v1/organizations/NONE/dissolve/", BODY, format="json", headers=headers)
    assert (
        (foreign.status_code, foreign.json()) == (absent.status_code, absent.json()) == (404, absent.json())
    )


@pytest.mark.parametrize("role", ["reviewer", "analyst"])
def test_who_may_not_change_may_not_perform(api, role):
    enterprise = EnterpriseFactory(area=AreaFactory())
    api.force_authenticate(UserFactory(role=role, area=enterprise.areas.get().area))
    for key in (enterprise.uscc, "NONE"):
        answer = api.post(f"/api/v1/enterprises/{key}/close/", {"on": "2020-01-01"}, format="json")
        assert answer.status_code == 403


def test_an_organizer_sees_by_name_what_would_be_done(api):
    user = UserFactory(role="organizer", area=AreaFactory())
    api.force_authenticate(user)
    member = MemberFactory(organization=OrganizationFactory(area=user.area))
    answer = post(
        api,
        f"/api/v1/members/{member.member_no}/",
        "end",
        {"on": "2020-01-01", "reason": "death", "preview": True},
    )
    (part,) = [part for part in answer.json()["changes"] if part["table"] == "Members"]
    assert part["rows"][0]["name"] == f"{member.name} {member.member_no}"
    assert Member.objects.get().ended_on is None
