"""Rows and history written in bulk are those that saving one by one writes."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from orgs.models import AboveScale, Area, Enterprise
from sheets.writing import Changes, insert, reserve_ids, update
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, credit_code
from tests.sheets.files import load

pytestmark = pytest.mark.django_db

NASTY = "tab\t back\\slash \\N \"quote\" 'single' %s {x} 温州\n\\."


def enterprise(number, **fields):
    return Enterprise(
        uscc=credit_code(number),
        ownership="private",
        registered_on=date(2001, 2, 3),
        **{"name": NASTY} | fields,
    )


def test_inserted_rows_read_back_as_they_were():
    insert([enterprise(1, employees=5), enterprise(2, closed_on=date(2010, 1, 1))], by=None)
    first, second = Enterprise.objects.order_by("uscc")
    assert (first.name, first.employees, first.closed_on) == (NASTY, 5, None)
    assert (second.registered_on, second.closed_on) == (date(2001, 2, 3), date(2010, 1, 1))


def test_history_is_that_of_a_saved_row():
    saved = enterprise(1)
    saved.save()
    inserted = enterprise(1, name_pinyin=saved.name_pinyin)
    inserted.uscc = credit_code(2)
    user = UserFactory()
    insert([inserted], by=user)
    ours, theirs = inserted.history.get(), saved.history.get()
    skipped = {
        "id",
        "uscc",
        "history_id",
        "history_date",
        "history_change_reason",
        "history_user_id",
        "signature",
    }
    for field in Enterprise.history.model._meta.concrete_fields:
        if field.attname not in skipped:
            assert getattr(ours, field.attname) == getattr(theirs, field.attname), field.attname
    assert abs((ours.history_date - theirs.history_date).total_seconds()) < 60
    assert (ours.history_user, ours.history_change_reason) == (user, "import")


def test_updates_write_only_the_named_fields_and_history():
    stored = EnterpriseFactory(address="old", employees=1)
    Enterprise.objects.update(employees=2)
    stored.address = NASTY
    update([stored], ["address"], by=None)
    stored.refresh_from_db()
    assert (stored.address, stored.employees) == (NASTY, 2)
    assert [entry.history_type for entry in stored.history.all()] == ["~", "+"]


def test_ids_go_on_after_those_taken_and_before_those_that_follow():
    before = EnterpriseFactory()
    inserted = [enterprise(1000 + number) for number in range(3)]
    insert(inserted, by=None)
    after = EnterpriseFactory(uscc=credit_code(2000))
    assert before.pk < inserted[0].pk < inserted[2].pk < after.pk


def test_no_ids_are_reserved_for_nothing():
    assert list(reserve_ids(Area, 0)) == []


def test_a_row_may_refer_to_one_created_before_it_in_the_same_changes():
    parent = enterprise(1)
    changes = Changes()
    changes.create(parent)
    changes.create(AboveScale(enterprise=parent, valid_from=date(2007, 1, 1)))
    changes.write(by=None)
    assert AboveScale.objects.get().enterprise == parent
    assert AboveScale.history.get().enterprise_id == parent.pk


def test_a_new_owner_is_there_before_its_periods_whatever_came_first():
    changes = Changes()
    changes.create(AboveScale(enterprise=EnterpriseFactory(), valid_from=date(2007, 1, 1)))
    new = enterprise(1)
    changes.create(new)
    changes.create(AboveScale(enterprise=new, valid_from=date(2007, 1, 1)))
    changes.write(by=None)
    assert new.above_scale_periods.count() == 1


def test_the_database_keeps_its_rules():
    owner = EnterpriseFactory()
    periods = [AboveScale(enterprise=owner, valid_from=date(year, 1, 1)) for year in (2001, 2002)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(periods, by=None)


def test_an_import_is_in_the_name_of_its_user():
    user = UserFactory()
    area = AreaFactory(code="330304")
    load("areas", "code,name,level\n330304,新名,district\n330303,龙湾,district\n", by=user)
    assert area.history.first().history_user == user
    assert Area.history.filter(code="330303").last().history_user == user
