"""The worker of tasks: a signal to stop waits for the task at work; what nobody needs to see is not shown."""

import signal
import sqlite3
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from registry.management.commands import run_tasks


@pytest.fixture
def handlers(monkeypatch):
    """What the command does on each signal."""
    found = {}
    monkeypatch.setattr(signal, "signal", found.__setitem__)
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_at_work_ends_after_its_task_however_often_it_is_told(handlers, number):
    worker = SimpleNamespace(running=True, running_task=True)
    run_tasks._stop_after_the_task(worker)
    handlers[number](number, None)
    handlers[number](number, None)
    assert not worker.running


def test_a_worker_that_waits_ends_at_once(handlers):
    run_tasks._stop_after_the_task(SimpleNamespace(running=True, running_task=False))
    with pytest.raises(SystemExit):
        handlers[signal.SIGTERM](signal.SIGTERM, None)


def test_tasks_are_not_shown_in_the_admin():
    assert not admin.site.is_registered(DBTaskResult)


@pytest.mark.django_db
def test_a_worker_goes_on_where_its_cache_is_full(monkeypatch, handlers, capsys):
    """The cache is an SQLite file of its own, whose errors are not those of Django's database."""
    tried = []

    def look(_now):
        tried.append(True)
        if len(tried) == 2:
            raise SystemExit
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(run_tasks, "look_after_imports", look)
    monkeypatch.setattr(run_tasks, "close_old_connections", lambda: None)  # it is the test's own
    with pytest.raises(SystemExit):
        call_command("run_tasks", every=0.01)
    assert "disk is full" in capsys.readouterr().err
