"""The ZIP archive that an XLSX file is, taken only where it can neither swell nor mislead its reader.

calamine unpacks whatever it is given. So the directory is looked through before anything is unpacked,
and every entry is unpacked here once, in blocks, against what the directory says of it.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Container, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.utils.translation import gettext as _

from sheets.problems import Unreadable

MOST_BYTES = 192 << 20
"""An XLSX file may unpack to so much: 10^5 enterprises unpack to about 60 MB."""

MOST_BYTES_OF_A_PART = 128 << 20
"""One sheet, or all its texts together, may unpack to so much; to look through it takes two seconds."""

MOST_RATIO = 100
"""So many times its packed size an entry may unpack to; sheets reach 10 to 30 times. Apache POI has the same."""

MOST_ENTRIES = 2_000
_SMALL = 1 << 20
_BLOCK = 1 << 20
_LOCKED = 0x1
_LOCAL_HEADER = 30
_END = struct.Struct("<4sHHHHIIH")
_OTHER_NAME = 0x7075
_DECLARATION = b"<!DOCTYPE"
# UTF-16 and UTF-32, in which a declaration would not be found; all writers of XLSX write UTF-8.
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00")


def damaged() -> Unreadable:
    """What is said of a file that no spreadsheet program writes so."""
    return Unreadable(1, _("this is no XLSX file, or a damaged one"))


def unpacks_to_too_much(most: int = MOST_BYTES) -> Unreadable:
    """What is said of a file that swells."""
    message = _("the file unpacks to more than %(megabytes)d megabytes") % {"megabytes": most >> 20}
    return Unreadable(1, message)


@contextmanager
def opened(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """The archive in `file`; raises Unreadable for one that is not to be read, also while it is."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check_directory(archive)
            _check_end(file, archive)
            yield archive
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, LookupError,
            ValueError) as error:  # fmt: skip
        raise damaged() from error


def _check_directory(archive: zipfile.ZipFile) -> None:
    """Refuse by the directory alone what is too much, is locked, or could be understood in two ways."""
    entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    if len(entries) > MOST_ENTRIES:
        raise damaged()
    if any(entry.flag_bits & _LOCKED for entry in entries):
        raise Unreadable(1, _("the file is protected by a password; save it without one"))
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise unpacks_to_too_much()
    for entry in entries:
        if entry.file_size > MOST_BYTES_OF_A_PART:
            raise unpacks_to_too_much(MOST_BYTES_OF_A_PART)
        if entry.file_size > max(_SMALL, MOST_RATIO * entry.compress_size):
            raise Unreadable(
                1, _("the file is packed more tightly than any table; it would swell when opened")
            )
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged()
    names = {entry.filename.casefold() for entry in entries}
    strange = any("\\" in name or name.startswith("/") or ".." in name.split("/") for name in names)
    strange |= any(_has_other_name(entry.extra) for entry in entries)
    # Two directories, or bytes before the first entry, and two programs may read two different archives.
    if len(names) < len(entries) or strange or archive.comment or entries[0].header_offset:
        raise damaged()
    ends = [entry.header_offset for entry in entries[1:]] + [archive.start_dir]
    for entry, end in zip(entries, ends, strict=True):
        if entry.header_offset + _LOCAL_HEADER + entry.compress_size > end:
            raise damaged()


def _has_other_name(extra: bytes) -> bool:
    """Whether an entry is given a second name, in Unicode, which calamine believes and `zipfile` does not."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == _OTHER_NAME:
            return True
        extra = extra[4 + length :]
    return False


def _check_end(file: BinaryIO, archive: zipfile.ZipFile) -> None:
    """Refuse an end, of 64 bits or within a comment, that leads one program to another directory than the other."""
    size = file.seek(0, io.SEEK_END)
    file.seek(size - _END.size)
    end = _END.unpack(file.read())
    count = len(archive.infolist())
    length = size - _END.size - archive.start_dir
    if end != (b"PK\5\6", 0, 0, count, count, length, archive.start_dir, 0):
        raise damaged()


def blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The bytes of an entry, block by block, which are no more and no others than the directory says.

    Raises Unreadable where they declare a document type: entities swell, and may name files and addresses.
    """
    end = b""
    with archive.open(name) as part:
        while block := part.read(_BLOCK):
            if not end and block.startswith(_OTHER_ENCODINGS):
                raise damaged()
            if _DECLARATION in end + block[: len(_DECLARATION)] or _DECLARATION in block:
                raise Unreadable(1, _("the file declares a document type or entities, which no table needs"))
            end = block[-len(_DECLARATION) :]
            yield block


def read_through(archive: zipfile.ZipFile, *, but: Container[str | None]) -> None:
    """Check every entry `but` those that are looked through elsewhere."""
    for name in archive.namelist():
        if name not in but:
            for _block in blocks(archive, name):
                pass
