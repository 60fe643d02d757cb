"""`manage.py verify_log [--head NUMBER:CODE]`."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from record.sealing import Head, verify

FAULTS = {
    "edited": gettext_lazy("it was edited"),
    "deleted": gettext_lazy("it was deleted"),
    "inserted": gettext_lazy("it was inserted or edited by somebody without the key"),
    "moved": gettext_lazy("it was moved in the chain"),
}


class Command(BaseCommand):
    help = "Check that the record is as it was written; name the first row that is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head", type=_head, metavar="NUMBER:CODE", help="a head that seal_log printed earlier"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify(expected=options["head"])
        if verdict.bad is not None:
            bad = verdict.bad
            self.stderr.write(
                _("%(table)s %(row)s: %(fault)s")
                % {"table": bad.table, "row": bad.row, "fault": FAULTS[bad.fault]}
            )
            sys.exit(1)
        self.stdout.write(
            _("%(sealed)d rows as sealed, %(unsealed)d not sealed yet, head %(head)s")
            % {"sealed": verdict.sealed, "unsealed": verdict.unsealed, "head": verdict.head}
        )


def _head(text: str) -> Head:
    number, colon, code = text.partition(":")
    if not (colon and number.isdecimal() and len(code) in (0, 64)):
        raise ArgumentTypeError(_("a head looks like 17:0123…ef"))
    return Head(int(number), code)
