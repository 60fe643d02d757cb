"""What a request by token may do: what its user may, and of that no more than the token's role."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from rest_framework.test import APIRequestFactory

from accounts.actions import RoleTooWide, make_token
from accounts.authentication import TokenAuthentication
from accounts.models import Token, User
from accounts.roles import SEE_AREA, SEE_EVERYTHING, Role, permissions_of, roles_within
from orgs.models import Scope
from tests.factories.accounts import UserFactory
from tests.factories.api import keys, token_client
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory

# Who may do what depends on no database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

ADMINISTRATOR, ORGANIZER, REVIEWER, ANALYST = Role
WITHIN = {
    "superuser": [ADMINISTRATOR, ORGANIZER, REVIEWER, ANALYST],
    ADMINISTRATOR: [ADMINISTRATOR, ORGANIZER, REVIEWER, ANALYST],
    ORGANIZER: [ORGANIZER, REVIEWER, ANALYST],
    REVIEWER: [REVIEWER, ANALYST],
    ANALYST: [ANALYST],
    "none": [],
}


DAY = timedelta(days=1)


@pytest.fixture
def area():
    return AreaFactory(code="330304001")


def holder(kind, area=None):
    user = UserFactory(is_superuser=kind == "superuser", area=area)
    if kind in Role:
        user.groups.add(Group.objects.get(name=kind))
    return User.objects.get(pk=user.pk)


def by_token(user, role):
    """The user of a request that sends a token of `user` with `role`, made whether or not it may be."""
    _token, key = Token.objects.create(user, role=role or "")
    request = APIRequestFactory().get("/", headers={"Authorization": f"Token {key}"})
    return TokenAuthentication().authenticate(request)[0]


def every_permission():
    rows = Permission.objects.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


@pytest.mark.parametrize("kind", WITHIN)
def test_the_roles_within_what_a_user_may_do(kind):
    assert roles_within(holder(kind).get_all_permissions()) == WITHIN[kind]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", WITHIN)
def test_a_token_of_a_wider_role_is_not_made(kind, role):
    user = holder(kind)
    if role in WITHIN[kind]:
        token, _key = make_token(user=user, valid_for=DAY, by=user, name="feed", role=role)
        assert token.role == role
    else:
        with pytest.raises(RoleTooWide):
            make_token(user=user, valid_for=DAY, by=user, name="feed", role=role)
        assert not Token.objects.exists()


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("kind", WITHIN)
def test_a_request_may_do_what_both_its_user_and_its_role_permit(kind, role):
    own = holder(kind)
    everything = every_permission()
    expected = {perm for perm in everything if own.has_perm(perm)}
    if role is not None:
        expected &= permissions_of(role)

    user = by_token(own, role)

    assert {perm for perm in everything if user.has_perm(perm)} == expected
    assert user.get_all_permissions() == expected
    assert user.get_user_permissions() | user.get_group_permissions() == expected
    apps = {perm.split(".")[0] for perm in everything}
    assert {app for app in apps if user.has_module_perms(app)} == {perm.split(".")[0] for perm in expected}


def test_what_a_role_permits_is_what_its_group_is_given():
    for role in Role:
        held = Permission.objects.filter(group__name=role)
        given = {f"{app}.{name}" for app, name in held.values_list("content_type__app_label", "codename")}
        assert permissions_of(role) - given <= {SEE_AREA}
        assert given <= permissions_of(role)


@pytest.mark.parametrize("has_area", [True, False])
@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("kind", WITHIN)
def test_a_request_sees_no_more_than_its_user_and_its_role(area, kind, role, has_area):
    own = holder(kind, area if has_area else None)

    seen = by_token(own, role).scope

    role_sees = {SEE_AREA, SEE_EVERYTHING} if role is None else permissions_of(role)
    if own.scope.everything and (SEE_EVERYTHING in role_sees or not has_area):
        assert seen == Scope(everything=True)
    elif kind == "none":
        assert seen == Scope(None)
    else:
        assert seen == Scope(area if has_area else None)


def test_the_limit_ends_with_the_request(area):
    own = holder(ORGANIZER, area)
    by_token(own, ANALYST)
    assert by_token(own, None).has_perm("members.change_member")
    assert User.objects.get(pk=own.pk).has_perm("members.change_member")


def test_a_token_of_an_analyst_shows_no_member_to_the_organizer_who_made_it(area):
    own = holder(ORGANIZER, area)
    MemberFactory(name="王小明", organization=OrganizationFactory(area=area))
    enterprise = EnterpriseFactory(area=area)
    EnterpriseFactory(area=AreaFactory(code="330304002"))

    full = token_client(own).get("/api/v1/members/").content.decode()
    limited = token_client(own, role=ANALYST)

    assert "王小明" in full
    assert "王小明" not in limited.get("/api/v1/members/").content.decode()
    assert keys(limited.get("/api/v1/enterprises/"), "uscc") == [enterprise.uscc]


def test_a_user_who_loses_the_role_loses_it_by_token_at_once(area):
    own = holder(ORGANIZER, area)
    MemberFactory(organization=OrganizationFactory(area=area))
    client = token_client(own, role=ORGANIZER)
    assert client.get("/api/v1/members/").json()["count"] == 1

    own.groups.set([Group.objects.get(name=ANALYST)])
    assert by_token(own, ORGANIZER).get_all_permissions() == permissions_of(ANALYST)
    own.groups.clear()
    assert client.get("/api/v1/members/").json()["count"] == 0


def test_a_user_whose_area_changes_sees_the_new_one_at_once(area):
    own = holder(ORGANIZER, area)
    other = EnterpriseFactory(area=AreaFactory(code="330304002"))
    EnterpriseFactory(area=area)
    client = token_client(own)
    User.objects.filter(pk=own.pk).update(area=AreaFactory(code="330304002"))

    assert keys(client.get("/api/v1/enterprises/"), "uscc") == [other.uscc]
