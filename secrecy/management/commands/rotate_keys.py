from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from secrecy.rotation import forget_old_rows, left_under_other_keys, rotate


class Command(BaseCommand):
    help = (
        "Encrypt all protected values under the first of PROTECTION_KEYS and compute their indexes under INDEX_KEY. "
        "May be killed and run again; others may work meanwhile."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = rotate()
        forget_old_rows()
        told = {"read": done.read, "renewed": done.renewed, "indexed": done.indexed}
        self.stdout.write(_("read %(read)d, encrypted anew %(renewed)d, indexed anew %(indexed)d") % told)
        for text, rows in (
            (_("cannot be read: %(row)s"), done.unreadable),
            (_("another row has the same value: %(row)s"), done.refused),
            (_("held by somebody else: %(row)s"), done.held),
        ):
            for row in rows:
                self.stderr.write(text % {"row": row})
        left = left_under_other_keys()
        if left:
            raise CommandError(
                _("%(count)d values are still under other keys: keep those, and run again.") % {"count": left}
            )
        if done.unreadable or done.refused or done.held:
            raise CommandError(_("Not everything was renewed."))
