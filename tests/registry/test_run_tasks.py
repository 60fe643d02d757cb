"""The worker of tasks: a signal to stop waits for the task at work; what nobody needs to see is not shown."""

import signal
from types import SimpleNamespace

import pytest
from django.contrib import admin
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
