"""`manage.py check_register [--on DATE] [--area CODE] [--severity SEVERITY]`."""

import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import ngettext

from checks.check import Check, Severity
from checks.register import CHECKS
from orgs.api.parameters import NO_DAY, parse_day
from orgs.models import Scope
from sheets.management.importing import area_of

NAMED = 100
"""Offenders of a check that are named; more are counted."""


class Command(BaseCommand):
    help = "Look for what is wrong in the register; exit status 1 where there are errors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", metavar="DATE", help="the day to look at, as 2008-06-19; else today")
        parser.add_argument("--area", metavar="CODE", help="look at what lies in this area alone")
        parser.add_argument(
            "--severity",
            action="append",
            choices=Severity.values,
            help="make the checks of this severity alone; may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        day, area = _day(options["on"]), area_of(options["area"])
        scope = Scope(area, everything=area is None)
        severities = options["severity"] or Severity.values
        found = dict.fromkeys(Severity.values, 0)
        checks = [check for check in CHECKS if check.severity in severities]
        for check in checks:
            found[check.severity] += self._tell(check, day, scope)
        self.stdout.write(
            ngettext("%(count)d check made", "%(count)d checks made", len(checks)) % {"count": len(checks)}
        )
        told = ((Severity(value).label, count) for value, count in found.items() if value in severities)
        self.stdout.write(", ".join(f"{label}: {count}" for label, count in told))
        if found[Severity.ERROR]:
            sys.exit(1)

    def _tell(self, check: Check, day: date, scope: Scope) -> int:
        """Print the offenders of `check` by their keys, which name nobody, and return how many there are."""
        offenders = check.offenders(day, scope)
        count = offenders.count()
        if not count:
            return 0
        self.stdout.write(f"{Severity(check.severity).label}: {check.title} [{check.code}]: {count}")
        for key in offenders.values_list(check.key, flat=True)[:NAMED]:
            self.stdout.write(f"  {key}")
        if count > NAMED:
            more = ngettext("and %(counter)s more", "and %(counter)s more", count - NAMED)
            self.stdout.write(f"  {more % {'counter': count - NAMED}}")
        return count


def _day(text: str | None) -> date:
    if text is None:
        return timezone.localdate()
    try:
        return parse_day(text)
    except ValueError as error:
        raise CommandError(f"--on: {NO_DAY} ({text})") from error
