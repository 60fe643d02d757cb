"""Users in the admin: who may make them, and who may not make superusers."""

import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import Token, User
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name="administrator"))
    client.force_login(user)
    return user


def change(client, user, **changes):
    """Send the change form of `user` as it would be sent with these changes."""
    url = reverse("admin:accounts_user_change", args=[user.pk])
    data = {
        "username": user.username,
        "last_name": "",
        "first_name": "",
        "email": "",
        "is_active": "on",
        **changes,
    }
    return client.post(url, data)


def test_an_administrator_gives_a_user_a_role_and_an_area(client, administrator):
    user, area = UserFactory(), AreaFactory(code="330304", level="district")
    organizer = Group.objects.get(name="organizer")

    answer = change(client, user, is_staff="on", groups=organizer.pk, area=area.pk)

    assert answer.status_code == 302
    user.refresh_from_db()
    assert (user.area, user.is_staff, list(user.groups.all())) == (area, True, [organizer])


def test_an_administrator_adds_a_user(client, administrator):
    data = {"username": "li", "usable_password": "true", "password1": "seven green umbrellas"}
    answer = client.post(reverse("admin:accounts_user_add"), {**data, "password2": data["password1"]})
    assert answer.status_code == 302
    assert User.objects.get(username="li").check_password("seven green umbrellas")


def test_a_user_is_made_inactive_never_deleted(admin_client):
    user = UserFactory()
    answer = admin_client.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"})
    assert answer.status_code == 403
    action = {"action": "delete_selected", "_selected_action": user.pk, "post": "yes"}
    admin_client.post(reverse("admin:accounts_user_changelist"), action)
    assert User.objects.filter(pk=user.pk).exists()


def test_an_administrator_makes_nobody_a_superuser(client, administrator):
    role = administrator.groups.get()
    answer = change(client, administrator, is_staff="on", groups=role.pk, is_superuser="on")
    assert answer.status_code == 302
    administrator.refresh_from_db()
    assert not administrator.is_superuser


def test_an_administrator_changes_no_superuser(client, administrator):
    superuser = UserFactory(is_superuser=True, is_staff=True)
    assert change(client, superuser, username="mine").status_code == 403
    password = reverse("admin:auth_user_password_change", args=[superuser.pk])
    assert client.post(password, {"password1": "x", "password2": "x"}).status_code == 403


def test_roles_are_shown_and_not_changed(client, administrator):
    group = Group.objects.get(name="organizer")
    url = reverse("admin:accounts_rolegroup_change", args=[group.pk])
    page = client.get(url)
    assert "Sees what lies in the own area" in page.content.decode()
    assert client.post(url, {"name": "mine"}).status_code == 403


@pytest.mark.parametrize("role", ["organizer", "reviewer", "analyst"])
def test_other_roles_do_not_see_users(client, role):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 403


def test_the_list_of_users_shows_their_areas_in_a_constant_number_of_queries(
    client, administrator, django_assert_max_num_queries
):
    area = AreaFactory(code="330304", level="district")
    UserFactory.create_batch(5, area=area)
    with django_assert_max_num_queries(10):
        answer = client.get(reverse("admin:accounts_user_changelist"))
    assert area.name in answer.content.decode()


def test_an_administrator_sees_who_has_tokens_and_takes_one_away(client, administrator):
    holder = UserFactory(username="li")
    token, key = Token.objects.create(holder)

    answer = client.get(reverse("admin:accounts_token_changelist"))
    assert "li" in answer.content.decode()
    page = client.get(reverse("admin:accounts_token_change", args=[token.pk])).content.decode()
    assert key not in page
    answer = client.post(reverse("admin:accounts_token_delete", args=[token.pk]), {"post": "yes"})
    assert answer.status_code == 302
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    "page", ["user/add/", "user/{}/change/", "user/{}/password/", "rolegroup/", "rolegroup/{}/change/"]
)
def test_the_pages_of_users_and_roles_speak_chinese_alone(client, administrator, page):
    key = administrator.pk if "user" in page else Group.objects.get(name="organizer").pk
    User.objects.filter(pk=administrator.pk).update(username="张三", password="")
    content = client.get(
        f"/admin/accounts/{page}".format(key), headers={"Accept-Language": "zh-hans"}
    ).content.decode()
    text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", content, flags=re.DOTALL)

    assert set(re.findall("[A-Za-z]{3,}", text)) <= {"English", "API", "LDAP"}


def test_a_user_is_found_by_the_role(client, administrator):
    organizer = UserFactory()
    organizer.groups.add(Group.objects.get(name="organizer"))
    page = client.get("/admin/accounts/user/?role=organizer")
    assert list(page.context["cl"].result_list) == [organizer]
