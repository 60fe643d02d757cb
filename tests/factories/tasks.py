"""Running what is left to the worker of tasks, by the site's own command."""

from typing import Any
from unittest.mock import patch

from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult


def run_tasks(*, later: bool = False) -> None:
    """Run the tasks that are due; `later`: as when the time of those that wait has come."""
    if later:
        waiting_tasks().update(run_after=timezone.now())
    # A worker has a connection of its own, and renews it; here it is that of the test, with its transaction.
    with patch("django_tasks_db.management.commands.db_worker.close_old_connections"):
        call_command("run_tasks")


def waiting_tasks() -> Any:
    """The tasks that wait, for a worker or for their time."""
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY)
