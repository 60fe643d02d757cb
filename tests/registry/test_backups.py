"""A backup is whole, made while others write, and comes back as it was; what is none is refused."""

import fcntl
import gzip
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from members.models import Member
from orgs.models import Area, Coverage
from record.guards import guards
from record.sealing import seal, verify
from registry.backups import postgresql, sqlite
from sample.loading import load
from stats.figures import Scale, coverage_figures
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parents[2]
DAY = date(2008, 6, 19)
PHONE = "13800138000"
OWNER = f"restorer_{os.getpid()}"
"""Who owns the new database on PostgreSQL: as in use, nobody with special rights."""


@contextmanager
def leading_to(**settings):
    """`connection` leads to another database meanwhile."""
    here, other = connections["default"], connections.create_connection("default")
    other.settings_dict = {**other.settings_dict, **settings}
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = here


@pytest.fixture
def new_database(tmp_path):
    """Where a new, empty database is, for `leading_to`."""
    if connection.vendor == "sqlite":
        yield {"NAME": str(tmp_path / "other.sqlite3")}
        return
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {OWNER} LOGIN")
        cursor.execute(f"CREATE DATABASE {OWNER} OWNER {OWNER} TEMPLATE template0")
        yield {"NAME": OWNER, "USER": OWNER}
        cursor.execute(f"DROP DATABASE {OWNER} WITH (FORCE)")
        cursor.execute(f"DROP ROLE {OWNER}")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "backups"
    made.mkdir()
    return made


def backup(folder, *options):
    """The file that a backup made."""
    call_command("backup", str(folder), *options)
    return max(path for path in folder.iterdir() if path.name.startswith("register-"))


def contents():
    """The rows of every table."""
    tables = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            tables[table] = sorted(cursor.fetchall(), key=repr)
    return tables


def schema():
    """Every table, constraint, index, trigger and function, as the database tells them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
            return sorted(cursor.fetchall(), key=repr)
    told = postgresql.run(
        "pg_dump", "--schema-only", "--no-owner", "--no-comments", *postgresql.database_options()
    )
    # What it reads of its own conditions it tells with other casts; one line has a key that is drawn anew.
    bare = re.sub(r"::(text|character varying)|[()\[\]]", "", told)
    return [line for line in bare.splitlines() if not re.match(r"\\(un)?restrict |--", line)]


def what_is_refused(command, *arguments):
    with pytest.raises(CommandError) as refusal:
        call_command(command, *arguments)
    return str(refusal.value)


def test_a_register_comes_back_as_it_was_with_its_rules_and_its_record(folder, new_database):
    load()
    member = MemberFactory(phone=PHONE)
    seal(now=timezone.now())
    head = verify().head
    before = contents(), schema(), coverage_figures(DAY, None, Scale.ABOVE)
    file = backup(folder)
    covered = Coverage.objects.first()
    Coverage.objects.all().delete()
    assert coverage_figures(DAY, None, Scale.ABOVE) != before[2]

    with leading_to(**new_database):
        call_command("restore", str(file))
        assert (contents(), schema(), coverage_figures(DAY, None, Scale.ABOVE)) == before
        call_command("migrate", check_unapplied=True, verbosity=0)
        verdict = verify(expected=head)
        assert (verdict.bad, verdict.unsealed) == (None, 0)
        assert Member.objects.get(pk=member.pk).phone.reveal() == PHONE
        # Numbers go on, and the database still refuses what it refused.
        assert MemberFactory().pk > member.pk
        covered.pk = None
        with pytest.raises(IntegrityError, match="does_not_overlap"), transaction.atomic():
            Coverage.objects.bulk_create([covered])
        assert guards(connection)
        with pytest.raises(IntegrityError, match="what is recorded is not changed"):
            Member.history.all().delete()


def test_it_waits_for_no_writer_and_has_what_was_there_when_it_began(folder, new_database):
    AreaFactory(code="33")

    def made_by_another():
        try:
            return backup(folder)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        AreaFactory(code="34")
        file = pool.submit(made_by_another).result(timeout=20)
    with leading_to(**new_database):
        call_command("restore", str(file))
        assert [area.code for area in Area.objects.all()] == ["33"]


def test_a_database_with_tables_is_not_written_over(folder):
    file = backup(folder)
    AreaFactory()
    assert "has tables already" in what_is_refused("restore", str(file))
    assert Area.objects.count() == 1


def cut_off(file):
    file.write_bytes(file.read_bytes()[:-2000])


def changed(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


@pytest.mark.parametrize("harm", [cut_off, changed])
def test_a_backup_that_is_harmed_is_refused_and_leaves_the_database_empty(folder, new_database, harm):
    file = backup(folder)
    harm(file)
    with leading_to(**new_database):
        what_is_refused("restore", str(file))
        assert connection.introspection.table_names() == []


def test_what_is_no_backup_of_this_register_is_refused_and_says_why(tmp_path, new_database):
    ways = {"sqlite": sqlite, "postgresql": postgresql}
    here = ways.pop(connection.vendor)
    ((other, other_way),) = ways.items()
    file = tmp_path / "file"
    with leading_to(**new_database):
        assert "No such file" in what_is_refused("restore", str(file))
        file.write_text("区划代码,名称\n")
        assert "Not a gzipped file" in what_is_refused("restore", str(file))
        file.write_bytes(gzip.compress(b"code,name\n"))
        assert what_is_refused("restore", str(file)) == "This is no database."
        file.write_bytes(gzip.compress(other_way.MAGIC))
        assert what_is_refused("restore", str(file)) == (
            f"This is a backup of {other}; DATABASE_URL leads to {connection.vendor}."
        )
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE notes (note text)")
            here.copy_into(tmp_path / "foreign")
            cursor.execute("DROP TABLE notes")
        file.write_bytes(gzip.compress((tmp_path / "foreign").read_bytes()))
        assert "a database of something else" in what_is_refused("restore", str(file))
        assert connection.introspection.table_names() == []


# Dies, as by `kill -9`, when everything is written and nothing is checked.
DYING = """
import os, signal, sys, django
django.setup()
from django.core.management import call_command
from registry.backups import postgresql, sqlite
for way in (postgresql, sqlite):
    way.check = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
call_command("backup", sys.argv[1])
"""


def test_a_backup_that_is_killed_leaves_none_and_the_next_one_tidies_up(folder, monkeypatch):
    database = connection.settings_dict
    place = f"{database['USER']}@{database['HOST']}:{database['PORT']}/" if database["HOST"] else "/"
    died = subprocess.run(
        [sys.executable, "-c", DYING, str(folder)],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "registry.settings",
            "DATABASE_URL": f"{connection.vendor}://{place}{database['NAME']}",
        },
        cwd=ROOT,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    (left,) = folder.iterdir()
    assert left.name.startswith("unfinished-")
    assert stat.S_IMODE(left.stat().st_mode) == 0o700

    file = backup(folder)
    assert list(folder.iterdir()) == [file]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_newest_are_kept_and_files_with_other_names_stay(folder):
    old = [folder / f"register-{year}-01-01T000000Z.{connection.vendor}.gz" for year in range(2001, 2006)]
    other = folder / "before-the-upgrade.gz"
    for path in (*old, other):
        path.touch()
    assert {backup(folder, "--keep", "3"), *old[3:], other} == set(folder.iterdir())


def test_the_backup_just_made_stays_although_the_clock_went_back(folder):
    later = [folder / f"register-{year}-01-01T000000Z.{connection.vendor}.gz" for year in (2998, 2999)]
    for path in later:
        path.touch()
    call_command("backup", str(folder), "--keep", "2")
    (made,) = set(folder.iterdir()) - set(later)
    assert made.stat().st_size
    assert set(folder.iterdir()) == {made, later[-1]}
    call_command("backup", str(folder), "--keep", "1")
    (newest,) = folder.iterdir()
    assert newest != later[-1]


def test_a_backup_that_cannot_be_made_says_why_and_leaves_nothing(folder, tmp_path):
    assert "nowhere" in what_is_refused("backup", str(tmp_path / "nowhere"))
    with pytest.raises(CommandError, match="0 is not a number from 1 on"):
        call_command("backup", str(folder), "--keep", "0")
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    assert what_is_refused("backup", str(folder)) == f"Another backup is being written into {folder}."
    os.close(descriptor)
    assert list(folder.iterdir()) == []


@pytest.mark.sqlite
def test_a_file_whose_rows_refer_to_nothing_is_refused(folder, new_database):
    AreaFactory()
    file = backup(folder)
    clear = file.with_suffix("")
    clear.write_bytes(gzip.decompress(file.read_bytes()))
    with closing(sqlite3.connect(clear)) as database:
        database.execute("UPDATE orgs_area SET parent_id = 999999")
        database.commit()
    file.write_bytes(gzip.compress(clear.read_bytes()))
    with leading_to(**new_database):
        assert "a row refers to one that is not there" in what_is_refused("restore", str(file))
        assert connection.introspection.table_names() == []


@pytest.mark.postgresql
def test_without_the_programs_of_postgresql_it_says_what_to_install(folder, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert "apt-get install postgresql-client" in what_is_refused("backup", str(folder))
