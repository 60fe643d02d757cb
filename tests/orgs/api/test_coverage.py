"""Coverage periods: read as a list, written one by one."""

from datetime import date

import pytest

from orgs.models import Coverage, Kind
from tests.factories.api import added, keys, patched, signed_in, staff_client
from tests.factories.orgs import AreaFactory, CoverageFactory, EnterpriseFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/coverage/"


@pytest.fixture
def client():
    return signed_in("orgs.add_coverage", "orgs.change_coverage")


def body(organization, enterprise, **days):
    return {
        "organization": organization.code, "enterprise": enterprise.uscc, "valid_from": "2007-01-01", **days,
    }  # fmt: skip


def test_a_row(client):
    coverage = CoverageFactory(valid_to=date(2008, 1, 1))
    row = {
        "id": coverage.pk, "organization": coverage.organization.code, "enterprise": coverage.enterprise.uscc,
        "valid_from": "2000-01-01", "valid_to": "2008-01-01",
    }  # fmt: skip

    assert client.get(URL).json()["results"] == [row]
    assert client.get(f"{URL}{coverage.pk}/").json() == row


def test_filters_by_organization_enterprise_and_day(client):
    first, second = CoverageFactory(valid_to=date(2008, 1, 1)), CoverageFactory()

    assert keys(client.get(URL, {"organization": first.organization.code}), "id") == [first.pk]
    assert keys(client.get(URL, {"enterprise": second.enterprise.uscc}), "id") == [second.pk]
    assert keys(client.get(URL, {"on": "2008-01-01"}), "id") == [second.pk]
    assert keys(client.get(URL, {"search": first.enterprise.name}), "id") == [first.pk]
    assert keys(client.get(URL, {"ordering": "-valid_to"}), "id") == [first.pk, second.pk]
    assert client.get(URL, {"organization": "a\x00"}).status_code == 400


def test_it_lies_where_the_organization_lies(client):
    own, other = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    mine = CoverageFactory(organization__area=own, enterprise__area=other)
    theirs = CoverageFactory(organization__area=other, enterprise__area=own)

    assert keys(client.get(URL, {"area": own.code}), "id") == [mine.pk]
    organizer = staff_client("organizer", own)
    assert keys(organizer.get(URL), "id") == [mine.pk]
    assert organizer.get(f"{URL}{theirs.pk}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_whatever_its_length(client, count, django_assert_num_queries):
    CoverageFactory.create_batch(count)
    client.get(URL)

    with django_assert_num_queries(7):
        assert len(client.get(URL).json()["results"]) == count


def test_a_new_period(client):
    organization, enterprise = OrganizationFactory(), EnterpriseFactory()
    answer = added(client, URL, body(organization, enterprise, valid_to="2008-01-01"))

    coverage = Coverage.objects.get()
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"{URL}{coverage.pk}/")
    assert (coverage.organization, coverage.enterprise) == (organization, enterprise)
    assert (coverage.valid_from, coverage.valid_to) == (date(2007, 1, 1), date(2008, 1, 1))


def test_an_open_period_ends_with_the_first_of_its_owners(client):
    organization = OrganizationFactory(dissolved_on=date(2009, 1, 1))
    enterprise = EnterpriseFactory(closed_on=date(2008, 1, 1))

    assert added(client, URL, body(organization, enterprise)).json()["valid_to"] == "2008-01-01"


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"valid_from": "2008-01-01"}, "valid_from"),
        ({"valid_to": "2008-01-02"}, "valid_to"),
        ({"valid_to": "2007-01-01"}, "valid_to"),
        ({"valid_to": "2006-01-01"}, "valid_to"),
    ],
)
def test_a_period_that_does_not_fit_is_refused(client, days, field):
    enterprise = EnterpriseFactory(closed_on=date(2008, 1, 1))
    answer = added(client, URL, body(OrganizationFactory(), enterprise, **days))

    assert (answer.status_code, answer.json().keys()) == (400, {field})


def test_periods_of_one_key_do_not_overlap(client):
    coverage = CoverageFactory(valid_to=date(2008, 1, 1))
    answer = added(client, URL, body(coverage.organization, coverage.enterprise))
    assert (answer.status_code, answer.json().keys()) == (400, {"valid_from"})

    days = {"valid_from": "2008-01-01"}
    assert added(client, URL, body(coverage.organization, coverage.enterprise, **days)).status_code == 201
    answer = patched(client, f"{URL}{coverage.pk}/", {"valid_to": None})
    assert (answer.status_code, answer.json().keys()) == (400, {"valid_from"})


def test_a_standalone_organization_covers_one_enterprise_at_a_time(client):
    coverage, other = CoverageFactory(), EnterpriseFactory()
    answer = added(client, URL, body(coverage.organization, other))
    assert (answer.status_code, answer.json().keys()) == (400, {"enterprise"})

    joint = CoverageFactory(organization__kind=Kind.JOINT_BRANCH).organization
    assert added(client, URL, body(joint, other)).status_code == 201


def test_a_period_is_changed_but_its_organization(client):
    coverage, enterprise = CoverageFactory(), EnterpriseFactory()
    address = f"{URL}{coverage.pk}/"
    answer = patched(client, address, {"enterprise": enterprise.uscc, "valid_to": "2008-01-01"})
    assert (answer.status_code, answer.json()["enterprise"]) == (200, enterprise.uscc)

    answer = patched(client, address, {"organization": OrganizationFactory().code})
    assert (answer.status_code, answer.json().keys()) == (400, {"organization"})


def test_a_period_that_leads_beyond_the_border_may_be_ended_but_none_made():
    own, other = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    mine = CoverageFactory(
        organization__area=own, organization__kind=Kind.JOINT_BRANCH, enterprise__area=other
    )
    organizer = staff_client("organizer", own)
    there = {"enterprise": mine.enterprise.uscc, "valid_to": "2008-01-01"}
    assert patched(organizer, f"{URL}{mine.pk}/", there).status_code == 200

    answer = added(organizer, URL, body(mine.organization, EnterpriseFactory(area=other)))
    assert (answer.status_code, answer.json().keys()) == (400, {"enterprise"})
    answer = added(organizer, URL, body(OrganizationFactory(area=other), EnterpriseFactory(area=own)))
    assert (answer.status_code, answer.json().keys()) == (400, {"organization"})
    assert Coverage.objects.count() == 1
