"""Actions on several rows of a list: on those that were shown, as they were, or on none."""

from datetime import date

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse

from orgs.admin.base import EditableAdmin
from orgs.admin.scoping import DiscreetAdmin
from orgs.models import Area, Practice
from tests.factories.accounts import UserFactory
from tests.factories.admin import send
from tests.factories.orgs import AreaFactory, EnterpriseFactory, PracticeFactory
from tests.factories.turns import in_turn

LIST = "/admin/orgs/practice/"


def administrator(client):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get_or_create(name="administrator")[0])
    user.is_superuser = True
    user.save()
    client.force_login(user)
    return user


def chosen(client, *rows, address=LIST):
    """What a browser sends from the list where `rows` are chosen to be deleted."""
    shown = client.get(address).context["cl"].result_list
    return {
        "action": "delete_selected", "_selected_action": [row.pk for row in rows],
        "listed": [f"{row.pk}-{row.listed_version}" for row in shown],
    }  # fmt: skip


def confirmed(client, data, address=LIST):
    """The answer after the page that asks for confirmation, whose form is sent as it stands."""
    page = client.post(address, data)
    assert page.status_code == 200
    assert page.context["listed"] == data["listed"]
    assert all(f'value="{version}"' in page.content.decode() for version in data["listed"])
    return client.post(address, data | {"post": "yes"})


@pytest.mark.django_db
def test_chosen_rows_are_deleted_after_a_page_that_asks(admin_client):
    first, second, other = PracticeFactory.create_batch(3)
    assert confirmed(admin_client, chosen(admin_client, first, second)).status_code == 302
    assert list(Practice.objects.all()) == [other]


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["list", "confirmation"])
def test_nothing_is_deleted_where_a_chosen_row_was_changed_after_it_was_listed(client, step):
    by = administrator(client)
    first, second = PracticeFactory.create_batch(2, title="旧题")
    data = chosen(client, first, second)
    if step == "confirmation":
        client.post(LIST, data)
    send(client, reverse("admin:orgs_practice_change", args=[second.pk]), title="新题")
    page = client.post(LIST, data | ({"post": "yes"} if step == "confirmation" else {}))

    assert page.status_code == 409
    ((record, change),) = [(entry["record"], entry["stale"].changes[0]) for entry in page.context["records"]]
    assert (record, change.by) == (second, by)
    assert [(field.label, field.old, field.new) for field in change.fields] == [("Title", "旧题", "新题")]
    assert Practice.objects.count() == 2


@pytest.mark.django_db
def test_nothing_is_deleted_where_a_chosen_row_is_gone(admin_client):
    first, second = PracticeFactory.create_batch(2)
    data = chosen(admin_client, first, second)
    second.delete()
    page = admin_client.post(LIST, data | {"post": "yes"})
    assert page.status_code == 409
    assert "1 of the chosen rows is no longer there" in page.content.decode()
    assert Practice.objects.get() == first


@pytest.mark.django_db
def test_rows_that_the_list_did_not_show_are_not_acted_on(admin_client):
    first, second = PracticeFactory.create_batch(2)
    data = chosen(admin_client, first)
    confirmed(admin_client, data | {"select_across": "1"})
    assert list(Practice.objects.all()) == [second]
    data = chosen(admin_client, second) | {"listed": []}
    assert admin_client.post(LIST, data | {"post": "yes"}).status_code == 409
    assert list(Practice.objects.all()) == [second]


@pytest.mark.django_db
def test_a_practice_outside_the_area_is_not_acted_on(client):
    user = UserFactory(is_staff=True, area=AreaFactory(code="330304001"))
    user.groups.add(Group.objects.get(name="organizer"))
    user.user_permissions.add(*_permissions("delete_practice"))
    client.force_login(user)
    foreign = PracticeFactory(enterprise=EnterpriseFactory(area=AreaFactory(code="330304002")))
    data = {"action": "delete_selected", "_selected_action": foreign.pk, "listed": f"{foreign.pk}-1"}
    assert client.post(LIST, data | {"post": "yes"}).status_code == 409
    assert Practice.objects.get() == foreign


def _permissions(*codenames):
    return Group.objects.get(name="administrator").permissions.filter(codename__in=codenames)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_delete_the_same_row_one_is_told(client, admin_client):
    administrator(client)
    practice = PracticeFactory()
    data = chosen(client, practice) | {"post": "yes"}
    answer = in_turn(
        lambda: Practice.objects.select_for_update().get(pk=practice.pk).delete(),
        lambda: client.post(LIST, data),
    )
    assert answer.status_code == 409


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_changed_while_a_deletion_waits_is_not_deleted(client):
    administrator(client)
    practice = PracticeFactory(title="旧题")
    data = chosen(client, practice) | {"post": "yes"}

    def change():
        locked = Practice.objects.select_for_update().get(pk=practice.pk)
        locked.title = "新题"
        locked.save()

    assert in_turn(change, lambda: client.post(LIST, data)).status_code == 409
    assert Practice.objects.get().title == "新题"


@pytest.mark.django_db
def test_a_record_is_not_deleted_that_was_changed_after_its_page_asked(admin_client):
    area = AreaFactory(code="330304001", name="旧名")
    address = reverse("admin:orgs_area_delete", args=[area.pk])
    changes = admin_client.get(address).context["changes"]
    send(admin_client, reverse("admin:orgs_area_change", args=[area.pk]), name="新名")
    for data in ({"post": "yes", "changes": changes}, {"post": "yes"}):
        page = admin_client.post(address, data)
        assert page.status_code == 409
        assert Area.objects.get().name == "新名"


@pytest.mark.django_db
def test_a_list_asks_for_the_versions_of_all_its_rows_at_once(admin_client, django_assert_num_queries):
    PracticeFactory(day=date(2008, 6, 1))
    admin_client.get(LIST)
    with django_assert_num_queries(9) as asked:
        admin_client.get(LIST)
    PracticeFactory.create_batch(3)
    with django_assert_num_queries(len(asked)):
        admin_client.get(LIST)


def test_every_list_that_has_actions_or_forms_guards_them():
    """What has neither history nor forms, tokens and roles, is deleted or read alone."""
    for records in admin.site._registry.values():
        if type(records).has_add_permission is not admin.ModelAdmin.has_add_permission:
            continue
        assert isinstance(records, DiscreetAdmin)
        assert isinstance(records, EditableAdmin) or records.opts.label == "accounts.User"


@pytest.mark.django_db
def test_the_log_of_djangos_admin_stays_empty_beside_the_history(admin_client):
    practice, kept = PracticeFactory.create_batch(2)
    send(admin_client, reverse("admin:orgs_practice_change", args=[kept.pk]), title="新题")
    confirmed(admin_client, chosen(admin_client, practice))
    send(admin_client, reverse("admin:orgs_practice_delete", args=[kept.pk]))
    user = UserFactory()
    send(admin_client, reverse("admin:accounts_user_change", args=[user.pk]), last_name="李")
    assert not Practice.objects.exists()
    assert not LogEntry.objects.exists()
    assert "Recent actions" not in admin_client.get("/admin/").content.decode()


@pytest.mark.django_db
def test_a_user_has_no_link_to_a_history_that_is_not_kept(admin_client):
    user, practice = UserFactory(), PracticeFactory()
    for name, row, is_kept in (("accounts_user", user, False), ("orgs_practice", practice, True)):
        page = admin_client.get(reverse(f"admin:{name}_change", args=[row.pk]))
        assert ("historylink" in page.content.decode()) is is_kept
