"""`manage.py remove_old_drafts`."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import ngettext

from applications.actions.applying import remove_old_drafts


class Command(BaseCommand):
    help = "Remove applications that were never submitted, nor changed within the last DRAFT_DAYS days."

    def handle(self, *args: Any, **options: Any) -> None:
        count = remove_old_drafts(before=timezone.localdate() - timedelta(days=settings.DRAFT_DAYS))
        self.stdout.write(
            ngettext("%(count)d draft removed", "%(count)d drafts removed", count) % {"count": count}
        )
