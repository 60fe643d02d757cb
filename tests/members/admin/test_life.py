"""The page of a life: what happened, the latest first, as far as the reader may see it."""

from datetime import date

import pytest
from django.urls import reverse

from members.models import MemberAct
from orgs.models import Kind, OrganizationAct
from tests.factories.accounts import UserFactory
from tests.factories.members import (
    ElectionFactory,
    MemberDeedFactory,
    MemberFactory,
    MembershipFactory,
    PostFactory,
    StandingFactory,
    TransferFactory,
)
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    EnterpriseDeedFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationDeedFactory,
    OrganizationFactory,
)

pytestmark = pytest.mark.django_db


def life_page(record):
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_life", args=[record.pk])


def told(client, record):
    """What the page tells: day, title, detail, document of each entry."""
    answer = client.get(life_page(record))
    return [
        (entry.day, entry.title, entry.detail, entry.document) for entry, _way in answer.context["entries"]
    ]


def test_the_life_of_a_member_is_told_with_its_documents_the_latest_first(admin_client):
    voucher = MemberFactory(name="李介绍")
    member = MemberFactory(
        applied_on=date(2005, 1, 1), probationary_on=date(2007, 6, 1), full_on=date(2008, 6, 1), first_voucher=voucher
    )  # fmt: skip
    MemberDeedFactory(member=member, what=MemberAct.ADMITTED, on=date(2007, 6, 1), document="支字1号")
    relation = MembershipFactory(member=member, valid_from=date(2007, 6, 1), valid_to=date(2009, 1, 1))
    PostFactory(member=member, organization=relation.organization, role="deputy", valid_from=date(2008, 7, 1))
    StandingFactory(member=member, kind="away", place="上海", valid_from=date(2008, 8, 1))

    admitted = "Admitted as probationary member by the branch meeting"
    assert told(admin_client, member) == [
        (date(2008, 8, 1), "Away at another place", "上海", ""),
        (date(2008, 7, 1), "Deputy secretary", str(relation.organization), ""),
        (date(2008, 6, 1), "Became a full member", "", ""),
        (date(2007, 6, 1), admitted, f"vouched for by {voucher}", "支字1号"),
        (date(2007, 6, 1), "Belongs to", str(relation.organization), ""),
        (date(2005, 1, 1), "Applied", "", ""),
    ]  # fmt: skip


def test_what_is_due_is_told_with_its_rule(admin_client):
    member = MemberFactory(full_on=None, probationary_on=date(2024, 2, 29))
    page = admin_client.get(life_page(member))
    ends = [one for one in page.context["due"] if one.due == date(2025, 3, 1)]
    assert [one.is_overdue for one in ends] == [True]
    assert "党章第七条" in page.content.decode()
    full = admin_client.get(life_page(MemberFactory()))
    assert full.context["due"] == []
    assert "What is due" not in full.content.decode()


def test_the_states_of_a_transfer_are_days_of_the_life(admin_client):
    transfer = TransferFactory(
        letter_on=date(2008, 6, 2),
        letter_number="2008-0001",
        returned_on=date(2008, 9, 1),
        end_reason="查无此人",
    )
    told_of = told(admin_client, transfer.member)[:3]
    titles = [title for _day, title, _detail, _number in told_of]
    assert told_of[0][2].endswith("查无此人")
    assert titles == ["Transfer returned", "Transfer letter issued", "Transfer requested"]


def test_the_life_of_an_organization_names_posts_only_to_who_may_see_members(client, admin_client):
    organization = OrganizationFactory(area=AreaFactory(), approval_number="组字8号")
    secretary = PostFactory(organization=organization).member
    ElectionFactory(organization=organization, held_on=date(2020, 2, 29), term_ends_on=date(2023, 3, 1))
    other = OrganizationFactory()
    OrganizationDeedFactory(
        organization=organization,
        what=OrganizationAct.TOOK_IN,
        on=date(2021, 1, 1),
        document="组字9号",
        other=other,
    )
    entries = told(admin_client, organization)
    assert (date(2021, 1, 1), "Took in another organization", str(other), "组字9号") in entries
    assert (date(2020, 2, 29), "Election", "term until March 1, 2023", "") in entries
    assert (date(2000, 1, 1), "Established", "", "组字8号") in entries
    assert secretary.name in admin_client.get(life_page(organization)).content.decode()

    client.force_login(UserFactory(role="reviewer", area=organization.areas.get().area, is_staff=True))
    page = client.get(life_page(organization))
    assert page.status_code == 200
    assert secretary.name not in page.content.decode()


def test_the_sizes_count_who_is_a_member_on_the_last_day_of_a_year(admin_client):
    organization = OrganizationFactory()
    MembershipFactory(organization=organization, member=MemberFactory(full_on=date(2024, 12, 31)))
    MembershipFactory(organization=organization, member=MemberFactory(ended_on=date(2024, 12, 31)))
    MembershipFactory(
        organization=organization, member=MemberFactory(full_on=None, probationary_on=date(2025, 1, 1))
    )
    sizes = {
        size.year: (size.full, size.probationary)
        for size in admin_client.get(life_page(organization)).context["sizes"]
    }
    assert (sizes[2023], sizes[2024], sizes[2025]) == ((1, 0), (1, 0), (1, 1))


def test_the_life_of_an_enterprise_is_told(admin_client):
    enterprise = EnterpriseFactory(area=AreaFactory(), above_scale_from=date(2008, 1, 1))
    coverage = CoverageFactory(enterprise=enterprise)
    instructor = InstructorFactory(enterprise=enterprise)
    EnterpriseDeedFactory(enterprise=enterprise, what="moved", on=date(2009, 1, 1), document="区字1号")
    entries = told(admin_client, enterprise)
    assert entries[0] == (date(2009, 1, 1), "Moved to another area", "", "区字1号")
    assert (date(2008, 1, 1), "Above scale", "", "") in entries
    assert {"Covered by", "Instructor", "Registered"} <= {title for _day, title, *_rest in entries}
    page = admin_client.get(life_page(enterprise)).content.decode()
    assert str(coverage.organization) in page
    assert instructor.name in page


def test_what_an_organization_was_ends_with_it_and_its_successor_is_named(admin_client):
    successor = OrganizationFactory()
    organization = OrganizationFactory(
        dissolved_on=date(2008, 6, 30), dissolution_reason="合并", successor=successor
    )
    answer = admin_client.get(life_page(organization))
    entries = {entry.title: entry for entry, _way in answer.context["entries"]}
    assert entries["Kind"].until == date(2008, 6, 30)
    assert entries["Dissolved"].detail == f"合并 → {successor}"


@pytest.mark.parametrize("factory", [MemberFactory, OrganizationFactory, EnterpriseFactory])
def test_beyond_the_area_there_is_no_life(client, factory):
    record = factory()
    client.force_login(UserFactory(role="organizer", area=AreaFactory(), is_staff=True))
    assert client.get(life_page(record)).status_code == 404


def test_an_analyst_reads_no_life_of_a_member(client):
    member = MemberFactory()
    client.force_login(UserFactory(role="analyst", area=AreaFactory(), is_staff=True))
    assert client.get(life_page(member)).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_a_life_costs_the_same_statements_however_long_it_is(
    admin_client, django_assert_max_num_queries, number
):
    organization = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=EnterpriseFactory.create_batch(number))
    for _time in range(number):
        PostFactory(organization=organization, role="deputy")
        OrganizationDeedFactory(organization=organization, other=OrganizationFactory(), what="took_in")
    with django_assert_max_num_queries(12):
        admin_client.get(life_page(organization))
