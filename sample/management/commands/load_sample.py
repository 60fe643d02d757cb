"""`manage.py load_sample`: the sample register into an empty database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from sample.loading import HasData, load
from sample.logins import LOGINS
from sample.presence import is_loaded


class Command(BaseCommand):
    help = "Load the sample register, with a user of each role, into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="leave a database that has data as it is; say the logins where the sample is in it",
        )

    def handle(self, *args: Any, if_empty: bool, **options: Any) -> None:
        try:
            load()
        except HasData as error:
            if not if_empty:
                raise CommandError(str(error)) from error
        if is_loaded():
            self.stdout.write(_("The sample register is loaded. Sign in at /admin/ as:"))
            for login in LOGINS:
                self.stdout.write(f"  {login.username:15} {login.password}")
