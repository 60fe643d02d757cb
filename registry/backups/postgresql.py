"""Copies of a PostgreSQL database by its own programs `pg_dump` and `pg_restore` (Debian: postgresql-client)."""

import os
import subprocess
from pathlib import Path

from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient
from django.utils.translation import gettext as _

from registry.backups.refusals import BackupFailed

MAGIC = b"PGDMP"
"""What a copy begins with."""


def copy_into(file: Path) -> None:
    """Write the database as it is at this moment into the new `file`, while others go on writing.

    Raises BackupFailed.
    """
    run("pg_dump", "--format=custom", "--compress=0", f"--file={file}", *database_options())


def check(file: Path, *, table: str) -> None:
    """Read all that is in `file`. Raises BackupFailed, also where there is no `table` in it."""
    if f" TABLE DATA public {table} " not in run("pg_restore", "--list", file):
        raise BackupFailed(_("This is a database of something else: it has no %(table)s.") % {"table": table})
    run("pg_restore", f"--file={os.devnull}", file)


def load(file: Path) -> None:
    """Fill the empty database from `file`, all or nothing; whoever does it owns what is made. Raises BackupFailed."""
    # An extension that the administrator made is not ours to comment.
    whose = ("--no-owner", "--no-privileges", "--no-comments")
    run("pg_restore", "--single-transaction", *whose, *database_options(), file)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a copy has no statistics, without which queries are planned blindly


def database_options() -> list[str]:
    """The options by which PostgreSQL's programs find the database."""
    arguments, _environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, ["--dbname"])
    return arguments[1:]


def run(*command: str | Path) -> str:
    """What `command` prints. Raises BackupFailed with its errors alone: what follows them may quote a row."""
    _arguments, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    try:
        ran = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            command,
            env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        missing = _("%(program)s is not installed (Debian: apt-get install postgresql-client).")
        raise BackupFailed(missing % {"program": command[0]}) from error
    if ran.returncode:
        errors = [line for line in ran.stderr.splitlines() if ": error: " in line]
        raise BackupFailed(" ".join(errors) or f"{command[0]}: {ran.returncode}")
    return ran.stdout
