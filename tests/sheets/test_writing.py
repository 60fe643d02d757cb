"""Rows and history written in bulk are those that saving one by one writes."""

from contextlib import nullcontext
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as some

from orgs.models import AboveScale, Area, Enterprise
from record.sealing import verify
from sheets.copying import copying_meanwhile
from sheets.writing import Changes, Ids, insert, reserve_ids, update
from tests.factories.accounts import UserFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, credit_code
from tests.sheets.files import load

pytestmark = pytest.mark.django_db

NASTY = "tab\t back\\slash \\N \"quote\" 'single' %s {x} 温州\n\\."


def enterprise(number, **fields):
    return Enterprise(
        uscc=credit_code(number),
        ownership="private",
        **{"name": NASTY, "registered_on": date(2001, 2, 3)} | fields,
    )


def test_inserted_rows_read_back_as_they_were():
    insert([enterprise(1, employees=5), enterprise(2, closed_on=date(2010, 1, 1))], by=None)
    first, second = Enterprise.objects.order_by("uscc")
    assert (first.name, first.employees, first.closed_on) == (NASTY, 5, None)
    assert (second.registered_on, second.closed_on) == (date(2001, 2, 3), date(2010, 1, 1))


names = some.text(some.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\x00"), max_size=20)
some_days = some.dates(date(1800, 1, 1), date(2100, 1, 1))
HISTORY_OF_ITS_OWN = {"id", "uscc", "history_id", "history_date", "history_change_reason", "signature"}


@settings(max_examples=25, deadline=None)
@given(
    rows=some.lists(
        some.fixed_dictionaries(
            {
                "name": some.one_of(names, some.just(NASTY)),
                "address": names,
                "registered_on": some_days,
                "employees": some.one_of(some.none(), some.integers(0, 9)),
            }
        ),
        min_size=1,
        max_size=5,
    ),
    apart=some.booleans(),
)
def test_rows_and_their_history_are_those_of_saved_rows(rows, apart):
    point = transaction.savepoint()
    user = UserFactory()
    saved = [enterprise(number, **fields) for number, fields in enumerate(rows)]
    for row in saved:
        row._history_user = user
        row.save()
    inserted = [
        enterprise(100 + number, name_pinyin=row.name_pinyin, **fields)
        for number, (row, fields) in enumerate(zip(saved, rows, strict=True))
    ]
    with copying_meanwhile() if apart else nullcontext():
        insert(inserted, by=user)
    for ours, theirs in zip(inserted, saved, strict=True):
        stored = Enterprise.objects.get(pk=ours.pk)
        assert (stored.name, stored.address) == (theirs.name, theirs.address)
        assert told(ours.history.get()) == told(theirs.history.get())
        assert ours.history.get().history_change_reason == "import"
    assert verify().bad is None
    transaction.savepoint_rollback(point)


def told(entry):
    """What a row of history says, but for what is its own."""
    columns = {field.attname for field in entry._meta.concrete_fields} - HISTORY_OF_ITS_OWN
    return {name: getattr(entry, name) for name in columns}


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


def test_ids_that_are_taken_ahead_are_nobody_elses():
    ids = Ids()
    for start, count in ((0, 1), (100, 3), (200, 2)):
        insert([enterprise(start + number) for number in range(count)], by=None, ids=ids)
    EnterpriseFactory(uscc=credit_code(2000))

    assert Enterprise.objects.count() == 7


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


def test_what_is_asked_meanwhile_sees_the_rows_copied_before():
    with copying_meanwhile():
        for number in range(20):
            insert([enterprise(number)], by=None)
        assert Enterprise.objects.count() == 20


def test_what_the_database_refuses_meanwhile_is_raised_by_the_end():
    def insert_twice():
        with transaction.atomic(), copying_meanwhile():
            insert([enterprise(1)], by=None)
            insert([enterprise(1)], by=None)

    with pytest.raises(IntegrityError):
        insert_twice()

    assert not Enterprise.objects.exists()


def test_an_import_is_in_the_name_of_its_user():
    user = UserFactory()
    area = AreaFactory(code="330304")
    load("areas", "code,name,level\n330304,新名,district\n330303,龙湾,district\n", by=user)
    assert area.history.first().history_user == user
    assert Area.history.filter(code="330303").last().history_user == user
