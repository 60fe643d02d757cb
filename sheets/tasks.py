"""What an import leaves to the worker of tasks: its check, where the file is large, its run, and its undo."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from sheets import imports, undo
from sheets.models import UNDER_WAY, Failure, Import, State

logger = logging.getLogger(__name__)

SMALL = 256 * 1024
"""A file of so many bytes is checked while its user waits."""

MOST_TRIES = 5
AGAIN_AFTER = timedelta(seconds=30)
"""Where the database is locked or away, the work is tried so often, and so long after each time."""

LOST_AFTER = timedelta(minutes=2)
"""So long an import may be under way without a task: a small file is checked within seconds."""


def check_soon(import_: Import, *, size: int) -> None:
    """Check a file of `size` bytes: at once, or by the worker."""
    if size <= SMALL:
        _do(import_.pk, imports.check, check_import)
    else:
        check_import.enqueue(import_.pk)


@transaction.atomic
def run_soon(import_: Import, *, seen: str) -> None:
    """Confirm an import for what its user has `seen`, and leave it to the worker. Raises NotNow."""
    imports.confirm(import_, seen=seen)
    run_import.enqueue(import_.pk)


@transaction.atomic
def undo_soon(import_: Import, *, by: User) -> None:
    """Leave the undo of an import, in the name of `by`, to the worker. Raises NotNow; PermissionDenied."""
    undo.begin(import_, by=by)
    undo_import.enqueue(import_.pk)


@task()
def check_import(pk: int, tried: int = 0) -> None:
    """Check the import `pk`."""
    _do(pk, imports.check, check_import, tried)


@task()
def run_import(pk: int, tried: int = 0) -> None:
    """Run the import `pk`, once, however often it is asked for."""
    _do(pk, imports.run, run_import, tried)


@task()
def undo_import(pk: int, tried: int = 0) -> None:
    """Undo the import `pk`, once, however often it is asked for."""
    _do(pk, undo.undo, undo_import, tried)


def _do(pk: int, work: Callable[[Import], None], again: Task[Any, Any], tried: int = 0) -> None:
    """Do `work` on an import; what nobody foresaw stops it, and is told without a word of the file."""
    try:
        found = Import.objects.select_related("made_by", "area").filter(pk=pk).first()
        if found is not None:
            work(found)
    except imports.NotNow:  # done by another worker, or discarded
        logger.info("Import %s has moved on.", pk)
    except OperationalError as error:
        if tried + 1 < MOST_TRIES:
            again.using(run_after=timezone.now() + AGAIN_AFTER).enqueue(pk, tried + 1)
        else:
            _stop(pk, type(error).__name__)
    except PermissionDenied as error:
        _stop(pk, type(error).__name__, Failure.NOT_ALLOWED)
    except Exception as error:  # noqa: BLE001, whatever it is, the page of the import must say so
        _stop(pk, type(error).__name__)


def stop_lost_imports(now: datetime) -> None:
    """Stop the imports that are under way, though no task is about them any more: it was given up, or lost."""
    silent = Import.objects.filter(state__in=UNDER_WAY, moved_at__lt=now - LOST_AFTER)
    keys = list(silent.values_list("pk", flat=True))
    if not keys:
        return
    tasks = DBTaskResult.objects.filter(
        status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING),
        task_path__in=[known.module_path for known in (check_import, run_import, undo_import)],
    )
    waiting = {arguments["args"][0] for arguments in tasks.values_list("args_kwargs", flat=True)}
    for pk in keys:
        if pk not in waiting:
            _stop(pk, "its task is lost")


def _stop(pk: int, why: str, failure: Failure = Failure.UNFORESEEN) -> None:
    """Stop what is done to an import; `why` is for the log, `failure` for its page."""
    logger.error("Import %s failed: %s", pk, why)
    found = Import.objects.filter(pk=pk).first()
    try:
        if found is not None and found.state == State.UNDOING:
            with translation.override(found.language):
                undo.give_up(found, [_("Something went wrong; nothing was undone. Try it again later.")])
        elif found is not None:
            imports.fail(found, failure)
    except imports.NotNow:
        logger.info("Import %s has moved on.", pk)
