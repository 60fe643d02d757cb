"""`manage.py backup FOLDER [--keep N]`."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.backups.folder import back_up
from registry.backups.refusals import BackupFailed


class Command(BaseCommand):
    help = "Write the database into a new file of FOLDER while the site runs, read it again, and keep the newest files."
    requires_system_checks = ()  # whatever else is wrong

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="FOLDER", type=Path, help="a folder that exists")
        parser.add_argument("--keep", metavar="N", type=_at_least_one, default=14, help="how many stay (14)")

    def handle(self, *args: Any, folder: Path, keep: int, **options: Any) -> None:
        try:
            made = back_up(folder, at=timezone.now(), keep=keep)
        except (BackupFailed, DatabaseError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("%(file)s, %(size)d bytes") % {"file": made, "size": made.stat().st_size})


def _at_least_one(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise ArgumentTypeError(_("%(text)s is not a number from 1 on") % {"text": text})
    return int(text)
