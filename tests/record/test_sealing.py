"""The chain names the first row that is not as it was recorded."""

import time
import uuid
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from orgs.models import PolicyNumber
from record import sealing
from record.guards import guard_after_migrate, guards
from record.ids import least_id
from record.log import note
from record.management.commands import seal_log
from record.models import AccessEntry, Checkpoint, Event, Seal
from record.sealing import Tampered, head, remove_old, seal, verify
from tests.factories.members import MemberFactory
from tests.factories.orgs import DesignationFactory, EnterpriseFactory, InstructorFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def as_its_owner():
    """Run a statement as somebody who may take the guards away, and does."""

    def execute(statement, *parameters):
        on = ' ON "{}"' if connection.vendor == "postgresql" else ""
        with connection.cursor() as cursor:
            for name, table in guards(connection).items():
                cursor.execute(f'DROP TRIGGER "{name}"' + on.format(table))
            cursor.execute(statement, parameters)
            assert cursor.rowcount > 0
        guard_after_migrate(using="default")

    return execute


def key(entry):
    return entry.pk.hex if connection.vendor == "sqlite" else str(entry.pk)


def entries(count=4):
    return [note(Event.REFUSED, detail=f"{number}") for number in range(count)]


def bad():
    found = verify().bad
    return (found.table, found.row, found.fault)


def test_what_is_written_on_every_path_verifies():
    seal(now=NOW)
    MemberFactory(organization=OrganizationFactory())
    InstructorFactory()
    DesignationFactory()
    PolicyNumber.objects.create(
        policy="branch_members", value=3, source="x", valid_from=date(1970, 1, 1), valid_to=date(1971, 1, 1)
    )
    enterprise = EnterpriseFactory(employees="12")
    enterprise.closed_on = "2026-02-03"
    enterprise.save()
    note(Event.IMPORTED, detail="members")
    before = verify()
    assert (before.bad, before.unsealed > 8) == (None, True)
    assert seal(now=NOW) == before.unsealed
    after = verify()
    assert (after.bad, after.unsealed, after.sealed) == (None, 0, before.sealed + before.unsealed)
    assert after.head == head()


def test_an_empty_record_verifies():
    # Migrations alone have written the numbers of policy.
    assert verify().bad is None
    assert seal(now=NOW) == PolicyNumber.objects.count()
    assert seal(now=NOW) == 0


def test_many_rows_of_several_tables_are_sealed_batch_by_batch_each_once_and_in_order(monkeypatch):
    seal(now=NOW)
    before = head().number
    monkeypatch.setattr(sealing, "BATCH", 3)
    for _number in range(4):
        entries(2)
        EnterpriseFactory()
    waiting = verify().unsealed
    assert seal(now=NOW) == waiting
    rows = list(Seal.objects.filter(number__gt=before).order_by("number").values_list("row", flat=True))
    assert rows == sorted(set(rows))
    verdict = verify()
    assert (verdict.bad, verdict.unsealed, head().number) == (None, 0, before + waiting)


@pytest.mark.parametrize("sealed", [True, False])
def test_an_edited_row_is_named(as_its_owner, sealed):
    _first, second, *_others = entries()
    if sealed:
        seal(now=NOW)
    as_its_owner("UPDATE record_accessentry SET detail = 'forged' WHERE id = %s", key(second))
    assert bad() == ("record_accessentry", str(second.pk), "edited" if sealed else "inserted")


@pytest.mark.parametrize(
    "column", ["name", "history_date", "history_user_id", "history_change_reason", "client_address"]
)
def test_each_column_of_a_change_counts(as_its_owner, admin_user, column):
    enterprise = EnterpriseFactory()
    seal(now=NOW)
    value = {"history_date": NOW, "history_user_id": admin_user.pk}.get(column, "x")
    if column == "history_date" and connection.vendor == "sqlite":
        value = "2026-03-01 12:00:00"
    entry = enterprise.history.get()
    as_its_owner(
        f"UPDATE orgs_historicalenterprise SET {column} = %s WHERE history_id = %s", value, key(entry)
    )
    assert bad() == ("orgs_historicalenterprise", str(entry.pk), "edited")


def test_of_several_the_first_one_is_named(as_its_owner):
    rows = entries()
    seal(now=NOW)
    for row in (rows[3], rows[1]):
        as_its_owner("UPDATE record_accessentry SET detail = 'forged' WHERE id = %s", key(row))
    first = Seal.objects.filter(row__in=[rows[1].pk, rows[3].pk]).order_by("number").first()
    assert bad()[1] == str(first.row)


def test_a_deleted_row_is_named(as_its_owner):
    *_others, last = entries()
    seal(now=NOW)
    as_its_owner("DELETE FROM record_accessentry WHERE id = %s", key(last))
    assert bad() == ("record_accessentry", str(last.pk), "deleted")


def test_a_row_that_is_deleted_with_its_seal_leaves_a_gap(as_its_owner):
    entries()
    seal(now=NOW)
    gone = Seal.objects.order_by("number")[1]
    as_its_owner("DELETE FROM record_seal WHERE number = %s", gone.number)
    assert bad() == ("record_seal", str(gone.number), "deleted")


def test_an_inserted_row_is_named_though_it_copies_a_good_one(as_its_owner):
    row, *_others = entries()
    forged = uuid.uuid4()
    others = ", ".join(name for name in sealing.signed_columns(AccessEntry) if name != "id")
    copy = (
        f"INSERT INTO record_accessentry (id, signature, {others}) "
        f"SELECT %s, signature, {others} FROM record_accessentry WHERE id = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(copy, [forged.hex if connection.vendor == "sqlite" else str(forged), key(row)])
    assert bad() == ("record_accessentry", str(forged), "inserted")
    seal(now=NOW)  # the sealer seals what it finds; it makes nothing good
    assert bad() == ("record_accessentry", str(forged), "edited")


def test_rows_that_changed_places_are_named(as_its_owner):
    first, second, *_others = entries()
    seal(now=NOW)
    spare = uuid.uuid4()
    for old, new in ((first.pk, spare), (second.pk, first.pk), (spare, second.pk)):
        values = [key(AccessEntry(pk=pk)) for pk in (new, old)]
        as_its_owner("UPDATE record_accessentry SET id = %s WHERE id = %s", *values)
    assert bad()[0] == "record_accessentry"


def test_seals_that_changed_places_are_named(as_its_owner):
    entries()
    seal(now=NOW)
    numbers = list(Seal.objects.order_by("number").values_list("number", flat=True))[-2:]
    one, two = (Seal.objects.get(number=number) for number in numbers)
    for number, found in ((0, one), (one.number, two), (two.number, one)):
        as_its_owner(
            "UPDATE record_seal SET number = %s WHERE row = %s",
            number,
            found.row.hex if connection.vendor == "sqlite" else str(found.row),
        )
    assert bad() == ("record_accessentry", str(two.row), "moved")


def test_a_chain_whose_end_was_cut_off_lacks_a_head_that_was_noted(as_its_owner):
    entries(2)
    seal(now=NOW)
    kept = head()
    entries(2)
    seal(now=NOW)
    noted = head()
    assert verify(expected=kept).bad is None
    as_its_owner("DELETE FROM record_seal WHERE number > %s", kept.number)
    assert verify().bad is None
    assert verify(expected=noted).bad.fault == "deleted"


def test_without_the_key_nothing_verifies(settings):
    entries()
    seal(now=NOW)
    settings.LOG_KEY = "another key of enough characters 0123"
    assert verify().bad is not None


class TestRemoval:
    @pytest.fixture(autouse=True)
    def _only_the_access_log(self, monkeypatch):
        """The numbers of policy were written by a migration just now; here the chain is of old rows."""
        monkeypatch.setattr(sealing, "sealed_models", lambda: {"record_accessentry": AccessEntry})

    def old(self, count=3):
        long_ago = NOW - timedelta(days=4 * 365)
        rows = [AccessEntry.objects.create(at=long_ago, event=Event.SIGN_IN) for _number in range(count)]
        seal(now=long_ago)
        return rows

    def test_a_checkpoint_tells_where_the_chain_begins(self):
        old = self.old()
        entries(2)
        seal(now=NOW)
        newest = head()
        assert remove_old(now=NOW) == len(old)
        assert AccessEntry.objects.count() == 2
        assert Checkpoint.objects.get().removed == len(old)
        verdict = verify(expected=newest)
        assert (verdict.bad, verdict.sealed) == (None, 2)
        assert remove_old(now=NOW) == 0

    def test_all_may_be_old(self):
        self.old()
        assert remove_old(now=NOW) == 3
        assert verify().bad is None
        entries(1)
        seal(now=NOW)
        assert (verify().bad, head().number) == (None, 4)

    def test_a_forged_checkpoint_is_named(self, as_its_owner):
        self.old()
        remove_old(now=NOW)
        as_its_owner("UPDATE record_checkpoint SET removed = 1")
        assert bad()[0] == "record_checkpoint"

    def test_what_was_tampered_with_is_not_tidied_away(self, as_its_owner):
        old = self.old()
        as_its_owner("UPDATE record_accessentry SET detail = 'forged' WHERE id = %s", key(old[0]))
        with pytest.raises(Tampered):
            remove_old(now=NOW)
        assert AccessEntry.objects.count() == 3


class TestCommands:
    def test_seal_verify_and_the_head_between_them(self):
        entries()
        said = StringIO()
        call_command("seal_log", stdout=said)
        noted = said.getvalue().split()[-1]
        said = StringIO()
        call_command("verify_log", "--head", noted, stdout=said)
        assert noted in said.getvalue()

    def test_verify_names_the_row_and_fails(self, as_its_owner):
        row, *_others = entries()
        seal(now=NOW)
        as_its_owner("UPDATE record_accessentry SET detail = 'forged' WHERE id = %s", key(row))
        said = StringIO()
        with pytest.raises(SystemExit) as stopped:
            call_command("verify_log", stderr=said)
        assert stopped.value.code == 1
        assert f"record_accessentry {row.pk}: it was edited" in said.getvalue()

    def test_a_head_that_is_none_is_refused(self):
        with pytest.raises(CommandError, match="a head looks like"):
            call_command("verify_log", "--head", "nonsense")

    def test_nothing_old_is_nothing_removed(self):
        said = StringIO()
        call_command("prune_log", stdout=said)
        assert "removed 0 rows" in said.getvalue()


def late_entry(hours):
    """A row with the id of an instant `hours` ago, as of a transaction that lasted so long."""
    begun = timezone.now() - timedelta(hours=hours)
    return AccessEntry.objects.create(id=least_id(begun), at=begun, event=Event.REFUSED)


def sealed(*entries):
    return [Seal.objects.filter(row=entry.pk).exists() for entry in entries]


class TestTheSealer:
    @pytest.fixture
    def between_looks(self, monkeypatch):
        """Run the sealer, and each of the functions it is given after one of its looks; then stop it."""

        def run(*turns):
            left = iter(turns)

            def sleep(_seconds):
                turn = next(left, None)
                if turn is None:
                    raise KeyboardInterrupt
                turn()

            monkeypatch.setattr(time, "sleep", sleep)
            # It would close that of the test.
            monkeypatch.setattr(seal_log, "close_old_connections", lambda: None)
            call_command("seal_log", every=1, stdout=StringIO())

        return run

    def test_its_first_look_is_for_all(self, between_looks):
        old = late_entry(hours=50)
        between_looks()
        assert sealed(old) == [True]

    def test_later_looks_find_what_was_committed_after_newer_rows(self, between_looks):
        late = []
        between_looks(lambda: (entries(), late.append(late_entry(hours=0.9))))
        assert sealed(*late) == [True]
        assert verify().unsealed == 0

    def test_what_came_later_than_an_hour_is_found_within_a_day(self, between_looks, monkeypatch):
        late, seen, now = [], [], timezone.now

        def a_day_later():
            seen.extend(sealed(*late))
            monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=1))

        between_looks(lambda: late.append(late_entry(hours=2)), a_day_later)
        assert (seen, sealed(*late)) == ([False], [True])

    def test_rows_are_sealed_in_the_order_of_their_ids_across_tables(self):
        enterprise = EnterpriseFactory()
        first, second = entries(2)
        enterprise.save()
        seal(now=NOW)
        rows = [enterprise.history.first().pk, first.pk, second.pk, enterprise.history.last().pk]
        found = Seal.objects.filter(row__in=rows).order_by("number").values_list("row", flat=True)
        assert list(found) == sorted(rows)
