"""What an import leaves to the worker of tasks: its check, where the file is large, and its run."""

import logging
from collections.abc import Callable

from django.db import transaction
from django_tasks import task

from sheets import imports
from sheets.models import Import

logger = logging.getLogger(__name__)

SMALL = 256 * 1024
"""A file of so many bytes is checked while its user waits."""


def check_soon(import_: Import, *, size: int) -> None:
    """Check a file of `size` bytes: at once, or by the worker."""
    if size <= SMALL:
        _done(import_.pk, imports.check)
    else:
        check_import.enqueue(import_.pk)


@transaction.atomic
def run_soon(import_: Import, *, seen: str) -> None:
    """Confirm an import for what its user has `seen`, and leave it to the worker. Raises NotNow."""
    imports.confirm(import_, seen=seen)
    run_import.enqueue(import_.pk)


@task()
def check_import(pk: int) -> None:
    """Check the import `pk`."""
    _done(pk, imports.check)


@task()
def run_import(pk: int) -> None:
    """Run the import `pk`, once, however often it is asked for."""
    _done(pk, imports.run)


def _done(pk: int, work: Callable[[Import], None]) -> None:
    """Do `work` on an import; what nobody foresaw stops it, and is told without a word of the file."""
    found = Import.objects.select_related("made_by", "area").filter(pk=pk).first()
    if found is None:
        return
    try:
        work(found)
    except imports.NotNow:  # done by another worker, or discarded
        logger.info("Import %s has moved on.", pk)
    except Exception as error:  # noqa: BLE001, whatever it is, the page of the import must say so
        logger.error("Import %s failed: %s", pk, type(error).__name__)  # noqa: TRY400, a traceback may quote rows
        imports.fail(found)
