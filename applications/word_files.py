"""Word files: a ZIP archive that holds a document and no program, and that swells nobody's disk."""

import re
import zipfile
import zlib
from io import BytesIO
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from orgs.actions.refusals import Refusal

MOST_UNPACKED = 50 << 20
"""A Word file may unpack to so many bytes; pictures in it hardly shrink when packed."""
MOST_RATIO = 100
"""So many times its packed size an entry may unpack to; text reaches 20."""
MOST_ENTRIES = 1_000
MOST_OF_A_LINK = 1 << 20
"""Bytes of a part that is read here: what lists the types of the others, or the links of one."""

_SMALL = 1 << 20
_BLOCK = 1 << 20
_LOCAL_HEADER = 30
_LOCKED = 0x1
_TYPES, _DOCUMENT = "[content_types].xml", "word/document.xml"
_PROGRAMS = ("vbaproject.bin", "vbadata.xml", "activex", "oleobject")
_PROGRAM_TYPES = ("macroenabled", "vbaproject", "oleobject", "activex")
"""What stands in the content types of parts with programs."""
_PROGRAM_LINKS = (
    "oleobject", "vbaproject", "control", "activexcontrolbinary", "afchunk", "subdocument", "frame", "package",
)  # fmt: skip
"""How the types of links end that lead to programs, or to other documents that may hold them."""
_XML = (".xml", ".rels")
_DECLARATION = b"<!DOCTYPE"
_ON_A_DRIVE = re.compile(r"file:///[a-z]:[/\\]")


class IsNoWordFile(Refusal):
    """An archive, and no document of Word."""

    def __init__(self) -> None:
        super().__init__(_("This is no Word file (.docx)."))


class IsDamagedWordFile(Refusal):
    """The archive is broken, locked, or could be read in two ways."""

    def __init__(self) -> None:
        super().__init__(_("This Word file is damaged or protected by a password. Save it anew without one."))


class HoldsAProgram(Refusal):
    """The document brings macros or other programs, or fetches them."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This Word file holds macros, embedded objects or linked files. Save it as a PDF, and add that."
            )
        )


class Swells(Refusal):
    """What is in it is out of proportion to its size."""

    def __init__(self) -> None:
        super().__init__(_("This Word file unpacks to too much. Save it as a PDF, and add that."))


def check_word_file(content: bytes) -> None:
    """Look through all of a Word file. Raises IsNoWordFile, IsDamagedWordFile, HoldsAProgram, Swells."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_directory(archive)
            for entry in archive.infolist():
                _check_part(archive, entry)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, LookupError,
            ValueError, ElementTree.ParseError) as error:  # fmt: skip
        raise IsDamagedWordFile from error


def _check_directory(archive: zipfile.ZipFile) -> None:
    """Refuse by the directory alone, before anything is unpacked."""
    entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    names = {entry.filename.casefold() for entry in entries}
    if not names.issuperset({_TYPES, _DOCUMENT}):
        raise IsNoWordFile
    if any(program in name for name in names for program in _PROGRAMS):
        raise HoldsAProgram
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Swells
    if any(entry.file_size > max(_SMALL, MOST_RATIO * entry.compress_size) for entry in entries):
        raise Swells
    strange = any("\\" in name or name.startswith("/") or ".." in name.split("/") for name in names)
    strange |= any(entry.flag_bits & _LOCKED for entry in entries)
    strange |= any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries)
    # Two directories, or bytes before the first entry, and two programs may read two different archives.
    if len(names) < len(entries) or strange or archive.comment or entries[0].header_offset:
        raise IsDamagedWordFile
    ends = [entry.header_offset for entry in entries[1:]] + [archive.start_dir]
    for entry, end in zip(entries, ends, strict=True):
        if entry.header_offset + _LOCAL_HEADER + entry.compress_size > end:
            raise IsDamagedWordFile


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpack a part once, against what the directory says of it; look into those that tell of programs."""
    name = entry.filename.casefold()
    if name == _TYPES or name.endswith(".rels"):
        if entry.file_size > MOST_OF_A_LINK:
            raise Swells
        _check_links(archive.read(entry))
        return
    with archive.open(entry) as part:
        while block := part.read(_BLOCK):
            if name.endswith(_XML) and b"\0" in block:
                raise IsDamagedWordFile


def _check_links(xml: bytes) -> None:
    """Refuse types and links of programs, and what Word would fetch from elsewhere: it could bring them."""
    # In another encoding than UTF-8 a declaration would not be found; Word writes no other.
    is_utf8 = b"\0" not in xml and xml.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    if _DECLARATION in xml or not is_utf8:
        raise IsDamagedWordFile
    xml.decode()
    for element in ElementTree.fromstring(xml).iter():  # noqa: S314, nothing is declared in it
        content_type = element.get("ContentType", "").casefold()
        if any(program in content_type for program in _PROGRAM_TYPES) or not _is_harmless(element):
            raise HoldsAProgram


def _is_harmless(link: ElementTree.Element) -> bool:
    """Whether `link` leads to no program: out of the file where a reader clicks, and to one's own template."""
    kind = link.get("Type", "").strip().casefold()
    target = link.get("Target", "").strip().casefold()
    if kind.endswith(_PROGRAM_LINKS):
        return False
    is_outside = link.get("TargetMode", "").strip().casefold() == "external"
    if kind.endswith("/attachedtemplate"):
        is_within = not is_outside and "//" not in target and "\\\\" not in target
        return is_within or _ON_A_DRIVE.match(target) is not None
    return not is_outside or kind.endswith("/hyperlink")
