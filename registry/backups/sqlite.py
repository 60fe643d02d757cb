"""Copies of an SQLite database, by SQLite itself."""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from registry.backups.refusals import BackupFailed, damaged

MAGIC = b"SQLite format 3\0"
"""What a copy begins with."""


def copy_into(file: Path) -> None:
    """Write the database as it is at this moment into the new `file`, while others go on writing."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])


def check(file: Path, *, table: str) -> None:
    """Read all that is in `file`. Raises BackupFailed, also where there is no `table` in it."""
    # By the site's connection, which knows the functions that constraints and indexes use.
    with connection.cursor() as cursor:
        cursor.execute("ATTACH DATABASE %s AS copy", [str(file)])
        try:
            cursor.execute("SELECT 1 FROM copy.sqlite_master WHERE type = 'table' AND name = %s", [table])
            if cursor.fetchone() is None:
                told = _("This is a database of something else: it has no %(table)s.")
                raise BackupFailed(told % {"table": table})
            cursor.execute("PRAGMA copy.integrity_check")
            if cursor.fetchall() != [("ok",)]:
                raise damaged(_("its tables and indexes do not agree"))
            cursor.execute("PRAGMA copy.foreign_key_check")
            if cursor.fetchone() is not None:
                raise damaged(_("a row refers to one that is not there"))
        except DatabaseError as error:
            raise damaged(str(error)) from error
        finally:
            cursor.execute("DETACH DATABASE copy")


def load(file: Path) -> None:
    """Fill the empty database from `file`, all or nothing."""
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as copy, connection.wrap_database_errors:
        copy.backup(connection.connection)  # in one transaction
