"""`manage.py create_token NAME [--days N]`: prints the key of a new API token, and nothing else."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from knox.settings import knox_settings

from accounts.actions import make_token
from accounts.models import User

MOST_DAYS = 3650


class Command(BaseCommand):
    help = "Make an API token of a user and print its key: it is stored as a digest and not shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name that the user signs in with")
        parser.add_argument(
            "--days", type=int, default=knox_settings.TOKEN_TTL.days, help="valid for (default: %(default)s)"
        )

    def handle(self, *args: Any, name: str, days: int, **options: Any) -> None:
        if not 1 <= days <= MOST_DAYS:
            raise CommandError(_("--days is from 1 to %(most)d.") % {"most": MOST_DAYS})
        try:
            user = User.objects.get(username=name)
        except User.DoesNotExist:
            raise CommandError(_("There is no user %(name)s.") % {"name": name}) from None
        if not user.is_active:
            raise CommandError(_("The user %(name)s is not active.") % {"name": name})
        _token, key = make_token(user=user, valid_for=timedelta(days=days), by=None)
        self.stdout.write(key)
