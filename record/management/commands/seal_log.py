"""`manage.py seal_log [--every SECONDS]`."""

import os
import time
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django.utils.translation import gettext as _

from record.sealing import head, seal

LATE = timedelta(hours=1)
"""How long a transaction may last for its rows to be found by the next look."""

WHOLE = timedelta(days=1)
"""So often, and at first, a look is for all: longer transactions, machines whose clocks are behind."""


class Command(BaseCommand):
    help = "Seal what was recorded since the last time, and print the head of the chain."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, metavar="SECONDS", help="go on until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        every = options["every"]
        if every is None:
            self._seal(timezone.now())
            return
        since = whole_at = None
        parent = os.getppid()
        try:
            while os.getppid() == parent:  # it does not outlive the server that started it
                close_old_connections()
                try:
                    now = timezone.now()
                    if whole_at is None or now - whole_at >= WHOLE:
                        self._seal(now, quiet=True)
                        whole_at = now
                    else:
                        self._seal(now, since, quiet=True)
                    since = now - LATE
                except DatabaseError as error:  # away, locked by a long import, or not migrated yet
                    self.stderr.write(str(error).partition("\n")[0])
                time.sleep(every)
        except KeyboardInterrupt:
            return

    def _seal(self, now: datetime, since: datetime | None = None, *, quiet: bool = False) -> None:
        count = seal(now=now, since=since)
        if count or not quiet:
            text = _("sealed %(count)d rows, head %(head)s")
            self.stdout.write(text % {"count": count, "head": head()})
