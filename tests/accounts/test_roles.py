"""Roles: what each may and may not do."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal

from accounts.roles import GRANTS, Role
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def may(role, permission):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user.has_perm(permission)


@pytest.mark.parametrize(
    ("role", "permission", "granted"),
    [
        ("administrator", "orgs.change_area", True),
        ("administrator", "orgs.add_policynumber", True),
        ("administrator", "orgs.delete_practice", True),
        ("administrator", "orgs.delete_organization", False),
        ("administrator", "members.delete_member", False),
        ("administrator", "members.change_membership", True),
        ("administrator", "accounts.change_user", True),
        ("administrator", "accounts.view_rolegroup", True),
        ("administrator", "accounts.change_rolegroup", False),
        ("administrator", "accounts.delete_token", True),
        ("administrator", "accounts.add_token", False),
        ("organizer", "orgs.view_area", True),
        ("organizer", "orgs.change_area", False),
        ("organizer", "orgs.view_policynumber", True),
        ("organizer", "orgs.change_policynumber", False),
        ("organizer", "orgs.add_organization", True),
        ("organizer", "orgs.change_communitygeneralbranch", True),
        ("organizer", "members.change_member", True),
        ("organizer", "members.delete_member", False),
        ("organizer", "accounts.view_user", False),
        ("reviewer", "orgs.view_enterprise", True),
        ("reviewer", "orgs.change_enterprise", False),
        ("reviewer", "members.view_member", False),
        ("analyst", "orgs.view_coverage", True),
        ("analyst", "orgs.view_instructor", False),
        ("analyst", "members.view_member", False),
        ("analyst", "orgs.change_organization", False),
    ],
)
def test_a_role_may_do_what_its_table_says(role, permission, granted):
    app, codename = permission.split(".")
    assert Permission.objects.filter(content_type__app_label=app, codename=codename).exists()
    assert may(role, permission) is granted


def test_no_role_deletes_what_is_counted():
    deletable = Permission.objects.filter(group__name__in=Role.values, codename__startswith="delete_")
    assert set(deletable.values_list("codename", flat=True)) == {
        "delete_area",
        "delete_practice",
        "delete_token",
    }


def test_an_administrator_may_view_every_table_of_the_register():
    labels = {"orgs", "members", "accounts"}
    tables = [model for model in apps.get_models() if model._meta.app_label in labels]
    current = [model._meta for model in tables if not model.__name__.startswith("Historical")]
    current = [meta for meta in current if meta.default_permissions]  # second factors are nobody's to view
    assert len(current) > 10
    group = Group.objects.get(name="administrator")
    for meta in current:
        assert group.permissions.filter(codename=f"view_{meta.model_name}").exists(), meta.label


def test_histories_are_granted_to_nobody_as_tables_of_their_own():
    assert not Permission.objects.filter(
        group__name__in=Role.values, codename__contains="historical"
    ).exists()


def test_migrating_again_changes_nothing():
    def held():
        return {(group.name, p.pk) for group in Group.objects.all() for p in group.permissions.all()}

    before = held()
    call_command("migrate", verbosity=0)
    assert held() == before
    assert Group.objects.count() == len(Role)


def test_migrating_takes_back_what_was_given_by_hand():
    analyst = Group.objects.get(name="analyst")
    secret = Permission.objects.get(codename="view_member")
    analyst.permissions.add(secret)
    call_command("migrate", verbosity=0)
    assert secret not in analyst.permissions.all()


def test_migrating_gives_again_what_was_taken_by_hand():
    organizer = Group.objects.get(name="organizer")
    organizer.permissions.clear()
    call_command("migrate", verbosity=0)
    assert organizer.permissions.filter(codename="change_organization").exists()


def test_migrating_leaves_other_groups_and_users_alone():
    permission = Permission.objects.get(codename="view_member")
    group = Group.objects.create(name="auditors")
    group.permissions.add(permission)
    user = UserFactory()
    user.user_permissions.add(permission)
    call_command("migrate", verbosity=0)
    assert list(group.permissions.all()) == [permission]
    assert list(user.user_permissions.all()) == [permission]


def test_roles_are_there_again_after_the_database_was_emptied():
    Group.objects.all().delete()
    Permission.objects.all().delete()
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")  # as `flush` does
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)
    assert may("organizer", "orgs.change_organization")


def test_every_grant_names_an_app_and_tables_that_exist():
    for grants in GRANTS.values():
        for grant in grants:
            names = {model._meta.model_name for model in apps.get_app_config(grant.app).get_models()}
            assert names.issuperset({*grant.only, *grant.but}), grant


@pytest.mark.parametrize("role", list(Role))
def test_a_user_is_called_by_the_role_that_the_permissions_amount_to(role):
    assert UserFactory(role=role.value).role == role


def test_of_two_roles_a_user_is_called_by_the_wider():
    user = UserFactory(role=Role.ANALYST.value)
    user.groups.add(Group.objects.get(name=Role.REVIEWER))

    assert user.role == Role.REVIEWER


def test_a_superuser_is_an_administrator_and_a_user_who_may_do_nothing_has_no_role():
    assert UserFactory(is_superuser=True).role == Role.ADMINISTRATOR
    assert UserFactory().role is None
