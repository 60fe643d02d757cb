"""What an import leaves to the worker of tasks: its check, where the file is large, its run, and its undo."""

import logging
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from sheets import imports, undo
from sheets.models import UNDER_WAY, Failure, Import, State
from sheets.pipeline import NotItsTurn
from sheets.run import RegisterChanged

logger = logging.getLogger(__name__)

SMALL = 64 * 1024
"""A file of so many bytes, some 2,000 rows, is checked while its user waits, unless another import is at work."""

MOST_TRIES = 5
"""So often an import is taken up again where the database was locked or away, or a worker ended."""

LOST_AFTER = timedelta(seconds=45)
"""So long an import may be under way without a task: a small file is checked within seconds."""

_FORGET_EVERY = 3600


def check_soon(import_: Import) -> None:
    """Check its file: at once, or by the worker."""
    if import_.size > SMALL:
        check_import.enqueue(import_.pk)
        return
    try:
        _do(import_.pk, _check_at_once)
    except NotItsTurn:
        check_import.enqueue(import_.pk)


def _check_at_once(import_: Import) -> None:
    imports.check(import_, waits=False)


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
def check_import(pk: int) -> None:
    """Check the import `pk`."""
    _do(pk, imports.check)


@task()
def run_import(pk: int) -> None:
    """Run the import `pk`, once, however often it is asked for."""
    _do(pk, _run)


@task()
def undo_import(pk: int) -> None:
    """Undo the import `pk`, once, however often it is asked for."""
    _do(pk, undo.undo)


_TASKS = {State.CHECKING: check_import, State.RUNNING: run_import, State.UNDOING: undo_import}


def _run(import_: Import) -> None:
    try:
        imports.run(import_)
    except RegisterChanged:
        with transaction.atomic():
            imports.turn_back(import_)
            check_import.enqueue(import_.pk)


def _do(pk: int, work: Callable[[Import], None]) -> None:
    """Do `work` on an import; what nobody foresaw stops it, and is told without a word of the file."""
    try:
        found = Import.objects.select_related("made_by", "area").filter(pk=pk).first()
        if found is not None:
            work(found)
    except imports.NotNow:  # done by another worker, or discarded
        logger.info("Import %s has moved on.", pk)
    except NotItsTurn:
        raise
    except PermissionDenied:
        _stop(pk, "its user may no longer do it", Failure.NOT_ALLOWED)
    except OperationalError as error:  # locked, or away: it is taken up again
        logger.warning("Import %s is held up: %s", pk, type(error).__name__)
    except Exception as error:  # noqa: BLE001, whatever it is, the page of the import must say so
        # Where it went wrong, without the words of the error, which may quote a row.
        _stop(pk, f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}")


def look_after_imports(now: datetime) -> None:
    """Take up again what nothing is at work on any more, and forget, once an hour, what is kept no longer."""
    _take_up_lost(now)
    if cache.add("imports-forgotten", True, timeout=_FORGET_EVERY):
        imports.forget_old(now)


def _take_up_lost(now: datetime) -> None:
    """Enqueue the imports under way that no task is about: it was held up, given up, or lost; at last, stop them."""
    silent = Import.objects.filter(state__in=UNDER_WAY, moved_at__lt=now - LOST_AFTER)
    lost = list(silent.values_list("pk", "state", "tries"))
    if not lost:
        return
    tasks = DBTaskResult.objects.filter(
        status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING),
        task_path__in=[known.module_path for known in _TASKS.values()],
    )
    waiting = {arguments["args"][0] for arguments in tasks.values_list("args_kwargs", flat=True)}
    for pk, state, tries in lost:
        if pk in waiting:
            continue
        if tries >= MOST_TRIES:
            _stop(pk, f"it was taken up {tries} times")
            continue
        with transaction.atomic():
            same = Import.objects.filter(pk=pk, state=state, tries=tries)
            if same.update(tries=F("tries") + 1, moved_at=now):
                _TASKS[State(state)].enqueue(pk)


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
