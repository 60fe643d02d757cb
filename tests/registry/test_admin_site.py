"""The index of the admin: grouped by work."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission

from registry.admin_site import WORK
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def groups(client, address="/admin/"):
    page = client.get(address)
    assert page.status_code == 200
    return [
        (str(group["name"]), [entry["object_name"] for entry in group["models"]])
        for group in page.context["app_list"]
    ]


def test_the_index_is_grouped_by_work(admin_client):
    assert groups(admin_client) == [
        ("Enterprises", ["Enterprise", "Instructor", "Designation", "Practice"]),
        ("Organizations", ["Organization", "CommunityGeneralBranch"]),
        ("Applications", ["Application"]),
        ("Members", ["Member", "Transfer"]),
        ("Spreadsheets", ["Import"]),
        ("Basis", ["Area", "PolicyNumber"]),
        ("Accounts", ["User", "RoleGroup", "Token", "AccessEntry"]),
    ]


def test_every_model_of_the_admin_has_its_place_in_the_index():
    placed = {label for _key, _name, labels in WORK for label in labels}
    assert {model._meta.label for model in admin.site._registry} == placed


@pytest.mark.parametrize("address", ["/admin/enterprises/", "/admin/basis/", "/admin/members/"])
def test_a_group_has_a_page_of_its_own(admin_client, address):
    ((name, _models),) = groups(admin_client, address)
    assert name in admin_client.get(address).context["title"]


def test_the_page_of_an_app_shows_the_groups_of_its_models(admin_client):
    assert [name for name, _models in groups(admin_client, "/admin/orgs/")] == [
        "Enterprises",
        "Organizations",
        "Basis",
    ]


@pytest.mark.parametrize("address", ["/admin/nowhere/", "/admin/orgs/nowhere/"])
def test_a_page_that_is_none_is_not_found(admin_client, address):
    assert admin_client.get(address).status_code == 404


def test_a_user_sees_the_work_that_the_user_may_do(client):
    user = UserFactory(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_member"))
    client.force_login(user)
    assert groups(client) == [("Members", ["Member"])]
    assert client.get("/admin/basis/").status_code == 404
