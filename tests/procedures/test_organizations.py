"""What happens to an organization by itself, by its pages and by the API."""

from datetime import date

import pytest
from django.contrib.auth.models import Group

from members.models import Election, Post, PostRole
from orgs.models import Kind, Organization, OrganizationArea, OrganizationDeed, OrganizationKind
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in
from tests.factories.api import signed_in, staff_client
from tests.factories.members import ElectionFactory, MemberFactory, MembershipFactory, PostFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.factories.procedures import page_of, perform, preview

pytestmark = pytest.mark.django_db
DAY = date(2020, 9, 1)
SAID = {"on": "2020-09-01", "document": "瓯委〔2020〕1号"}


def act(client, organization, name, version=None, **body):
    """The answer of the API to the procedure `name` of `organization`."""
    resource = (
        "community-general-branches"
        if organization.kinds.filter(kind=Kind.COMMUNITY_GENERAL_BRANCH).exists()
        else "organizations"
    )
    address = f"/api/v1/{resource}/{organization.code}/"
    etag = version or client.get(address).headers["ETag"]
    return client.post(f"{address}{name}/", SAID | body, format="json", headers={"If-Match": etag})


def in_area(code="330304001", **said):
    area = AreaFactory(code=code)
    return area, OrganizationFactory(area=area, **said)


def test_an_election_is_held_from_its_page_with_what_was_previewed(admin_client, admin_user):
    organization = OrganizationFactory()
    secretary, *others = MemberFactory.create_batch(8, organization=organization)
    inputs = {**SAID, "secretary": secretary.pk, "commissioners": [row.pk for row in others[:5]]}

    seen = preview(admin_client, organization, "hold-election", **inputs)
    outcome = seen.context["outcome"]
    assert not Post.objects.exists()
    assert {part.table: part.count for part in outcome.rows} == {"members_election": 1, "members_post": 6}
    assert outcome.figures == []
    assert len(outcome.warnings) == 1

    answer = perform(admin_client, organization, "hold-election", **inputs)
    assert answer.status_code == 302
    election = Election.objects.get()
    assert (election.held_on, election.document) == (DAY, "瓯委〔2020〕1号")
    assert election.history.get().history_user == admin_user
    assert election.posts.filter(role=PostRole.COMMISSIONER).count() == 5


def test_a_committee_of_the_wrong_size_is_refused_on_the_page(admin_client):
    organization = OrganizationFactory()
    secretary = MemberFactory.create_batch(7, organization=organization)[0]
    answer = perform(admin_client, organization, "hold-election", **SAID, secretary=secretary.pk)
    assert list(answer.context["form"].errors) == ["__all__"]
    assert not Election.objects.exists()


def test_an_election_on_another_day_is_refused_at_its_approval(admin_client):
    organization = OrganizationFactory()
    secretary = MemberFactory(organization=organization)
    ElectionFactory(organization=organization, held_on=date(2017, 9, 2), term_ends_on=date(2020, 9, 2))
    said = {**SAID, "secretary": secretary.pk}
    answer = perform(admin_client, organization, "hold-election", **said)
    assert list(answer.context["form"].errors) == ["approval_number"]
    answer = perform(admin_client, organization, "hold-election", **said, approval_number="批1号")
    assert answer.status_code == 302


def test_the_page_of_an_election_proposes_the_day_that_is_due_and_full_members_of_all_days(admin_client):
    organization = OrganizationFactory()
    ElectionFactory(organization=organization, held_on=date(2017, 9, 2), term_ends_on=date(2020, 9, 2))
    now, probationary, elsewhere = (
        MemberFactory(organization=organization),
        MemberFactory(full_on=None, organization=organization),
        MemberFactory(organization=OrganizationFactory()),
    )
    gone = MembershipFactory(organization=organization, valid_to=date(2019, 1, 1)).member
    page = admin_client.get(page_of(organization, "hold-election"))
    assert page.context["form"].initial["on"] == date(2020, 9, 2)
    offered = set(page.context["form"].fields["secretary"].queryset)
    assert offered == {now, gone}
    assert not offered & {probationary, elsewhere}


def test_appointed_and_relieved_from_their_pages(admin_client):
    organization = OrganizationFactory()
    member = MemberFactory(organization=organization)
    assert admin_client.get(page_of(organization, "relieve")).status_code == 302
    said = {**SAID, "member": member.pk}
    answer = perform(admin_client, organization, "appoint", **said, role="commissioner", duty="组织")
    assert answer.status_code == 302
    answer = perform(admin_client, organization, "relieve", **said | {"on": "2020-08-31"})
    assert list(answer.context["form"].errors) == ["member"]
    answer = perform(admin_client, organization, "relieve", **said | {"on": "2021-01-01"})
    assert answer.status_code == 302
    post = Post.objects.get()
    assert (post.duty, post.valid_from, post.valid_to) == ("组织", DAY, date(2021, 1, 1))


def test_kind_superior_and_area_change_from_their_pages(admin_client):
    organization, superior, area = OrganizationFactory(), OrganizationFactory(), AreaFactory()
    outcome = preview(admin_client, organization, "change-kind", **SAID, kind="committee").context["outcome"]
    moved = {one.code for day in outcome.figures for one in day.moved}
    assert {"organizations.by_kind.branch", "organizations.by_kind.committee"} <= moved
    assert outcome.corrects
    assert len(outcome.warnings) == 1
    perform(admin_client, organization, "change-kind", **SAID, kind="committee")
    perform(admin_client, organization, "change-superior", **SAID, superior=superior.pk)
    perform(admin_client, organization, "change-area", **SAID, area=area.pk)
    assert OrganizationKind.objects.get(organization=organization, valid_to=None).kind == Kind.COMMITTEE
    assert OrganizationArea.objects.get(organization=organization).area == area
    organization.refresh_from_db()
    assert organization.superior == superior
    assert OrganizationDeed.objects.filter(document=SAID["document"]).count() == 3


def test_a_standalone_kind_over_two_enterprises_is_refused_at_the_kind(admin_client):
    joint = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=EnterpriseFactory.create_batch(2))
    answer = perform(admin_client, joint, "change-kind", **SAID, kind="branch")
    assert list(answer.context["form"].errors) == ["kind"]
    assert OrganizationKind.objects.get().valid_to is None


def test_a_superior_that_leads_back_is_refused_at_the_superior(admin_client):
    superior = OrganizationFactory()
    below = OrganizationFactory(superior=superior)
    answer = perform(admin_client, superior, "change-superior", **SAID, superior=below.pk)
    assert list(answer.context["form"].errors) == ["superior"]
    assert not OrganizationDeed.objects.exists()


def test_a_dissolved_organization_offers_none_of_them(admin_client):
    organization = OrganizationFactory(dissolved_on=date(2021, 1, 1))
    page = admin_client.get(page_of(organization, "change")).content.decode()
    for name in ("hold-election", "appoint", "relieve", "change-kind", "change-superior", "change-area"):
        assert f"/{name}/" not in page
        assert admin_client.get(page_of(organization, name)).status_code == 302


def test_a_community_general_branch_elects_but_does_not_change_its_kind(admin_client):
    branch = OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH)
    address = f"/admin/orgs/communitygeneralbranch/{branch.pk}"
    page = admin_client.get(f"{address}/change/").content.decode()
    assert "/hold-election/" in page
    assert "/change-kind/" not in page
    assert admin_client.get(f"{address}/hold-election/").status_code == 200


@pytest.mark.parametrize(("role", "status"), [("organizer", 200), ("reviewer", 403), ("analyst", 403)])
def test_who_may_hold_an_election_by_the_api(role, status):
    area, organization = in_area()
    member = MemberFactory(organization=organization)
    answer = act(staff_client(role, area), organization, "hold-election", secretary=member.member_no)
    assert answer.status_code == status, answer.json()
    assert Election.objects.count() == (1 if status == 200 else 0)


def test_who_may_not_see_members_does_not_choose_among_them():
    organization = OrganizationFactory()
    member = MemberFactory(organization=organization)
    client = signed_in("orgs.view_organization", "orgs.change_organization")
    answer = act(client, organization, "hold-election", secretary=member.member_no)
    assert answer.status_code == 403


def test_an_organizer_of_another_area_does_not_find_the_organization():
    _area, organization = in_area()
    client = staff_client("organizer", AreaFactory(code="330304002"))
    member = MemberFactory(organization=organization)
    answer = act(client, organization, "hold-election", version='"1-x"', secretary=member.member_no)
    assert answer.status_code == 404


def test_who_does_not_belong_to_it_is_refused_by_the_api_at_the_field():
    area, organization = in_area()
    other = MemberFactory(organization=OrganizationFactory(area=area))
    answer = act(staff_client("organizer", area), organization, "hold-election", secretary=other.member_no)
    assert answer.status_code == 400
    assert list(answer.json()) == ["secretary"]


def test_the_api_refuses_what_the_action_refuses_at_its_field():
    area, organization = in_area()
    member = MemberFactory(organization=organization)
    client = staff_client("organizer", area)
    said = {"secretary": member.member_no}
    assert act(client, organization, "hold-election", **said).status_code == 200
    answer = act(client, organization, "hold-election", **said)
    assert (answer.status_code, list(answer.json())) == (400, ["on"])
    answer = act(client, organization, "hold-election", **said, on="2022-10-01")
    assert (answer.status_code, list(answer.json())) == (400, ["approval_number"])


def test_an_election_is_stale_after_an_election():
    area, organization = in_area()
    member = MemberFactory(organization=organization)
    client = staff_client("organizer", area)
    etag = client.get(f"/api/v1/organizations/{organization.code}/").headers["ETag"]
    said = {"secretary": member.member_no}
    assert act(client, organization, "hold-election", etag, **said).status_code == 200
    answer = act(client, organization, "hold-election", etag, **said, on="2023-09-01")
    assert answer.status_code == 412
    assert {change["record"] for change in answer.json()["changes"]} == {"Election", "Post"}


def test_an_organizer_does_not_move_an_organization_out_of_the_own_area():
    area, organization = in_area()
    other = AreaFactory(code="330304002")
    client = staff_client("organizer", area)
    answer = act(client, organization, "change-area", area=other.code)
    assert (answer.status_code, list(answer.json())) == (400, ["area"])
    answer = act(client, organization, "change-area", area=None)
    assert answer.status_code == 400
    assert OrganizationArea.objects.get().area == area


def test_the_page_of_an_organization_shows_elections_and_posts_to_who_may_see_members(admin_client, client):
    area, organization = in_area()
    member = MemberFactory(name="单雄信", organization=organization)
    election = ElectionFactory(
        organization=organization, held_on=DAY, term_ends_on=date(2023, 9, 1), document="选1号"
    )
    PostFactory(
        organization=organization, member=member, election=election, valid_from=DAY, duty="组织",
        role=PostRole.COMMISSIONER,
    )  # fmt: skip
    text = admin_client.get(page_of(organization, "change")).content.decode()
    for shown in ("单雄信", "选1号", "组织"):
        assert shown in text
    reviewer = UserFactory(is_staff=True, area=area)
    reviewer.groups.add(Group.objects.get(name="reviewer"))
    client.force_login(reviewer)
    text = client.get(page_of(organization, "change")).content.decode()
    assert organization.name in text
    assert "单雄信" not in text
    assert "选1号" not in text


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_an_organization_costs_the_same_whatever_its_posts(
    admin_client, django_assert_max_num_queries, number
):
    organization = OrganizationFactory()
    for role in [PostRole.SECRETARY, *[PostRole.COMMISSIONER] * (number - 1)]:
        PostFactory(organization=organization, role=role)
    for day in range(1, number + 1):
        ElectionFactory(organization=organization, held_on=date(2020, 1, day))
    with django_assert_max_num_queries(30):
        assert admin_client.get(page_of(organization, "change")).status_code == 200


def test_a_page_that_was_opened_before_an_election_is_not_saved(admin_client):
    organization = OrganizationFactory()
    address = page_of(organization, "change")
    data = filled_in(admin_client.get(address)) | {"name": "新名"}
    ElectionFactory(organization=organization)
    answer = admin_client.post(address, data)
    assert answer.status_code == 200
    assert "stale" in answer.context
    assert Organization.objects.get().name != "新名"
