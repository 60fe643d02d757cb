"""The database refuses to change or remove what is recorded, whoever asks."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from record.guards import guard_after_migrate, guarded_models, guards
from record.log import note
from record.models import AccessEntry, Event
from record.sealing import seal
from tests.factories.orgs import EnterpriseFactory

pytestmark = pytest.mark.django_db


def refused(statement, *parameters):
    refusal = pytest.raises(DatabaseError, match="what is recorded is not changed")
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_every_table_of_history_and_of_the_record_is_guarded():
    tables = {model._meta.db_table for model in guarded_models()}
    assert {
        "orgs_historicalenterprise",
        "members_historicalmember",
        "record_accessentry",
        "record_seal",
    } <= tables
    assert set(guards(connection).values()) == tables
    kinds = 3 if connection.vendor == "postgresql" else 2
    assert len(guards(connection)) == kinds * len(tables)


def test_every_model_with_a_history_keeps_it_in_guarded_rows():
    histories = {model for model in apps.get_models() if model.__name__.startswith("Historical")}
    assert histories
    assert histories <= set(guarded_models())


def test_a_change_cannot_be_edited_or_removed():
    enterprise = EnterpriseFactory()
    entry = enterprise.history.get()
    table = entry._meta.db_table
    refused(f"UPDATE {table} SET name = 'another'")
    refused(f"DELETE FROM {table}")
    assert enterprise.history.get().name == enterprise.name


def test_neither_can_the_access_log_and_its_seals():
    note(Event.REFUSED)
    seal(now=timezone.now())
    for table in ("record_accessentry", "record_seal"):
        refused(f"DELETE FROM {table}")
    refused("UPDATE record_accessentry SET detail = ''")
    refused("UPDATE record_seal SET mac = ''")
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessEntry.objects.all().delete()


@pytest.mark.postgresql
def test_a_table_is_not_emptied_at_once():
    refused("TRUNCATE record_accessentry")


def test_what_is_just_within_three_years_stays_and_what_is_older_may_go():
    day = timezone.now() - timedelta(days=3 * 365)
    AccessEntry.objects.create(at=day + timedelta(days=2), event=Event.SIGN_IN)
    refused("DELETE FROM record_accessentry")
    AccessEntry.objects.create(at=day - timedelta(days=3), event=Event.SIGN_OUT)
    AccessEntry.objects.filter(event=Event.SIGN_OUT).delete()
    assert [entry.event for entry in AccessEntry.objects.all()] == [Event.SIGN_IN]


def test_guards_that_a_rebuilt_table_lost_come_back_with_the_next_migrate():
    on = " ON orgs_historicalarea" if connection.vendor == "postgresql" else ""
    names = [name for name, table in guards(connection).items() if table == "orgs_historicalarea"]
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TRIGGER {name}{on}")
    assert "orgs_historicalarea" not in guards(connection).values()
    guard_after_migrate(using="default")
    assert set(names) <= guards(connection).keys()
