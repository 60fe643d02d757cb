"""`manage.py prune_log`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from record.sealing import Tampered, head, remove_old


class Command(BaseCommand):
    help = "Remove what was recorded more than three years ago, and seal a checkpoint."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            removed = remove_old(now=timezone.now())
        except Tampered as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("removed %(count)d rows, head %(head)s") % {"count": removed, "head": head()})
