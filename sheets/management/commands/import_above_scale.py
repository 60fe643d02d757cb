"""`manage.py import_above_scale FILE --day DAY [--area CODE] [--dry-run] [--reason TEXT]`."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from orgs.models import Enterprise
from sheets.columns import BadValue, Day
from sheets.management.importing import ImportCommand, area_of
from sheets.problems import ImportRefused
from sheets.run import Run
from sheets.yearly_list import YearlyList, counts_of, follow, read_list


class Command(ImportCommand):
    help = "Let exactly the enterprises of a CSV or XLSX file be above scale on a day, all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--day", metavar="DAY", required=True, help="from which the list holds, as 2009-01-01"
        )
        parser.add_argument(
            "--area", metavar="CODE", help="the list is about the enterprises that lie in it that day"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        on, area = _day(options["day"]), area_of(options["area"])
        among = Enterprise.objects.all() if area is None else Enterprise.objects.in_area(area, on)
        run = Run(area=area, by=None, day=on)
        try:
            with self.opened(options) as file:
                listing = YearlyList(read_list(file, run), on, among, is_of_area=area is not None)
                comparison = follow(listing, run, dry_run=options["dry_run"])
        except ImportRefused as refused:
            self.refuse(refused.errors)
        self.sum_up(run.warnings, run.ignored, counts_of(comparison), dry_run=options["dry_run"])


def _day(text: str) -> date:
    try:
        day = Day(name="day", chinese="").from_text(text.strip())
    except BadValue as error:
        raise CommandError(f"--day: {error} ({text})") from error
    return day
