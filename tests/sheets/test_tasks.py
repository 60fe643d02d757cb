"""What becomes of imports where the worker, or the database, is away."""

import os
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from sqlite3 import connect

import psycopg2
import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from registry.management.commands.run_tasks import MOST_WORKERS, SILENT, put_back_abandoned
from sheets import imports, pipeline, tasks, undo
from sheets.models import Failure, Import, Part, SealedPart, State
from sheets.parts import kept_json
from tests.factories.orgs import credit_code
from tests.factories.tasks import run_tasks, waiting_tasks
from tests.sheets.stepping import organizer, run, uploaded

pytestmark = pytest.mark.django_db

ROWS = [["uscc", "name", "registered_on"], [credit_code(1), "New", "2008-01-01"]]


def at_work(found, *, workers=1, ago=SILENT * 2):
    """Let a worker have begun the run of an import some time `ago`; gives its task."""
    tasks.run_soon(found, seen=found.seen)
    DBTaskResult.objects.update(
        status=TaskResultStatus.RUNNING, started_at=timezone.now() - ago, worker_ids=["x"] * workers
    )
    return DBTaskResult.objects.get()


def test_an_import_whose_worker_is_silent_is_run_by_another_one():
    found = uploaded(ROWS, by=organizer())
    at_work(found)
    run_tasks()
    assert Import.objects.get().state == State.DONE


@pytest.mark.parametrize("begun", ["just now", "long ago"])
def test_an_import_whose_worker_tells_that_it_is_at_it_is_left_to_it(begun):
    task = at_work(
        uploaded(ROWS, by=organizer()), ago=SILENT / 2 if begun == "just now" else timedelta(hours=2)
    )
    if begun == "long ago":
        cache.set(f"task-{task.pk}", True)
    run_tasks()
    assert Import.objects.get().state == State.RUNNING


def test_a_worker_tells_that_it_is_at_a_task_for_as_long_as_it_is(monkeypatch):
    found = uploaded(ROWS, by=organizer())
    tasks.run_soon(found, seen=found.seen)
    task = DBTaskResult.objects.get()
    heard = []
    monkeypatch.setattr(imports, "run", lambda _import: heard.append(cache.get(f"task-{task.pk}")))
    run_tasks()
    assert heard == [True]
    assert cache.get(f"task-{task.pk}") is None


@pytest.fixture
def locked(monkeypatch):
    """Lets the database be locked whenever an import is to run, or to be undone."""

    def refuse(_import):
        raise OperationalError("database is locked")

    def lock():
        monkeypatch.setattr(imports, "run", refuse)
        monkeypatch.setattr(undo, "undo", refuse)

    return lock


def held_up():
    """Let the worker meet the locked database as often as an import is taken up; gives when that ends."""
    now = timezone.now()
    for _try in range(tasks.MOST_TRIES):
        run_tasks()
        now += tasks.LOST_AFTER * 2
        tasks.look_after_imports(now)
        assert waiting_tasks().count() == 1
    run_tasks()
    return now + tasks.LOST_AFTER * 2


def test_where_the_database_is_locked_an_import_is_taken_up_again_some_times_and_then_failed(locked):
    found = uploaded(ROWS, by=organizer())
    locked()
    tasks.run_soon(found, seen=found.seen)
    now = held_up()
    assert Import.objects.get().state == State.RUNNING
    tasks.look_after_imports(now)
    assert Import.objects.get().state == State.FAILED
    assert not waiting_tasks().exists()


def test_a_failed_import_keeps_its_file_and_may_be_checked_again():
    found = uploaded(ROWS, by=organizer())
    imports.confirm(found, seen=found.seen)
    imports.fail(found, Failure.UNFORESEEN)
    imports.check_again(found)
    tasks.check_soon(found)
    found.refresh_from_db()
    assert run(found).state == State.DONE


def test_an_undo_that_fails_for_good_leaves_the_import_done_and_says_so(locked):
    found = run(uploaded(ROWS, by=organizer()))
    locked()
    tasks.undo_soon(found, by=found.made_by)
    tasks.look_after_imports(held_up())
    found.refresh_from_db()
    assert (found.state, found.undone_by) == (State.DONE, None)
    assert kept_json(found, Part.OBSTACLES) == [
        "Something went wrong; nothing was undone. Try it again later."
    ]


def test_an_import_under_which_workers_end_is_taken_up_by_another_task():
    found = uploaded(ROWS, by=organizer())
    at_work(found, workers=MOST_WORKERS)
    put_back_abandoned(timezone.now())
    tasks.look_after_imports(timezone.now())
    assert not waiting_tasks().exists()
    tasks.look_after_imports(timezone.now() + tasks.LOST_AFTER)
    run_tasks()
    assert Import.objects.get().state == State.DONE


def test_what_nobody_foresaw_stops_an_import_and_the_log_says_where_but_not_of_what(monkeypatch, caplog):
    found = uploaded(ROWS, by=organizer())

    def fall(_import):
        raise KeyError("New")

    monkeypatch.setattr(imports, "run", fall)
    tasks.run_soon(found, seen=found.seen)
    run_tasks()
    assert Import.objects.get().state == State.FAILED
    assert f"Import {found.pk} failed: KeyError" in caplog.text
    assert "in fall" in caplog.text
    assert "'New'" not in caplog.text


def test_files_and_old_values_go_after_their_time_though_nobody_uploads():
    done = run(uploaded(ROWS, by=organizer()))
    again = [ROWS[0], [credit_code(1), "Changed", "2008-01-01"]]
    changed = run(uploaded(again, by=organizer()))
    waiting = uploaded(again, by=organizer())
    cache.delete("imports-forgotten")

    tasks.look_after_imports(timezone.now() + imports.FORGOTTEN_AFTER)
    assert set(Import.objects.all()) == {done, changed}
    assert changed.parts.filter(part=Part.BEFORE).exists()
    assert not waiting.parts.exists()

    cache.delete("imports-forgotten")
    tasks.look_after_imports(timezone.now() + imports.UNDONE_WITHIN)
    assert not SealedPart.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_small_file_is_left_to_the_worker_while_another_import_is_at_work():
    with closing(psycopg2.connect(**connection.get_connection_params())) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [pipeline._LOCK])
        found = uploaded(ROWS, by=organizer())
    assert (found.state, waiting_tasks().count()) == (State.CHECKING, 1)
    run_tasks()
    assert Import.objects.get().state == State.CHECKED


def test_an_import_for_which_a_task_waits_is_not_lost():
    found = uploaded(ROWS, by=organizer())
    tasks.run_soon(found, seen=found.seen)
    tasks.look_after_imports(timezone.now() + tasks.LOST_AFTER)
    assert Import.objects.get().state == State.RUNNING


WORKER = """
import django
django.setup()
from datetime import timedelta
from django.core.management import call_command
from registry.management.commands import run_tasks
run_tasks.BEAT_EVERY, run_tasks.SILENT = 0.2, timedelta(seconds=1)
call_command("run_tasks", every=0.1)
"""
"""A worker that takes another one for dead after a second of silence."""


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_an_import_whose_worker_is_killed_is_run_from_its_start_by_another_one(tmp_path):
    rows = [[credit_code(number), "New", "2008-01-01"] for number in range(4000)]
    found = uploaded([*ROWS[:1], *rows], by=organizer())
    run_tasks()
    found.refresh_from_db()
    tasks.run_soon(found, seen=found.seen)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.registry.limited_settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'register.sqlite3'}",
        "CACHE_DIR": str(tmp_path / "cache"),
    }

    def worker():
        return subprocess.Popen(
            [sys.executable, "-c", WORKER], cwd=Path(__file__).parents[2], env=environment
        )

    with closing(connect(tmp_path / "register.sqlite3")) as database:
        connection.connection.backup(database)
        database.execute("PRAGMA journal_mode=WAL")

        def wait_until(state, table):
            deadline = time.monotonic() + 60
            while database.execute(f"SELECT max({state}) FROM {table}").fetchone() != (1,):
                assert time.monotonic() < deadline
                time.sleep(0.02)

        first = worker()
        wait_until("status = 'RUNNING'", "django_tasks_database_dbtaskresult")
        second = worker()
        first.kill()
        first.wait()
        try:
            assert database.execute("SELECT state FROM sheets_import").fetchone() == ("running",)
            assert database.execute("SELECT count(*) FROM orgs_enterprise").fetchone() == (0,)
            wait_until("state = 'done'", "sheets_import")
        finally:
            second.kill()
            second.wait()
        for table in ("orgs_enterprise", "orgs_historicalenterprise"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (4000,)
