"""From an XLSX file to rows of cells, after a look for what would harm or mislead.

calamine reads fast, but takes memory for every cell up to the last one, and gives error cells and
formulas without a stored value as empty. So the archive (`sheets.archive`) and the XML of the sheet
(`sheets.extent`) are looked through first, in blocks.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from sheets.archive import blocks, damaged, opened, read_through
from sheets.extent import Extent, check_text, column_number, whole_rows
from sheets.problems import Unreadable
from sheets.workbook import SHARED_STRINGS, first_sheet

_POSITION = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
# None of these tries one piece of the text twice: `<c ` or blanks for megabytes cost what they are long.
_ERROR_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\bt=["']e["'][^<>]*>""")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
_EMPTY_FORMULA = re.compile(
    rb"<(?:\w+:)?c(\s[^<>]*+)>\s*+<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*+>[^<]*+</(?:\w+:)?f>)\s*+"
    rb"(?:<(?:\w+:)?v\s*+/>|<(?:\w+:)?v>\s*+</(?:\w+:)?v>)?+\s*+</(?:\w+:)?c>"
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
        raise damaged() from error
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


def _look_through(file: BinaryIO) -> dict[int, dict[int, ErrorCell]]:
    """The error cells of the first sheet by row and column; raises Unreadable for a file not to be read."""
    with opened(file) as archive:
        sheet = first_sheet(archive)
        strings = next((name for name in archive.namelist() if name.casefold() == SHARED_STRINGS), None)
        marks: dict[int, dict[int, ErrorCell]] = {}
        extent = Extent()
        references = 0
        for rows in whole_rows(blocks(archive, sheet)):
            extent.add(rows)
            references += rows.count(b"<v") + rows.count(b":v")
            for row, column, mark in _marks(rows):
                marks.setdefault(row, {})[column] = mark
        if strings is not None:
            check_text(archive, strings, sheet, references)
        read_through(archive, but={sheet, strings})
    return marks


def _marks(rows: bytes) -> Iterator[tuple[int, int, ErrorCell]]:
    for cell in _ERROR_CELL.finditer(rows) if b'"e"' in rows or b"'e'" in rows else ():
        value = _VALUE.search(rows, cell.end(), cell.end() + 200)
        shown = value[1].decode("ascii", "replace") if value else "#"
        yield *_place(cell[0]), ErrorCell(shown)
    for cell in _EMPTY_FORMULA.finditer(rows) if b"<f" in rows or b":f" in rows else ():
        if not _TEXT_RESULT.search(cell[1]):
            yield *_place(cell[1]), ErrorCell(_("formula without a stored value"))


def _place(tag: bytes) -> tuple[int, int]:
    position = _POSITION.search(tag)
    if position is None:
        raise Unreadable(1, _("the sheet has an error cell"))
    return int(position[2]), column_number(position[1]) - 1
