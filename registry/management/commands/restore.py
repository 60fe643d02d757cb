"""`manage.py restore FILE`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from registry.backups.folder import restore
from registry.backups.refusals import BackupFailed


class Command(BaseCommand):
    help = (
        "Fill the empty database that DATABASE_URL leads to from a file that `backup` wrote, all or nothing."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            restore(file)
        except (BackupFailed, DatabaseError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("%(file)s is restored. Now: migrate, then verify_log.") % {"file": file.name})
