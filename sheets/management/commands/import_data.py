"""`manage.py import_data RESOURCE FILE [--area CODE] [--dry-run]`."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from sheets.management.importing import ImportCommand, area_of
from sheets.pipeline import import_file
from sheets.problems import ImportRefused
from sheets.resources import RESOURCES


class Command(ImportCommand):
    help = "Load a CSV or XLSX file into the register, all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("resource", metavar="RESOURCE", help=", ".join(RESOURCES))
        super().add_arguments(parser)
        parser.add_argument("--area", metavar="CODE", help="the area of created rows that name none")

    def handle(self, *args: Any, **options: Any) -> None:
        resource = RESOURCES.get(options["resource"])
        if resource is None:
            raise CommandError(
                _("There is no resource %(name)s; there are %(known)s.")
                % {"name": options["resource"], "known": ", ".join(RESOURCES)}
            )
        area = area_of(options["area"])
        try:
            with (
                self.opened(options) as file,
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
        except ImportRefused as refused:
            self.refuse(refused.errors)
        if area is not None and not any(column.name == "area" for column in resource.columns):
            self.stdout.write(_("--area has no effect: %(name)s have no area") % {"name": resource.name})
        self.sum_up(summary.warnings, summary.ignored, str(summary.outcomes), dry_run=options["dry_run"])
