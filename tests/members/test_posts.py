"""A post never outlasts the relation with its organization, whichever way that ends."""

from datetime import date

import pytest

from members.actions.dissolution import correct_dissolution, dissolve
from members.actions.leaving import end_membership
from members.actions.member import change_member
from members.actions.posts import PostWithoutRelation
from members.actions.relations import move_relations
from members.models import EndReason, Membership, Post
from orgs.actions.locking import locked
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in, send, with_row
from tests.factories.api import patched, staff_client
from tests.factories.members import MemberFactory, MembershipFactory, PostFactory
from tests.factories.orgs import AreaFactory, OrganizationFactory
from tests.factories.procedures import perform, preview
from tests.sheets.files import errors, load

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)


@pytest.fixture
def post():
    """A secretary since 2000, number M1, of the organization A."""
    organization = OrganizationFactory(code="A")
    return PostFactory(
        organization=organization, member=MemberFactory(member_no="M1", organization=organization)
    )


def end_of(post):
    post.refresh_from_db()
    return post.valid_to


def member_page(post):
    return f"/admin/members/member/{post.member_id}/change/"


def organization_page(post):
    return f"/admin/orgs/organization/{post.organization_id}/change/"


def relation_to(post, organization, *, first=DAY):
    return Membership(member=post.member, organization=organization, valid_from=first)


def test_it_ends_with_the_membership(post):
    user = UserFactory()
    end_membership(member=post.member, on=DAY, reason=EndReason.RESIGNATION, by=user)
    assert end_of(post) == DAY
    assert post.history.latest().history_user == user


def test_it_ends_with_a_transfer(post):
    move_relations(members=[post.member], to=locked([OrganizationFactory()])[0], on=DAY, by=None)
    assert end_of(post) == DAY


def test_it_ends_where_a_later_relation_ends_the_one_before(post):
    change_member(member=post.member, relation=relation_to(post, OrganizationFactory()), by=None)
    assert end_of(post) == DAY


def test_it_ends_with_an_end_of_the_membership_that_is_entered_later(post):
    post.member.ended_on = DAY
    change_member(member=post.member, by=None)
    assert end_of(post) == DAY


def test_it_ends_with_a_dissolution(post):
    Membership.objects.update(valid_to=DAY)
    dissolve(organization=post.organization, on=DAY, by=None, reason="合并")
    assert end_of(post) == DAY


def test_it_ends_with_a_dissolution_that_is_corrected_to_an_earlier_day(post):
    Membership.objects.update(valid_to=DAY)
    later = date(2009, 1, 1)
    organization = dissolve(organization=post.organization, on=later, by=None, reason="合并")
    assert end_of(post) == DAY
    Post.objects.update(valid_to=later)
    correct_dissolution(organization=organization, on=DAY, by=None, reason="合并", successor=None)
    assert end_of(post) == DAY


def test_it_goes_on_over_two_relations_with_the_same_organization_one_behind_the_other(post):
    Membership.objects.update(valid_to=DAY)
    MembershipFactory(member=post.member, organization=post.organization, valid_from=DAY)
    change_member(member=post.member, by=None)
    assert end_of(post) is None


def test_an_end_of_the_membership_before_the_post_begins_is_refused(post):
    Post.objects.update(valid_from=date(2008, 7, 1))
    with pytest.raises(PostWithoutRelation):
        end_membership(member=post.member, on=DAY, reason=EndReason.DEATH, by=None)
    post.member.refresh_from_db()
    assert post.member.ended_on is None
    assert post.member.memberships.get().valid_to is None


def test_a_relation_that_is_corrected_to_another_organization_leaves_no_post_behind(post):
    relation = relation_to(post, OrganizationFactory(), first=date(2000, 1, 1))
    with pytest.raises(PostWithoutRelation):
        change_member(member=post.member, relation=relation, by=None)
    assert post.member.memberships.get().organization == post.organization


@pytest.mark.parametrize(
    "cells",
    [
        {"organization": "A", "relation_from": "2000-01-01", "relation_to": "2008-06-30"},
        {"organization": "B", "relation_from": "2008-06-30"},
        {"ended_on": "2008-06-30"},
    ],
)
def test_it_ends_with_what_a_sheet_of_members_says(post, cells):
    OrganizationFactory(code="B")
    values = {"member_no": "M1", "name": "单芳"} | cells
    load("members", [list(values), list(values.values())])
    assert end_of(post) == DAY
    assert post.history.latest().history_change_reason == "import"


def test_a_sheet_of_members_that_leaves_a_post_without_relation_is_refused_at_its_line(post):
    OrganizationFactory(code="B")
    rows = [
        ["member_no", "name", "organization", "relation_from"],
        ["M0", "李明", "A", "2001-01-01"],
        ["M1", "单芳", "B", "2000-01-01"],
    ]
    found = errors("members", rows)
    assert len(found) == 1
    assert found[0].startswith("line 3: relation_from: ")
    assert end_of(post) is None


def test_it_ends_with_an_organization_that_a_sheet_dissolves(post):
    rows = [
        ["code", "name", "kind", "established_on", "dissolved_on"],
        ["A", "温州第一支部", "branch", "2000-01-01", "2008-06-30"],
    ]
    load("organizations", rows)
    assert end_of(post) == DAY


def test_a_sheet_that_dissolves_an_organization_before_a_post_begins_is_refused(post):
    Membership.objects.update(valid_to=DAY)
    Post.objects.update(valid_from=DAY)
    rows = [
        ["code", "name", "kind", "established_on", "dissolved_on"],
        ["A", "温州第一支部", "branch", "2000-01-01", "2008-06-30"],
    ]
    found = errors("organizations", rows)
    assert [line.split(": ")[1] for line in found] == ["dissolved_on"]


def test_it_ends_with_a_relation_that_is_ended_or_moved_on_the_page_of_the_member(admin_client, post):
    answer = send(admin_client, member_page(post), **{"memberships-0-valid_to": "2008-06-30"})
    assert answer.status_code == 302
    assert end_of(post) == DAY
    assert post.history.latest().history_user is not None


def test_it_ends_where_the_page_of_the_member_adds_another_relation(admin_client, post):
    page = filled_in(admin_client.get(member_page(post))) | {"memberships-0-valid_to": "2008-06-30"}
    data = with_row(
        page, "memberships", organization=OrganizationFactory().pk, valid_from="2008-06-30", valid_to=""
    )
    assert admin_client.post(member_page(post), data).status_code == 302
    assert end_of(post) == DAY


def test_the_page_of_the_member_says_that_a_post_would_have_no_relation(admin_client, post):
    answer = send(admin_client, member_page(post), **{"memberships-0-valid_from": "2001-01-01"})
    assert answer.status_code == 200
    assert [str(PostWithoutRelation(post))] in answer.context["errors"]
    assert post.member.memberships.get().valid_from == date(2000, 1, 1)


def test_it_ends_on_the_page_that_ends_the_membership_which_shows_it(admin_client, post):
    said = {"on": "2008-06-30", "reason": "resignation", "document": "党字1号"}
    outcome = preview(admin_client, post.member, "end", **said).context["outcome"]
    assert {"members_membership", "members_post"} <= {part.table for part in outcome.rows}
    assert end_of(post) is None
    assert perform(admin_client, post.member, "end", **said).status_code == 302
    assert end_of(post) == DAY


def test_it_ends_on_the_page_that_dissolves_the_organization_which_shows_it(admin_client, post):
    Membership.objects.update(valid_to=DAY)
    said = {"on": "2008-06-30", "reason": "合并", "document": "党字1号"}
    outcome = preview(admin_client, post.organization, "dissolve", **said).context["outcome"]
    assert "members_post" in {part.table for part in outcome.rows}
    assert perform(admin_client, post.organization, "dissolve", **said).status_code == 302
    assert end_of(post) == DAY


def test_it_ends_with_the_day_that_the_page_of_a_dissolved_organization_corrects(admin_client, post):
    Membership.objects.update(valid_to=date(2008, 6, 1))
    dissolve(organization=post.organization, on=date(2009, 1, 1), by=None, reason="合并")
    Post.objects.update(valid_to=date(2009, 1, 1))
    answer = send(admin_client, organization_page(post), dissolved_on="2008-06-30")
    assert answer.status_code == 302
    assert end_of(post) == date(2008, 6, 1)


def test_it_ends_with_what_the_api_says_of_member_and_organization():
    area = AreaFactory(code="330304001")
    post = PostFactory(organization=OrganizationFactory(area=area))
    client = staff_client("organizer", area)
    answer = patched(client, f"/api/v1/members/{post.member.member_no}/", {"ended_on": "2009-06-30"})
    assert answer.status_code == 200, answer.json()
    assert end_of(post) == date(2009, 6, 30)
    address = f"/api/v1/organizations/{post.organization.code}/"
    answer = patched(client, address, {"dissolved_on": "2009-06-30"})
    assert answer.status_code == 200, answer.json()


def test_the_api_refuses_a_relation_that_leaves_a_post_behind_and_names_the_field():
    area = AreaFactory(code="330304001")
    post = PostFactory(organization=OrganizationFactory(area=area))
    other = OrganizationFactory(area=area)
    client = staff_client("organizer", area)
    body = {"organization": other.code, "relation_from": "2000-01-01"}
    answer = patched(client, f"/api/v1/members/{post.member.member_no}/", body)
    assert answer.status_code == 400
    assert list(answer.json()) == ["relation_from"]


def test_posts_of_other_members_and_organizations_stay(post):
    others = [PostFactory(), PostFactory(role="commissioner", organization=post.organization)]
    end_membership(member=post.member, on=DAY, reason=EndReason.DEATH, by=None)
    assert [end_of(row) for row in others] == [None, None]
