"""`manage.py create_staff NAME --role ROLE [--area CODE]`: the password comes from standard input."""

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.actions import create_staff
from accounts.roles import Role
from orgs.models import Area


def read_password() -> str:
    """One line of standard input; on a terminal asked for twice, unseen."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass(_("Password: "))
    if getpass(_("Password (again): ")) != password:
        raise CommandError(_("The two passwords differ."))
    return password


class Command(BaseCommand):
    help = "Make a user with a role; the password is read from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name to sign in with")
        parser.add_argument("--role", required=True, help=", ".join(Role.values))
        parser.add_argument(
            "--area", metavar="CODE", help="the division code of the area that the user may see"
        )

    def handle(self, *args: Any, name: str, role: str, **options: Any) -> None:
        if role not in Role.values:
            known = ", ".join(Role.values)
            raise CommandError(
                _("There is no role %(role)s; roles are: %(known)s.") % {"role": role, "known": known}
            )
        area = _area(options["area"])
        if area is None and role != Role.ADMINISTRATOR:
            warning = _("Warning: %(name)s has no area (--area) and will see no part of the register.")
            self.stderr.write(warning % {"name": name})
        password = read_password()
        if not password:
            raise CommandError(_("The password is empty."))
        try:
            create_staff(username=name, role=Role(role), area=area, password=password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(_("%(name)s may sign in as %(role)s.") % {"name": name, "role": Role(role).label})


def _area(code: str | None) -> Area | None:
    if code is None:
        return None
    try:
        return Area.objects.get(code=code)
    except Area.DoesNotExist:
        raise CommandError(_("There is no area with the code %(code)s.") % {"code": code}) from None
