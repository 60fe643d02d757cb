"""A folder of backups: each is complete or not there, and the newest are kept."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from django.utils.translation import gettext as _

from orgs.models import Organization
from registry.backups import postgresql, sqlite
from registry.backups.packing import pack, unpack
from registry.backups.refusals import BackupFailed

_WAYS = {"postgresql": postgresql, "sqlite": sqlite}
_TABLE = Organization._meta.db_table
"""What has no such table is no register."""

_UNFINISHED = "unfinished-"
_NAME = re.compile(r"register-\d{4}-\d\d-\d\dT\d{6}Z\.(postgresql|sqlite)\.gz")


def back_up(folder: Path, *, at: datetime, keep: int) -> Path:
    """Write the database into a new file of `folder`, named by the moment `at`, and read it again.

    It stays, and so do the `keep` - 1 newest of the other backups there, by their names; files with other names are
    left alone. What a killed backup left goes. Gives the new file. Raises BackupFailed, and OSError where the folder
    cannot be written.
    """
    way = _WAYS[connection.vendor]
    with _alone_in(folder):
        for left in folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left)
        with TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as unfinished:  # its owner's alone
            clear = Path(unfinished, "clear")
            way.copy_into(clear)
            moment = f"{at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"
            packed = Path(unfinished, f"register-{moment}.{connection.vendor}.gz")
            pack(clear, packed)
            packed.chmod(0o600)
            _write_through(packed)
            unpack(packed, clear)
            way.check(clear, table=_TABLE)
            finished = packed.replace(folder / packed.name)
            _write_through(folder)
        # Where the clock went back, others have later names.
        others = [path for path in _backups_in(folder) if path != finished]
        for old in others[keep - 1 :]:
            old.unlink()
    return finished


def restore(file: Path) -> None:
    """Fill the empty database from `file`, all or nothing.

    `file` is unpacked among the temporary files (TMPDIR). Raises BackupFailed where the database has tables, or
    `file` is no whole backup of a register in the same kind of database; OSError where it cannot be read.
    """
    if connection.introspection.table_names():
        raise BackupFailed(_("The database has tables already. A backup is restored into a new, empty one."))
    with TemporaryDirectory(prefix="register-") as temporary:
        clear = Path(temporary, "clear")
        unpack(file, clear)
        with clear.open("rb") as opened:
            start = opened.read(16)
        kind = next((vendor for vendor, way in _WAYS.items() if start.startswith(way.MAGIC)), None)
        if kind is None:
            raise BackupFailed(_("This is no database."))
        if kind != connection.vendor:
            told = {"kind": kind, "other": connection.vendor}
            raise BackupFailed(_("This is a backup of %(kind)s; DATABASE_URL leads to %(other)s.") % told)
        _WAYS[kind].check(clear, table=_TABLE)
        _WAYS[kind].load(clear)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other backups out of `folder` meanwhile. Raises BackupFailed where one is being made there."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            busy = _("Another backup is being written into %(folder)s.") % {"folder": folder}
            raise BackupFailed(busy) from error
        yield
    finally:
        os.close(descriptor)


def _write_through(path: Path) -> None:
    """Let what is written there outlast a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _backups_in(folder: Path) -> list[Path]:
    """The newest first."""
    return sorted((path for path in folder.iterdir() if _NAME.fullmatch(path.name)), reverse=True)
