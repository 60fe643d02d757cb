"""What the commands that import a file share: their options, and what they print."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from orgs.models import Area
from record.origin import because
from sheets.problems import Problems, count_of_errors, count_of_warnings


class ImportCommand(BaseCommand):
    """A command that takes a file, all or nothing."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and what every import may be told."""
        parser.add_argument("file", metavar="FILE", help="CSV (UTF-8 or GB18030) or XLSX (first sheet)")
        parser.add_argument("--reason", metavar="TEXT", default="", help="why; the history keeps it")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")

    @contextmanager
    def opened(self, options: dict[str, Any]) -> Iterator[BinaryIO]:
        """The file; what is recorded meanwhile gives the reason. Raises CommandError where it cannot be read."""
        try:
            with because(options["reason"]), Path(options["file"]).open("rb") as file:
                yield file
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read: %(reason)s")
                % {"file": options["file"], "reason": error.strerror or error}
            ) from error

    def refuse(self, errors: Problems) -> NoReturn:
        """Print `errors`, and exit with status 1."""
        self._print(errors)
        self.stderr.write(count_of_errors(errors.count))
        sys.exit(1)

    def sum_up(self, warnings: Problems, ignored: Sequence[str], counts: str, *, dry_run: bool) -> None:
        """Print what is worth a look, and last the `counts`."""
        if warnings:
            self._print(warnings, "warning: ")
            self.stderr.write(count_of_warnings(warnings.count))
        if ignored:
            self.stdout.write(_("ignored columns: %(names)s") % {"names": ", ".join(ignored)})
        if dry_run:
            self.stdout.write(_("dry run: nothing is written"))
        self.stdout.write(counts)

    def _print(self, problems: Problems, prefix: str = "") -> None:
        for problem in problems.first():
            self.stderr.write(f"{prefix}{problem}")


def area_of(code: str | None) -> Area | None:
    """The area that an option names; None where it is not given. Raises CommandError."""
    if code is None:
        return None
    area = Area.objects.filter(code=code).first()
    if area is None:
        raise CommandError(_("There is no area with the code %(code)s.") % {"code": code})
    return area
