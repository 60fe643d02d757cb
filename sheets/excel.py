"""From an XLSX file to rows of cells, after a look for what would harm or mislead.

calamine reads fast, but takes memory for every cell up to the last one, and gives error cells and
formulas without a stored value as empty. So the ZIP directory and the XML of the sheet are looked
through first, in blocks.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from sheets.problems import Unreadable

MOST_BYTES = 256 * 1024 * 1024
"""An XLSX file may unpack to so much; a list of 10^5 enterprises unpacks to about 60 MB."""

MOST_CELLS = 8_000_000
"""A sheet may reach so far, rows times columns: each place takes memory, empty ones too."""

_BLOCK = 1 << 20
_LONGEST_ROW = 32 << 20
_ATTRIBUTE = re.compile(rb"""\b(\w+)=["']([^"']*)["']""")
_POSITION = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ERROR_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\bt=["']e["'][^>]*>""")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
_EMPTY_FORMULA = re.compile(
    rb"<(?:\w+:)?c(\s[^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_TEXT_RESULT = re.compile(rb"""\bt=["']str["']""")


class ErrorCell:
    """A cell without a usable value: an error such as `#N/A`, or a formula that was never computed."""

    def __init__(self, shown: str) -> None:
        self.shown = shown

    def __str__(self) -> str:
        return self.shown


def excel_rows(file: BinaryIO) -> Iterator[tuple[int, list[object]]]:
    """The rows of the first sheet that have content, each with its number, without empty ends.

    Raises Unreadable where the file is damaged, locked or too large.
    """
    marks = _look_through(file)
    file.seek(0)
    try:
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
    except CalamineError as error:
        raise _damaged() from error
    left = sheet.start[1] if sheet.start else 0
    number = 0
    for number, found in enumerate(sheet.iter_rows() if sheet.start else (), start=1):
        cells: list[object] = [""] * left
        cells += found
        yield from _with_marks(number, cells, marks.pop(number, {}))
    for later in sorted(row for row in marks if row > number):
        yield from _with_marks(later, [], marks[later])


def _with_marks(
    number: int, cells: list[object], marks: dict[int, ErrorCell]
) -> Iterator[tuple[int, list[object]]]:
    for column, mark in marks.items():
        cells += [""] * (column + 1 - len(cells))
        cells[column] = mark
    while cells and (_is_blank(cells[-1])):
        cells.pop()
    if cells:
        yield number, cells


def _is_blank(cell: object) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _damaged() -> Unreadable:
    return Unreadable(1, _("this is no XLSX file, or a damaged one"))


def _look_through(file: BinaryIO) -> dict[int, dict[int, ErrorCell]]:
    """The error cells of the first sheet by row and column; raises Unreadable for a file not to be read."""
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise Unreadable(1, _("the file unpacks to more than %(megabytes)d megabytes")
                                 % {"megabytes": MOST_BYTES >> 20})  # fmt: skip
            # Reads every entry up to the size that the directory states, and no further.
            if archive.testzip() is not None:
                raise _damaged()
            return _scan(archive, _first_sheet(archive))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, LookupError,
            ValueError) as error:  # fmt: skip
        raise _damaged() from error


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """The name in the archive of the first sheet's XML. Raises KeyError where there is none."""
    names = {name.lower(): name for name in archive.namelist()}

    def tags(name: str, tag: bytes) -> list[dict[str, str]]:
        found = re.findall(rb"<(?:\w+:)?" + tag + rb"\s([^>]*)>", archive.read(names[name]))
        return [{key.decode(): value.decode() for key, value in _ATTRIBUTE.findall(text)} for text in found]

    sheet = tags("xl/workbook.xml", b"sheet")[0]
    links = {link["Id"]: link["Target"] for link in tags("xl/_rels/workbook.xml.rels", b"Relationship")}
    target = links[sheet["id"]]
    path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return names[path.lower()]


def _scan(archive: zipfile.ZipFile, name: str) -> dict[int, dict[int, ErrorCell]]:
    marks: dict[int, dict[int, ErrorCell]] = {}
    last_row = last_column = 0
    rest = b""
    with archive.open(name) as xml:
        while block := xml.read(_BLOCK):
            rest += block
            # Whole rows only, so that no cell is cut in two.
            cut = rest.rfind(b"row>") + len(b"row>")
            if cut < len(b"row>"):
                if len(rest) > _LONGEST_ROW:
                    raise _damaged()
                continue
            rows, rest = rest[:cut], rest[cut:]
            positions = set(_POSITION.findall(rows))
            last_row = max(last_row, *(int(row) for _column, row in positions), 0)
            last_column = max(
                last_column, *(_index(letters) + 1 for letters in {at[0] for at in positions}), 0
            )
            if last_row * last_column > MOST_CELLS:
                raise Unreadable(1, _("the sheet reaches to row %(row)d and column %(column)d")
                                 % {"row": last_row, "column": last_column})  # fmt: skip
            for row, column, mark in _marks(rows):
                marks.setdefault(row, {})[column] = mark
    return marks


def _marks(rows: bytes) -> Iterator[tuple[int, int, ErrorCell]]:
    for cell in _ERROR_CELL.finditer(rows):
        value = _VALUE.search(rows, cell.end(), cell.end() + 200)
        shown = value[1].decode("ascii", "replace") if value else "#"
        yield *_place(cell[0]), ErrorCell(shown)
    for cell in _EMPTY_FORMULA.finditer(rows):
        if not _TEXT_RESULT.search(cell[1]):
            yield *_place(cell[1]), ErrorCell(_("formula without a stored value"))


def _place(tag: bytes) -> tuple[int, int]:
    position = _POSITION.search(tag)
    if position is None:
        raise Unreadable(1, _("the sheet has an error cell"))
    return int(position[2]), _index(position[1])


def _index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - ord("A") + 1
    return index - 1
