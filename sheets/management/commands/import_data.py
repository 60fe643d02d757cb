"""`manage.py import_data RESOURCE FILE [--area CODE] [--dry-run]`."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from orgs.models import Area
from record.origin import because
from sheets.pipeline import Summary, import_file
from sheets.problems import ImportRefused, Problems, count_of_errors, count_of_warnings
from sheets.resources import RESOURCES


class Command(BaseCommand):
    help = "Load a CSV or XLSX file into the register, all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("resource", metavar="RESOURCE", help=", ".join(RESOURCES))
        parser.add_argument("file", metavar="FILE", help="CSV (UTF-8 or GB18030) or XLSX (first sheet)")
        parser.add_argument("--area", metavar="CODE", help="the area of created rows that name none")
        parser.add_argument("--reason", metavar="TEXT", default="", help="why; the history keeps it")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        resource = RESOURCES.get(options["resource"])
        if resource is None:
            raise CommandError(
                _("There is no resource %(name)s; there are %(known)s.")
                % {"name": options["resource"], "known": ", ".join(RESOURCES)}
            )
        area = _area(options["area"])
        try:
            with (
                because(options["reason"]),
                Path(options["file"]).open("rb") as file,
                tqdm(unit=" rows", disable=not sys.stderr.isatty(), leave=False) as bar,
            ):

                def progress(done: int, total: int) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                summary = import_file(
                    resource,
                    file,
                    day=timezone.localdate(),
                    area=area,
                    dry_run=options["dry_run"],
                    progress=progress,
                )
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read: %(reason)s")
                % {"file": options["file"], "reason": error.strerror or error}
            ) from error
        except ImportRefused as refused:
            self._print(refused.errors)
            self.stderr.write(count_of_errors(refused.errors.count))
            sys.exit(1)
        if area is not None and not any(column.name == "area" for column in resource.columns):
            self.stdout.write(_("--area has no effect: %(name)s have no area") % {"name": resource.name})
        self._sum_up(summary, dry_run=options["dry_run"])

    def _print(self, problems: Problems, prefix: str = "") -> None:
        for problem in problems.first():
            self.stderr.write(f"{prefix}{problem}")

    def _sum_up(self, summary: Summary, *, dry_run: bool) -> None:
        if summary.warnings:
            self._print(summary.warnings, "warning: ")
            self.stderr.write(count_of_warnings(summary.warnings.count))
        if summary.ignored:
            self.stdout.write(_("ignored columns: %(names)s") % {"names": ", ".join(summary.ignored)})
        if dry_run:
            self.stdout.write(_("dry run: nothing is written"))
        self.stdout.write(
            f"created {summary.created}, updated {summary.updated}, unchanged {summary.unchanged}"
        )


def _area(code: str | None) -> Area | None:
    if code is None:
        return None
    area = Area.objects.filter(code=code).first()
    if area is None:
        raise CommandError(_("There is no area with the code %(code)s.") % {"code": code})
    return area
