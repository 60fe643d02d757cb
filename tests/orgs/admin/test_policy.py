"""Numbers of policy and practices in the admin."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps

from orgs.models import Policy, PolicyNumber, Practice
from tests.factories.admin import filled_in
from tests.orgs.admin.test_organization import errors_of, saved

pytestmark = pytest.mark.django_db


def test_a_number_of_policy_changes_from_a_day_on(admin_client):
    old = PolicyNumber.objects.get(policy=Policy.JOINT_BRANCH_UNITS)
    address = f"/admin/orgs/policynumber/{old.pk}/change/"
    saved(admin_client.post(address, filled_in(admin_client.get(address)) | {"valid_to": "2030-01-01"}))
    add = "/admin/orgs/policynumber/add/"
    data = filled_in(admin_client.get(add)) | {
        "policy": Policy.JOINT_BRANCH_UNITS.value, "value": "7", "source": "新条例", "valid_from": "2030-01-01",
    }  # fmt: skip
    saved(admin_client.post(add, data))
    assert PolicyNumber.objects.get(valid_from="2030-01-01").value == Decimal(7)


def test_the_history_of_a_number_begins_with_its_first_value(admin_client):
    number = PolicyNumber.objects.get(policy=Policy.JOINT_BRANCH_UNITS)
    address = f"/admin/orgs/policynumber/{number.pk}/change/"
    saved(admin_client.post(address, filled_in(admin_client.get(address)) | {"value": "7"}))
    page = admin_client.get(f"/admin/orgs/policynumber/{number.pk}/history/")
    changed, created = page.context["page"].object_list
    assert [(field.old, field.new) for field in changed.fields] == [("5.00", "7.00")]
    assert ("", "5.00") in [(field.old, field.new) for field in created.fields]


def test_the_migration_of_the_numbers_goes_back_and_forth():
    def numbers():
        return set(PolicyNumber.objects.values_list("policy", "value", "valid_from", "valid_to", "source"))

    before = numbers()
    names = ("0003_policy_numbers", "0006_policy_numbers_of_life", "0008_policy_numbers_of_work")
    steps = [import_module(f"orgs.migrations.{name}").Migration.operations[-1] for name in names]
    for step in reversed(steps):
        step.reverse_code(apps, None)
    assert numbers() == set()
    for step in steps:
        step.code(apps, None)
    assert numbers() == before


def test_a_number_of_policy_that_overlaps_another_is_refused_at_the_field(admin_client):
    add = "/admin/orgs/policynumber/add/"
    data = filled_in(admin_client.get(add)) | {
        "policy": Policy.JOINT_BRANCH_UNITS.value, "value": "7", "source": "新条例", "valid_from": "2025-01-01",
    }  # fmt: skip
    assert "valid_from" in errors_of(admin_client.post(add, data))


def test_a_practice_is_entered(admin_client, admin_user):
    add = "/admin/orgs/practice/add/"
    data = filled_in(admin_client.get(add)) | {
        "title": "职工互助",
        "text": "两百万元奖励职工",
        "day": "2008-06-01",
    }
    saved(admin_client.post(add, data))
    assert Practice.objects.get().history.get().history_user == admin_user
