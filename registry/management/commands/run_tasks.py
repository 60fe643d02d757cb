"""`manage.py run_tasks [--every SECONDS]`."""

import logging
import os
import signal
import sqlite3
import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Thread
from types import FrameType
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from checks.tasks import ask_for_nightly_run
from sheets.tasks import look_after_imports

logger = logging.getLogger(__name__)

BEAT_EVERY = 5.0
"""Seconds after which a worker says again that it is at its task."""

SILENT = timedelta(seconds=30)
"""A worker that has not said so for so long was killed, or cannot reach the database: another one takes its task."""

MOST_WORKERS = 5
"""So many workers may end under a task before it is given up."""


class Command(BaseCommand):
    help = "Run the tasks that are due, such as sending mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, metavar="SECONDS", help="go on until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)  # it tells of each beginning and end
        worker = BeatingWorker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        every = options["every"]
        if every is None:
            _run(worker)
            return
        _stop_after_the_task(worker)
        parent = os.getppid()
        while worker.running and os.getppid() == parent:  # it does not outlive the server that started it
            close_old_connections()
            try:
                _run(worker)
            except (
                Error,
                sqlite3.Error,
            ) as error:  # away, locked by a long import, not migrated yet; or the cache is
                self.stderr.write(str(error).partition("\n")[0])
            if worker.running:
                time.sleep(every)


class BeatingWorker(Worker):
    """Tells the others, in the cache that all processes share, that it is alive for as long as it is at a task."""

    def run_task(self, db_task_result: DBTaskResult[Any, Any]) -> None:
        """Run the task, and mark it as successful or failed."""
        _beat(db_task_result)
        done = Event()
        beating = Thread(target=_go_on_beating, args=(db_task_result, done), daemon=True)
        beating.start()
        try:
            super().run_task(db_task_result)
        finally:
            done.set()
            beating.join()


def _beat(result: DBTaskResult[Any, Any]) -> None:
    with suppress(sqlite3.Error):  # the cache is busy or full: the next beat may reach it
        cache.set(_key(result), True, timeout=SILENT.total_seconds())


def _go_on_beating(result: DBTaskResult[Any, Any], done: Event) -> None:
    while not done.wait(BEAT_EVERY):
        _beat(result)
    with suppress(sqlite3.Error):
        cache.delete(_key(result))


def _key(result: DBTaskResult[Any, Any]) -> str:
    return f"task-{result.pk}"


def _run(worker: Worker) -> None:
    now = timezone.now()
    put_back_abandoned(now)
    look_after_imports(now)
    ask_for_nightly_run(now)
    if DBTaskResult.objects.ready().exists():  # the worker would take the lock of SQLite to see it
        worker.run()


def put_back_abandoned(now: datetime) -> None:
    """Let the tasks of workers that are silent at `now` be run again."""
    for result in DBTaskResult.objects.running().filter(started_at__lt=now - SILENT):
        if cache.get(_key(result)):
            continue
        same = DBTaskResult.objects.running().filter(pk=result.pk, started_at=result.started_at)
        if len(result.worker_ids) < MOST_WORKERS:
            same.update(status=TaskResultStatus.READY)
        elif same.update(status=TaskResultStatus.FAILED, finished_at=now):
            logger.error("Task %s is given up: %d workers ended under it.", result.pk, MOST_WORKERS)


def _stop_after_the_task(worker: Worker) -> None:
    """Let a signal to stop end the worker at once, or, in the middle of a task, after it."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.running = False
        if not worker.running_task:
            sys.exit()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
