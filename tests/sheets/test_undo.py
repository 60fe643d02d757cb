"""The undo of a whole import: the register is what it was, or nothing is undone and it is said why."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.models import Member
from orgs.models import AboveScale, Enterprise
from record.models import AccessEntry, Event
from record.sealing import verify
from sheets import imports, undo
from sheets.models import Part, SealedPart, State
from sheets.parts import kept_json
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    CoverageFactory,
    EnterpriseFactory,
    OrganizationFactory,
    credit_code,
)
from tests.sheets.files import identity
from tests.sheets.registers import register
from tests.sheets.stepping import organizer, run, undone, uploaded

NEW, OLD = credit_code(1), credit_code(2)
HEADER = ["uscc", "name", "area", "registered_on"]


def imported(rows, *, by, **options):
    """An import that is done."""
    found = run(uploaded(rows, by=by, **options))
    assert found.state == State.DONE
    return found


@pytest.mark.django_db
def test_what_it_created_goes_and_what_it_changed_is_as_it_was_and_the_record_tells_by_whom():
    EnterpriseFactory(uscc=OLD, name="Old name")
    before = register()
    maker, administrator = organizer(), organizer()
    found = imported([HEADER, [NEW, "New", "", "2008-01-01"], [OLD, "Changed", "", "2000-01-01"]], by=maker)

    found = undone(found, by=administrator)

    assert register() == before
    assert (found.state, found.undone_by) == (State.UNDONE, administrator)
    assert found.undone_at is not None
    assert not SealedPart.objects.exists()
    entries = Enterprise.history.filter(request_id=found.undo_request_id)
    assert {(entry.uscc, entry.history_type, entry.name) for entry in entries} == {
        (NEW, "-", "New"),
        (OLD, "~", "Old name"),
    }
    assert {(entry.history_user, entry.client_address, entry.history_change_reason) for entry in entries} == {
        (administrator, "203.0.113.8", f"undo of import {found.pk}")
    }
    noted = AccessEntry.objects.get(event=Event.IMPORT_UNDONE)
    assert (noted.user, noted.subject) == (administrator, f"sheets.import {found.pk}")
    assert noted.detail == "enterprises: removed 1, changed back 1"
    assert verify().bad is None


@pytest.mark.django_db
def test_protected_values_come_back_and_are_found_again():
    numbers = [identity(order=order) for order in ("001", "002")]
    for member_no, number in zip(("M1", "M2"), numbers, strict=True):
        MemberFactory(
            member_no=member_no, name="张三", id_number=number, phone="13800001111",
            birth_date=date(1970, 1, 1), full_on=None,
        )  # fmt: skip
    before = register()
    swapped = [
        ["member_no", "name", "id_number", "phone", "birth_date"],
        ["M1", "张三", numbers[1], "", "1971-01-01"],
        ["M2", "张三", numbers[0], "13900002222", ""],
    ]
    found = imported(swapped, by=organizer(), resource="members")
    assert Member.objects.get(member_no="M1").id_number == numbers[1]
    changes = Member.objects.get(member_no="M1").id_number_changes

    undone(found, by=found.made_by)

    assert register() == before
    index = Member._meta.get_field("id_number").index_of(numbers[0])
    assert Member.objects.get(id_number_index=index).member_no == "M1"
    assert Member.objects.get(member_no="M1").id_number_changes > changes


def rename(enterprise):
    enterprise.name = "Somebody's"
    enterprise.save()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (
            lambda: rename(Enterprise.objects.get(uscc=OLD)),
            "Somebody's {OLD}: enterprise changed by a command",
        ),
        (
            lambda: MemberFactory(employer=Enterprise.objects.get(uscc=NEW)),
            "New {NEW}: others refer to it (members: 1)",
        ),
        (
            lambda: AboveScale.objects.create(
                enterprise=Enterprise.objects.get(uscc=OLD),
                valid_from=date(2001, 1, 1),
                valid_to=date(2002, 1, 1),
            ),
            "Changed {OLD}: above-scale period changed by a command",
        ),
        (
            lambda: CoverageFactory(enterprise=Enterprise.objects.get(uscc=OLD), valid_from=date(2012, 1, 1)),
            "Changed {OLD}: coverage changed by a command",
        ),
    ],
    ids=["change", "reference", "period beside a changed one", "period within changed days"],
)
def test_an_import_on_which_something_was_built_stays_and_says_what(build, reason):
    EnterpriseFactory(uscc=OLD, name="Old", above_scale_from=date(2003, 1, 1), closed_on=date(2011, 1, 1))
    rows = [
        ["uscc", "name", "registered_on", "closed_on", "above_scale_from"],
        [NEW, "New", "2008-01-01", "", ""],
        [OLD, "Changed", "2000-01-01", "", "2010-01-01"],
    ]
    found = imported(rows, by=organizer())
    build()
    before = register()

    found = undone(found, by=found.made_by)

    assert register() == before
    assert (found.state, found.undone_by) == (State.DONE, None)
    (told, *_more) = kept_json(found, Part.OBSTACLES)
    assert told.startswith(reason.format(OLD=OLD, NEW=NEW))
    assert undo.why_not_undone(found, by=found.made_by)[0] == told
    assert not AccessEntry.objects.filter(event=Event.IMPORT_UNDONE).exists()


@pytest.mark.django_db
def test_what_has_to_do_with_its_records_and_needs_nothing_of_it_is_not_in_the_way():
    organization = OrganizationFactory(code="A", name="Old")
    found = imported(
        [["code", "name", "kind", "established_on"], ["A", "Changed", "branch", "2000-01-01"]],
        by=organizer(),
        resource="organizations",
    )
    MemberFactory(organization=organization)
    assert undone(found, by=found.made_by).state == State.UNDONE


@pytest.mark.django_db
def test_what_another_import_built_is_in_the_way_until_it_is_undone():
    OrganizationFactory(code="A")
    before = register()
    user = organizer()
    first = imported([HEADER, [NEW, "New", "", "2008-01-01"]], by=user)
    covered = [["organization", "enterprise", "valid_from"], ["A", NEW, "2008-01-01"]]
    second = imported(covered, by=user, resource="coverage")
    assert undone(first, by=user).state == State.DONE
    assert undone(second, by=user).state == State.UNDONE
    assert undone(first, by=user).state == State.UNDONE
    assert register() == before


@pytest.mark.django_db
def test_nothing_is_undone_where_the_database_refuses_it():
    enterprise = EnterpriseFactory(uscc=OLD, name="Old", above_scale_from=date(2003, 1, 1))
    rows = [
        ["uscc", "name", "registered_on", "above_scale_from", "above_scale_to"],
        [OLD, "Old", "2000-01-01", "2003-01-01", "2005-01-01"],
    ]
    found = imported(rows, by=organizer())
    # Behind the back of the history.
    AboveScale.objects.bulk_create([AboveScale(enterprise=enterprise, valid_from=date(2006, 1, 1))])
    before = register()

    found = undone(found, by=found.made_by)

    assert register() == before
    assert found.state == State.DONE
    assert kept_json(found, Part.OBSTACLES)[0].startswith("The database refused it")


@pytest.mark.django_db
def test_who_made_an_import_may_undo_it_and_who_sees_the_whole_register_and_nobody_else():
    here = AreaFactory()
    maker, other, administrator = organizer(here), organizer(here), organizer()
    found = imported([HEADER, [NEW, "New", here.code, "2008-01-01"]], by=maker)
    assert [undo.may_undo(found, user) for user in (maker, other, administrator)] == [True, False, True]
    with pytest.raises(PermissionDenied):
        undo.begin(found, by=other)


@pytest.mark.django_db
def test_records_that_lie_elsewhere_by_now_are_not_undone_by_who_does_not_see_them():
    here, there = AreaFactory(), AreaFactory()
    found = imported([HEADER, [NEW, "New", here.code, "2008-01-01"]], by=organizer(here))
    Enterprise.objects.get(uscc=NEW).areas.update(area=there)
    assert undo.why_not_undone(found, by=found.made_by) == [
        "1 of its records does not lie in your area today."
    ]
    assert undo.why_not_undone(found, by=organizer()) == []


@pytest.mark.django_db
def test_an_import_is_undone_once():
    found = uploaded([HEADER, [NEW, "New", "", "2008-01-01"]], by=organizer())
    with pytest.raises(imports.NotNow):
        undo.begin(found, by=found.made_by)
    run(found)
    undo.begin(found, by=found.made_by)
    with pytest.raises(imports.NotNow):
        undo.begin(found, by=found.made_by)
    undo.undo(found)
    for deed in (lambda: undo.begin(found, by=found.made_by), lambda: undo.undo(found)):
        with pytest.raises(imports.NotNow):
            deed()


@pytest.mark.django_db
def test_what_an_import_changed_is_kept_for_ninety_days():
    EnterpriseFactory(uscc=OLD)
    found = imported([HEADER, [OLD, "Changed", "", "2000-01-01"]], by=organizer())
    assert SealedPart.objects.filter(of=found, part=Part.BEFORE).exists()
    found.finished_at -= timedelta(days=91)
    found.save()

    imports.forget_old(timezone.now())

    assert not SealedPart.objects.filter(of=found).exists()
    assert undo.why_not_undone(found, by=found.made_by) == ["An import can be undone for 90 days."]


@pytest.mark.django_db
def test_what_is_in_the_way_costs_as_many_statements_for_one_row_as_for_three(django_assert_num_queries):
    here = AreaFactory()
    user = organizer(here)
    imported_one = imported([HEADER, [NEW, "New", here.code, "2008-01-01"]], by=user)
    three = [[credit_code(number), "New", here.code, "2008-01-01"] for number in (5, 6, 7)]
    imported_three = imported([HEADER, *three], by=user)
    MemberFactory(employer=Enterprise.objects.get(uscc=NEW))
    for row in three:
        MemberFactory(employer=Enterprise.objects.get(uscc=row[0]))
    with CaptureQueriesContext(connection) as statements:
        undo.why_not_undone(imported_one, by=user)
    with django_assert_num_queries(len(statements)):
        undo.why_not_undone(imported_three, by=user)
