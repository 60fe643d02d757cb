"""Organizations written by API: their kind, their links, their dissolution."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs.models import CommunityGeneralBranch, Kind, Organization
from tests.factories.api import added, patched, signed_in
from tests.factories.members import MemberFactory, MembershipFactory
from tests.factories.orgs import AreaFactory, CoverageFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
URL, COMMUNITIES = "/api/v1/organizations/", "/api/v1/community-general-branches/"
BODY = {"code": "ZZ1", "name": "甲党支部", "kind": "branch", "established_on": "2001-02-03"}


@pytest.fixture
def client():
    tables = ("organization", "communitygeneralbranch")
    return signed_in(*(f"orgs.{deed}_{table}" for deed in ("add", "change") for table in tables))


def change(client, organization, **body):
    return patched(client, f"{URL}{organization.code}/", body)


def test_a_new_one_with_everything(client):
    area, superior = AreaFactory(), OrganizationFactory()
    community = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH)
    body = {
        **BODY, "area": area.code, "place": "瑞安", "superior": superior.code, "approval_number": "瓯委〔2001〕1号",
        "initiated_by": "enterprise", "incubated_by": community.code, "dissolved_on": "2009-01-01",
        "dissolution_reason": "企业搬迁", "successor": superior.code,
    }  # fmt: skip
    answer = added(client, URL, body)

    assert answer.status_code == 201, answer.json()
    assert answer.json() == {
        **body, "enterprises": [], "coverage": [], "election_due_on": None, "elections": [], "posts": [],
        "kinds": [{"valid_from": "2001-02-03", "valid_to": None, "kind": "branch"}],
        "areas": [{"valid_from": "2001-02-03", "valid_to": None, "area": area.code}],
        "kind": "branch", "area": area.code,
    }  # fmt: skip


def test_a_new_community_general_branch(client):
    body = {name: value for name, value in BODY.items() if name != "kind"}
    assert added(client, COMMUNITIES, body).status_code == 201
    assert CommunityGeneralBranch.objects.get().code == "ZZ1"

    answer = added(client, COMMUNITIES, {**body, "code": "ZZ2", "kind": "branch"})
    assert (answer.status_code, answer.json().keys()) == (400, {"kind"})


def test_each_list_writes_its_own_records_alone(client):
    community = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH)
    headers = {"If-Match": '"2-0123456789abcdef"'}
    for url, record in ((URL, community), (COMMUNITIES, OrganizationFactory())):
        answer = client.patch(f"{url}{record.code}/", {"place": "x"}, format="json", headers=headers)
        assert answer.status_code == 404
    assert patched(client, f"{COMMUNITIES}{community.code}/", {"place": "瑞安"}).json()["place"] == "瑞安"


def test_the_table_of_a_list_is_whose_permission_it_needs():
    client = signed_in("orgs.add_organization")

    assert added(client, URL, BODY).status_code == 201
    assert added(client, COMMUNITIES, BODY).status_code == 403


def test_a_kind_corrects_the_latest_entry_of_the_history(client):
    organization = OrganizationFactory()
    organization.kinds.update(valid_to="2005-01-01")
    organization.kinds.create(kind=Kind.GENERAL_BRANCH, valid_from="2005-01-01")

    assert change(client, organization, kind="committee").json()["kind"] == "committee"
    assert list(organization.kinds.order_by("valid_from").values_list("kind", flat=True)) == [
        "branch",
        "committee",
    ]
    answer = change(client, organization, kind="community_general_branch")
    assert (answer.status_code, answer.json().keys()) == (400, {"kind"})


def test_a_joint_branch_of_several_does_not_become_a_standalone_one(client):
    organization = OrganizationFactory(kind=Kind.JOINT_BRANCH)
    CoverageFactory.create_batch(2, organization=organization)
    answer = change(client, organization, kind="branch", place="瑞安")

    assert (answer.status_code, answer.json().keys()) == (400, {"kind"})
    assert Organization.objects.get().place == ""


def test_the_first_kind_and_area_follow_the_establishment(client):
    organization = OrganizationFactory(area=AreaFactory())
    change(client, organization, established_on="1999-05-05")

    assert organization.kinds.get().valid_from == organization.areas.get().valid_from == date(1999, 5, 5)
    organization.kinds.update(valid_to="2003-01-01")
    answer = change(client, organization, established_on="2003-01-01")
    assert (answer.status_code, answer.json().keys()) == (400, {"established_on"})


@pytest.mark.parametrize("link", ["superior", "incubated_by"])
def test_links_do_not_lead_back(client, link):
    first = OrganizationFactory()
    second = OrganizationFactory(**{link: first})
    for target in (first, second):
        answer = change(client, first, **{link: target.code})
        assert (answer.status_code, answer.json().keys()) == (400, {link})
    assert change(client, second, **{link: None}).json()[link] is None


def test_dissolving_ends_its_coverage(client):
    coverage = CoverageFactory()
    successor = OrganizationFactory()
    answer = change(
        client, coverage.organization, dissolved_on="2008-06-30", dissolution_reason="企业搬迁",
        successor=successor.code,
    )  # fmt: skip

    assert answer.status_code == 200
    assert answer.json()["successor"] == successor.code
    coverage.refresh_from_db()
    assert coverage.valid_to == date(2008, 6, 30)


def test_one_that_has_members_is_not_dissolved(client):
    organization = OrganizationFactory()
    MemberFactory(organization=organization)
    answer = change(client, organization, dissolved_on="2008-06-30", name="新名")

    assert (answer.status_code, answer.json().keys()) == (400, {"dissolved_on"})
    assert "transfer or end it first" in answer.json()["dissolved_on"][0]
    organization.refresh_from_db()
    assert (organization.dissolved_on, organization.name == "新名") == (None, False)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"dissolved_on": "2000-01-01"}, "dissolved_on"),
        ({"dissolution_reason": "企业搬迁"}, "dissolved_on"),
        ({"dissolved_on": "2001-01-01"}, "dissolved_on"),  # coverage begins later
        ({"dissolved_on": "2008-01-01", "successor": "ZZ1"}, "successor"),
    ],
)
def test_an_end_that_does_not_fit_is_refused(client, body, field):
    organization = CoverageFactory(organization__code="ZZ1", valid_from=date(2005, 1, 1)).organization
    answer = change(client, organization, **body)

    assert (answer.status_code, answer.json().keys()) == (400, {field})
    organization.refresh_from_db()
    assert organization.dissolved_on is None


def test_an_end_is_corrected_and_taken_back(client):
    organization = OrganizationFactory(dissolved_on=date(2009, 1, 1), dissolution_reason="企业搬迁")
    CoverageFactory(organization=organization, valid_to=date(2007, 1, 1))
    relation = MembershipFactory(organization=organization, valid_to=date(2008, 6, 1))

    answer = change(client, organization, dissolved_on="2008-01-01")
    assert (answer.status_code, answer.json().keys()) == (400, {"dissolved_on"})
    relation.valid_to = date(2007, 1, 1)
    relation.save()
    answer = change(client, organization, dissolved_on="2008-01-01")
    assert (answer.status_code, answer.json()["dissolution_reason"]) == (200, "企业搬迁")
    answer = change(client, organization, dissolved_on=None)
    assert (answer.json()["dissolved_on"], answer.json()["dissolution_reason"]) == (None, "")


def test_a_change_costs_the_same_whatever_the_number_of_periods(client):
    costs = []
    for count in (1, 3):
        organization = OrganizationFactory(kind=Kind.JOINT_BRANCH)
        CoverageFactory.create_batch(count, organization=organization)
        address = f"{URL}{organization.code}/"
        headers = {"If-Match": client.get(address).headers["ETag"]}
        with CaptureQueriesContext(connection) as asked:
            body = {"name": "新名", "dissolved_on": "2008-06-30"}
            assert client.patch(address, body, format="json", headers=headers).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]
