"""The detail of an organization in the API tells its elections and posts."""

from datetime import date

import pytest

from orgs.models import Kind
from tests.factories.api import signed_in
from tests.factories.members import ElectionFactory, MemberFactory, PostFactory
from tests.factories.orgs import OrganizationDeedFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
DAY, TERM_END = date(2020, 9, 1), date(2023, 9, 1)


def detail(client, organization, **query):
    kind = "community-general-branches" if _is_community(organization) else "organizations"
    answer = client.get(f"/api/v1/{kind}/{organization.code}/", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def _is_community(organization):
    return organization.kinds.filter(kind=Kind.COMMUNITY_GENERAL_BRANCH).exists()


def elected(kind=Kind.BRANCH):
    """An organization that elected a secretary, number M1, called 单雄信, in 2020."""
    organization = OrganizationFactory(kind=kind)
    election = ElectionFactory(
        organization=organization,
        held_on=DAY,
        term_ends_on=TERM_END,
        document="选1号",
        approval_number="批1号",
    )
    member = MemberFactory(member_no="M1", name="单雄信", organization=organization)
    PostFactory(
        organization=organization, member=member, valid_from=DAY, valid_to=TERM_END, election=election
    )
    return organization


@pytest.mark.parametrize("kind", [Kind.BRANCH, Kind.COMMUNITY_GENERAL_BRANCH])
def test_elections_and_posts_for_one_who_may_see_members(kind):
    told = detail(signed_in("members.view_member"), elected(kind))
    assert told["elections"] == [
        {
            "held_on": "2020-09-01",
            "term_ends_on": "2023-09-01",
            "document": "选1号",
            "approval_number": "批1号",
        }
    ]
    assert told["posts"] == [
        {
            "valid_from": "2020-09-01",
            "valid_to": "2023-09-01",
            "role": "secretary",
            "duty": "",
            "member": {"member_no": "M1", "name": "单雄信"},
        }
    ]


def test_others_read_numbers_but_no_names():
    organization = elected()
    told = detail(signed_in(), organization)
    assert told["posts"][0]["member"] == {"member_no": "M1"}
    assert "单雄信" not in str(told)


def test_the_next_election_is_due_as_of_the_day():
    organization, client = elected(), signed_in()
    assert detail(client, organization)["election_due_on"] == "2023-09-01"
    assert detail(client, organization, on="2020-08-31")["election_due_on"] is None
    assert detail(client, organization, on="2020-09-01")["election_due_on"] == "2023-09-01"
    assert detail(client, OrganizationFactory())["election_due_on"] is None


@pytest.mark.parametrize("number", [1, 3])
def test_a_detail_takes_the_same_queries_whatever_was_elected(number, django_assert_num_queries):
    organization, client = OrganizationFactory(), signed_in("members.view_member")
    for count in range(number):
        ElectionFactory(organization=organization, held_on=date(2020, 1, 1 + count))
        PostFactory(organization=organization, role="commissioner")
    detail(client, organization)
    with django_assert_num_queries(15):
        detail(client, organization)


def test_a_detail_is_another_version_after_an_election_a_post_and_a_deed():
    organization, client = OrganizationFactory(), signed_in()
    address = f"/api/v1/organizations/{organization.code}/"
    versions = [client.get(address).headers["ETag"]]
    for factory in (ElectionFactory, PostFactory, OrganizationDeedFactory):
        factory(organization=organization)
        versions.append(client.get(address).headers["ETag"])
    assert [int(version.strip('"').split("-")[0]) for version in versions] == [2, 3, 4, 5]
