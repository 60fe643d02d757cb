"""What a community general branch looks after, and what it brought about."""

from datetime import date

import pytest
from django.urls import reverse

from orgs.incubation import brought_about_by, looked_after_on, with_founding_coverage
from orgs.models import Kind, Organization
from tests.factories.admin import send
from tests.factories.api import signed_in
from tests.factories.orgs import CoverageFactory, EnterpriseFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)


@pytest.fixture
def branch():
    return OrganizationFactory(code="S1", kind=Kind.COMMUNITY_GENERAL_BRANCH)


def test_a_branch_looks_after_what_it_covers_on_the_day(branch):
    coverage = CoverageFactory(organization=branch, valid_from=date(2008, 2, 29), valid_to=DAY)
    CoverageFactory()
    days = (date(2008, 2, 28), date(2008, 2, 29), date(2008, 6, 29), DAY)
    assert [list(looked_after_on(day, branch.pk)) for day in days] == [
        [], [coverage.enterprise], [coverage.enterprise], [],
    ]  # fmt: skip


def test_what_it_brought_about_is_told_with_day_and_enterprises(branch):
    enterprises = [EnterpriseFactory(), EnterpriseFactory()]
    late = OrganizationFactory(
        incubated_by=branch, established_on=DAY, kind=Kind.JOINT_BRANCH, covers=enterprises
    )
    CoverageFactory(organization=late, valid_from=date(2009, 1, 1))
    early = OrganizationFactory(incubated_by=branch, established_on=date(2001, 1, 1))
    OrganizationFactory(incubated_by=OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH))

    found = with_founding_coverage(brought_about_by(branch.pk))

    assert [
        (row, row.established_on, [coverage.enterprise for coverage in row.founding_coverage])
        for row in found
    ] == [(early, date(2001, 1, 1), []), (late, DAY, enterprises)]


def test_the_detail_of_a_community_general_branch_says_what_it_brought_about(branch):
    OrganizationFactory(code="B", name="第二", incubated_by=branch, established_on=DAY)
    OrganizationFactory(code="A", name="第一", incubated_by=branch, established_on=date(2008, 2, 29))
    client = signed_in()

    assert client.get("/api/v1/community-general-branches/S1/").json()["incubated"] == [
        {"code": "A", "name": "第一", "established_on": "2008-02-29"},
        {"code": "B", "name": "第二", "established_on": "2008-06-30"},
    ]
    assert "incubated" not in client.get("/api/v1/organizations/A/").json()


def test_the_page_of_a_community_general_branch_shows_it_at_the_same_cost_for_one_and_three(
    branch, admin_client, django_assert_max_num_queries
):
    address = reverse("admin:orgs_communitygeneralbranch_change", args=[branch.pk])
    counts = []
    for number in (1, 2):
        enterprises = [EnterpriseFactory() for _ in range(number)]
        for enterprise in enterprises:
            OrganizationFactory(incubated_by=branch, covers=[enterprise], established_on=DAY)
        admin_client.get(address)
        with django_assert_max_num_queries(100) as queries:
            page = admin_client.get(address).content.decode()
        counts.append(len(queries))
        assert all(enterprise.name in page for enterprise in enterprises)
    assert counts[0] == counts[1]
    incubated = Organization.objects.filter(incubated_by=branch)
    assert all(reverse("admin:orgs_organization_change", args=[row.pk]) in page for row in incubated)


def test_saving_the_page_leaves_what_was_brought_about(branch, admin_client):
    organization = OrganizationFactory(incubated_by=branch)
    address = reverse("admin:orgs_communitygeneralbranch_change", args=[branch.pk])
    answer = send(admin_client, address, name="改名党总支")
    assert answer.status_code == 302
    organization.refresh_from_db()
    assert organization.incubated_by.name == "改名党总支"
    assert organization.history.count() == 1
