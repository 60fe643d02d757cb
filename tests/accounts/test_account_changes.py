"""Changes of accounts: each noted with what was before, none raising the rights, none leaving no administrator."""

import io
import sys

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import transaction

from accounts.actions import NoAdministratorLeft, account_to_change, note_account_change
from accounts.models import User
from record.models import AccessEntry, Event
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in
from tests.factories.orgs import AreaFactory
from tests.factories.turns import at_once

pytestmark = pytest.mark.django_db

GOOD = "seven green umbrellas"
LAST = "This is the last active administrator."


def with_role(name, **fields):
    user = UserFactory(is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=name))
    return user


@pytest.fixture
def administrator(client):
    user = with_role("administrator", username="chief")
    client.force_login(user)
    return user


def page_of(user):
    return f"/admin/accounts/user/{user.pk}/change/"


def change(client, user, without=(), **changes):
    """Send the change form of `user` as a browser would, with these changes."""
    data = filled_in(client.get(page_of(user)))
    for name in without:
        data.pop(name, None)
    return client.post(page_of(user), data | changes)


def noted(event=Event.ACCOUNT_CHANGED):
    rows = AccessEntry.objects.filter(event=event).order_by("at", "id")
    return list(rows.values_list("user__username", "subject", "detail"))


def groups(*names):
    return [Group.objects.get(name=name).pk for name in names]


def test_a_change_of_rights_is_noted_with_what_was_before(client, administrator):
    area = AreaFactory(code="330304001")
    user = with_role("organizer", area=area)
    other = AreaFactory(code="330304002")

    answer = change(client, user, ["is_active"], groups=groups("analyst", "reviewer"), area=other.pk)

    assert answer.status_code == 302
    detail = "roles: organizer -> analyst reviewer; area: 330304001 -> 330304002; active: yes -> no"
    assert noted() == [("chief", f"accounts.user {user.pk}", detail)]


def test_rights_taken_away_are_noted(client, administrator):
    user = with_role("organizer", area=AreaFactory(code="330304001"))
    change(client, user, ["groups", "area", "is_staff"])
    assert noted()[0][2] == "roles: organizer -> none; area: 330304001 -> none; staff: yes -> no"


def test_of_names_the_log_tells_only_that_they_changed(client, administrator):
    user = UserFactory()
    change(client, user, username="wang", last_name="王", first_name="小明", email="wang@register.example")
    assert noted() == [("chief", f"accounts.user {user.pk}", "username; last_name; first_name; email")]


def test_a_form_that_changes_nothing_is_not_noted(client, administrator):
    change(client, with_role("organizer"))
    assert noted() == []


def test_a_form_that_is_refused_is_not_noted(client, administrator):
    assert change(client, UserFactory(), username="").status_code == 200
    assert noted() == []


def test_a_new_user_is_noted_with_the_rights(client, administrator):
    data = {"username": "li", "usable_password": "true", "password1": GOOD, "password2": GOOD}
    area = AreaFactory(code="330304001")
    data |= {"is_staff": "on", "groups": groups("organizer"), "area": area.pk}
    assert client.post("/admin/accounts/user/add/", data).status_code == 302
    detail = "roles: none -> organizer; area: none -> 330304001; active: none -> yes; staff: none -> yes; "
    user = User.objects.get(username="li")
    assert noted() == [("chief", f"accounts.user {user.pk}", detail + "superuser: none -> no")]


def test_a_user_of_the_command_line_is_noted_by_nobody(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(GOOD))
    call_command("create_staff", "li", "--role", "administrator", stdout=io.StringIO())
    [(by, subject, detail)] = noted()
    assert (by, subject) == (None, f"accounts.user {User.objects.get().pk}")
    assert detail.startswith("roles: none -> administrator; active: none -> yes; staff: none -> yes")


def test_a_superuser_makes_a_superuser_and_that_is_noted(client):
    client.force_login(UserFactory(username="root", is_staff=True, is_superuser=True))
    user = UserFactory()
    change(client, user, is_superuser="on")
    assert noted() == [("root", f"accounts.user {user.pk}", "superuser: no -> yes")]


def test_a_new_password_by_an_administrator_is_noted(client, administrator):
    user = UserFactory()
    address = f"/admin/accounts/user/{user.pk}/password/"
    wrong = {"usable_password": "true", "password1": GOOD, "password2": "another"}
    assert client.post(address, wrong).status_code == 200
    assert noted(Event.PASSWORD_CHANGED) == []
    answer = client.post(address, wrong | {"password2": GOOD, "set-password": "1"})
    assert answer.status_code == 302
    assert noted(Event.PASSWORD_CHANGED) == [("chief", f"accounts.user {user.pk}", "")]
    user.refresh_from_db()
    assert user.check_password(GOOD)
    assert client.post("/admin/accounts/user/999/password/", wrong).status_code == 404
    assert client.post("/admin/accounts/user/x/password/", wrong).status_code == 404


def test_a_new_password_is_not_set_where_it_cannot_be_noted(client, administrator, monkeypatch):
    user = UserFactory()
    before = user.password
    monkeypatch.setattr("accounts.passwords.note", fail)
    data = {"usable_password": "true", "password1": GOOD, "password2": GOOD, "set-password": "1"}
    with pytest.raises(RuntimeError):
        client.post(f"/admin/accounts/user/{user.pk}/password/", data)
    user.refresh_from_db()
    assert user.password == before


def fail(*args, **kwargs):
    raise RuntimeError


def test_a_change_is_not_made_where_it_cannot_be_noted(client, administrator, monkeypatch):
    user = with_role("organizer")
    monkeypatch.setattr("accounts.actions.note", fail)
    with pytest.raises(RuntimeError):
        change(client, user, groups=groups("administrator"), last_name="王")
    user.refresh_from_db()
    assert user.last_name == ""
    assert user.groups.get().name == "organizer"


@pytest.mark.parametrize(
    ("without", "changes"),
    [(["is_active"], {}), (["is_staff"], {}), (["groups"], {}), ([], {"groups": "organizer"})],
)
def test_the_last_administrator_is_not_taken_away(client, administrator, without, changes):
    with_role("administrator", is_active=False)
    with_role("organizer")
    changes = {name: groups(value) for name, value in changes.items()}

    answer = change(client, administrator, without, last_name="王", **changes)

    assert answer.status_code == 200
    assert LAST in answer.content.decode()
    administrator.refresh_from_db()
    assert (administrator.is_active, administrator.is_staff, administrator.last_name) == (True, True, "")
    assert administrator.groups.get().name == "administrator"
    assert noted() == []


def test_an_administrator_who_is_not_the_last_is_taken_away(client, administrator):
    other = with_role("administrator")
    assert change(client, other, ["is_active"]).status_code == 302
    other.refresh_from_db()
    assert not other.is_active


def test_a_superuser_administers_too(client):
    root = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(root)
    assert change(client, with_role("administrator"), ["groups"]).status_code == 302
    assert LAST in change(client, root, ["is_superuser"]).content.decode()
    with_role("administrator")
    assert change(client, root, ["is_superuser"]).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_take_each_other_away_one_stays():
    pair = [with_role("administrator"), with_role("administrator")]

    def demote(user, by):
        # As the page does, in the request's transaction.
        try:
            with transaction.atomic():
                before = account_to_change(user)
                User.objects.filter(pk=user.pk).update(is_active=False)
                note_account_change(user=user, before=before, by=by)
        except NoAdministratorLeft:
            return "refused"
        return "done"

    results = at_once(lambda: demote(pair[0], pair[1]), lambda: demote(pair[1], pair[0]))

    assert sorted(results) == ["done", "refused"]
    assert User.objects.filter(is_active=True).count() == 1


def test_nobody_gives_a_role_that_permits_more_than_the_own(client):
    clerk = UserFactory(is_staff=True)
    may = {"view_user", "add_user", "change_user"}
    clerk.user_permissions.set(Permission.objects.filter(codename__in=may))
    client.force_login(clerk)
    user = UserFactory()
    for target in (clerk, user):
        answer = change(client, target, groups=groups("administrator"))
        assert answer.status_code == 200
        assert "groups" in answer.context["adminform"].form.errors
        assert not target.groups.exists()
    assert noted() == []


def test_an_administrator_gives_roles_alone_and_leaves_other_groups_as_they_are(client, administrator):
    auditors = Group.objects.create(name="auditors")
    user = with_role("organizer")
    assert change(client, user, groups=[*groups("organizer"), auditors.pk]).status_code == 200
    user.groups.add(auditors)
    assert change(client, user, groups=[*groups("analyst"), auditors.pk]).status_code == 302
    assert set(user.groups.values_list("name", flat=True)) == {"analyst", "auditors"}
