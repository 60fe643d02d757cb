"""The nightly run of the checks: asked for once a night, whoever asks, and done by the worker of tasks."""

import time
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from checks.models import CheckRun
from checks.register import counts_on
from orgs.models import Scope

KEPT = timedelta(days=366)
"""So long what a night found is kept."""


def ask_for_nightly_run(now: datetime) -> None:
    """Leave today's run to the worker once the time CHECKS_AT has come, unless that was done.

    A night missed because nothing ran is made up for as soon as somebody asks on the same day. The run is
    noted together with its task: of two servers that ask, one does, and a killed worker leaves both.
    """
    local = timezone.localtime(now)
    day = local.date()
    if settings.CHECKS_AT is None or local.time() < settings.CHECKS_AT:
        return
    if CheckRun.objects.filter(day=day).exists():  # noting it would take the lock of SQLite to see that
        return
    with transaction.atomic():
        _run, is_new = CheckRun.objects.get_or_create(day=day)
        if is_new:
            check_register.enqueue(day.isoformat())


@task()
def check_register(day: str) -> None:
    """Make all checks on the register as of `day` (`2008-06-19`), keep what they found, forget old runs."""
    begun = time.monotonic()
    on = date.fromisoformat(day)
    counts = counts_on(on, Scope(everything=True))
    took = timedelta(seconds=time.monotonic() - begun)
    CheckRun.objects.filter(day=on).update(counts=counts, took=took, finished_at=timezone.now())
    CheckRun.objects.filter(day__lt=on - KEPT).delete()
