"""Files packed by gzip, whose checksum tells what was cut off or changed (a dump of PostgreSQL has none)."""

import gzip
import shutil
import zlib
from pathlib import Path

from registry.backups.refusals import damaged


def pack(clear: Path, packed: Path) -> None:
    """Write `clear` into the new file `packed`."""
    with clear.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
        shutil.copyfileobj(source, target)


def unpack(packed: Path, clear: Path) -> None:
    """Write what is in `packed` into `clear`. Raises BackupFailed where it is not as it was packed."""
    try:
        with gzip.open(packed) as source, clear.open("wb") as target:
            shutil.copyfileobj(source, target)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise damaged(str(error)) from error
