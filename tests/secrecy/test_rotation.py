"""New keys: everything under them in the end, whatever happens on the way."""

import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import connection, connections
from environ import Env

from members.models import Member
from orgs.models import Enterprise, Instructor
from secrecy import rotation
from secrecy.fields import protected_fields
from secrecy.rotation import BATCH, left_under_other_keys, rotate
from secrecy.sealing import seal
from tests.factories.members import MemberFactory
from tests.factories.orgs import EnterpriseFactory, InstructorFactory
from tests.factories.turns import in_turn
from tests.sheets.files import identity

ROOT = Path(__file__).parents[2]
NEW = {"new": bytes(range(32))}
INDEX = bytes(range(50, 82))
PHONE = "13800138000"


@pytest.fixture
def rows():
    return [
        MemberFactory(id_number=identity(), phone=PHONE), MemberFactory(phone="1"), MemberFactory(),
        InstructorFactory(phone=PHONE), EnterpriseFactory(contact_phone=PHONE),
    ]  # fmt: skip


def values():
    """All protected values in clear, with their indexes."""
    return [
        tuple(
            getattr(row, name) if name.endswith("_index") else getattr(row, name).reveal()
            for column in columns
            for name in (column, f"{column}_index")
        )
        for model, columns in (
            (Member, ["id_number", "phone"]), (Instructor, ["phone"]), (Enterprise, ["contact_phone"]),
        )
        for row in model.objects.order_by("pk")
    ]  # fmt: skip


def sealed():
    """All protected values as they are stored."""
    for model, columns in (
        (Member, ["id_number", "phone"]), (Instructor, ["phone"]), (Enterprise, ["contact_phone"]),
    ):  # fmt: skip
        for column in columns:
            yield from model.objects.exclude(**{column: ""}).values_list(column, flat=True)


@pytest.mark.django_db
class TestRotating:
    def test_everything_is_under_the_new_key_and_as_it_was(self, rows, settings):
        before = values()
        settings.PROTECTION_KEYS = NEW | settings.PROTECTION_KEYS
        assert left_under_other_keys() == 5
        done = rotate()
        assert (done.read, done.renewed, done.indexed) == (5, 5, 0)
        assert left_under_other_keys() == 0
        settings.PROTECTION_KEYS = NEW
        assert values() == before
        assert all(text.startswith("new:") for text in sealed())

    def test_it_does_nothing_twice(self, rows, settings):
        settings.PROTECTION_KEYS = NEW | settings.PROTECTION_KEYS
        rotate()
        before = list(sealed())
        done = rotate()
        assert (done.read, done.renewed, done.indexed) == (5, 0, 0)
        assert list(sealed()) == before

    def test_another_index_key_gives_other_indexes_by_which_values_are_found(self, rows, settings):
        old = {member.phone_index for member in Member.objects.exclude(phone="")}
        settings.INDEX_KEY = INDEX
        assert not Member.objects.with_id_number(identity()).exists()
        assert rotate().indexed == 5
        assert Member.objects.with_id_number(identity()).get() == rows[0]
        assert not old & {member.phone_index for member in Member.objects.exclude(phone="")}
        assert Member.objects.get(pk=rows[2].pk).phone_index is None

    def test_to_the_history_it_is_no_change(self, rows, settings):
        before = [model.history.count() for model in (Member, Instructor, Enterprise)]
        counts = list(Member.objects.order_by("pk").values_list("phone_changes", "id_number_changes"))
        settings.PROTECTION_KEYS, settings.INDEX_KEY = NEW | settings.PROTECTION_KEYS, INDEX
        rotate()
        assert [model.history.count() for model in (Member, Instructor, Enterprise)] == before
        assert list(Member.objects.order_by("pk").values_list("phone_changes", "id_number_changes")) == counts

    def test_more_rows_than_one_transaction_takes(self, settings, monkeypatch):
        MemberFactory.create_batch(7, phone=PHONE)
        monkeypatch.setattr(rotation, "BATCH", 3)
        settings.PROTECTION_KEYS = NEW | settings.PROTECTION_KEYS
        assert rotate().renewed == 7
        assert left_under_other_keys() == 0

    def test_what_cannot_be_read_stays_and_is_named_without_its_value(self, rows, settings):
        lost, kept = rows[0], dict(settings.PROTECTION_KEYS)
        settings.PROTECTION_KEYS = {"lost": bytes(range(90, 122))}
        text = seal(PHONE, Member._meta.get_field("phone").place(lost.row_key))
        settings.PROTECTION_KEYS = NEW | kept
        with connection.cursor() as cursor:
            cursor.execute("UPDATE members_member SET phone = %s WHERE id = %s", [text, lost.pk])
        done = rotate()
        assert done.unreadable == [f"members_member.phone {lost.pk}: no key has its id"]
        assert done.renewed == 4
        assert left_under_other_keys() == 1
        assert Member.objects.values_list("phone", flat=True).get(pk=lost.pk) == text

    def test_two_who_got_one_number_while_the_index_key_changed_are_named(self, rows, settings):
        settings.INDEX_KEY = INDEX
        second = MemberFactory(id_number=identity())
        done = rotate()
        assert done.refused == [f"members_member {rows[0].pk}"]
        assert Member.objects.with_id_number(identity()).get() == second
        assert done.indexed == 3  # the others of the same batch


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_is_passed_by_and_comes_later(rows, settings, monkeypatch):
    """On SQLite, where nobody holds rows, the rotation waits for the writer."""
    settings.PROTECTION_KEYS = NEW | settings.PROTECTION_KEYS
    held = rows[0]

    def change():
        member = Member.objects.select_for_update().get(pk=held.pk)
        member.phone = "13900139000"
        member.save()

    done = in_turn(change, rotate)
    assert not done.held
    assert left_under_other_keys() == 0
    assert Member.objects.get(pk=held.pk).phone == "13900139000"


KEYS = {
    "OLD": "old:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY",
    "NEW": "new:YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY",
}
ROWS = 3 * BATCH


# Dies, as by `kill -9`, at the statement of that number among those that write.
DYING = """
import os, signal, sys, django
django.setup()
from django.core.management import call_command
from django.db import connection
left = int(sys.argv[1])
def die(execute, sql, *others):
    global left
    left -= sql.startswith(("UPDATE", "VACUUM"))
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, *others)
with connection.execute_wrapper(die):
    call_command("rotate_keys")
"""


def run(*arguments, url, keys):
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "registry.settings", "DATABASE_URL": url, "PROTECTION_KEYS": keys,
        "LANGUAGE_CODE": "en",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


def manage(*arguments, url, keys):
    done = run("manage.py", *arguments, url=url, keys=keys)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def apart(transactional_db, tmp_path):
    """A copy of the empty database of this run with members, filled under the old key; its URL."""
    if connection.vendor == "sqlite":
        name = str(tmp_path / "register.sqlite3")
        url = f"sqlite:///{name}"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [name])
    else:
        name = f"rotation_{os.getpid()}"
        database = site.DATABASES["default"]
        url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{name}"
        template = connection.settings_dict["NAME"]
        connection.close()  # a database in use is no template
        with _cursor_in("postgres") as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        lines = ["member_no,name,id_number,phone"]
        for number in range(ROWS):
            county, order = f"33030{number // 1000}", f"{number % 1000:03}"
            lines.append(f"M{number},张三,{identity(county=county, order=order)},1380000{number:04}")
        (tmp_path / "members.csv").write_text("\n".join(lines), encoding="utf-8")
        manage("import_data", "members", str(tmp_path / "members.csv"), url=url, keys=KEYS["OLD"])
        yield url
    finally:
        if connection.vendor == "postgresql":
            with _cursor_in("postgres") as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def _cursor_in(name):
    """A cursor in another database of the same kind."""
    other = connections.create_connection("default")
    other.settings_dict = {**other.settings_dict, "NAME": name}
    with closing(other), other.cursor() as cursor:
        yield cursor


def heads(url):
    """How many values are under which key, as the database has them."""
    with _cursor_in(Env.db_url_config(url)["NAME"]) as cursor:
        cursor.execute("SELECT id_number, phone FROM members_member")
        return Counter(text.partition(":")[0] for row in cursor.fetchall() for text in row)


def test_it_may_be_killed_at_any_moment_and_run_again(apart, tmp_path):
    both = f"{KEYS['NEW']},{KEYS['OLD']}"
    renewed = []
    # At the first row; within a transaction; at the end of one; before and after the tables are written anew.
    for statement in (1, 2 * BATCH - 50, BATCH + 1, BATCH + 1):
        died = run("-c", DYING, str(statement), url=apart, keys=both)
        assert died.returncode == -signal.SIGKILL
        found = heads(apart)
        assert found.total() == 2 * ROWS
        renewed.append(found["new"])
    assert renewed == [0, 2 * BATCH, 4 * BATCH, 2 * ROWS]
    assert manage("rotate_keys", url=apart, keys=KEYS["NEW"]) == (
        f"read {2 * ROWS}, encrypted anew 0, indexed anew 0\n"
    )
    if connection.vendor == "sqlite":
        files = b"".join(file.read_bytes() for file in tmp_path.glob("register.sqlite3*"))
        assert b"new:" in files
        # Neither what the old key sealed nor anything in clear.
        for text in (
            b"old:",
            b"13800000",
            identity(county="330300").encode(),
            identity(county="330300")[:12].encode(),
        ):
            assert text not in files
    told = manage("import_data", "members", str(tmp_path / "members.csv"), url=apart, keys=KEYS["NEW"])
    assert told.endswith(f"created 0, updated 0, unchanged {ROWS}\n")


@pytest.mark.django_db(transaction=True)
def test_a_rotation_that_leaves_values_under_other_keys_fails(rows, settings, capsys):
    settings.PROTECTION_KEYS = NEW
    with pytest.raises(CommandError, match="5 values are still under other keys"):
        call_command("rotate_keys")
    told = capsys.readouterr()
    assert told.out == "read 0, encrypted anew 0, indexed anew 0\n"
    assert f"cannot be read: members_member.phone {rows[0].pk}: no key has its id" in told.err


@pytest.mark.django_db(transaction=True)
def test_a_rotation_that_is_complete_tells_its_counts(rows, settings, capsys):
    settings.PROTECTION_KEYS, settings.INDEX_KEY = NEW | settings.PROTECTION_KEYS, INDEX
    call_command("rotate_keys")
    assert capsys.readouterr().out == "read 5, encrypted anew 5, indexed anew 5\n"


@pytest.mark.postgresql
@pytest.mark.django_db
def test_no_protected_column_of_any_table_is_sampled():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrelid::regclass::text || '.' || attname FROM pg_attribute WHERE attstattarget = 0 AND attnum > 0"
        )
        spared = {name for (name,) in cursor.fetchall()}
    columns = {column.label for model in apps.get_models() for column in protected_fields(model)}
    assert columns
    assert {name for label in columns for name in (label, f"{label}_index")} <= spared
