"""How far a sheet reaches and how much text it holds, found in its XML before calamine makes room for it.

calamine makes a place for every cell of the rectangle that the cells span, and copies a shared text into
each cell that refers to it: a file of a few kilobytes could ask for terabytes.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sheets.archive import blocks, damaged, unpacks_to_too_much
from sheets.problems import Unreadable
from sheets.workbook import text_lengths

MOST_CELLS = 8_000_000
"""A sheet may reach so far, rows times columns: each place takes memory, empty ones too."""

MOST_TEXT = 128 << 20
"""So many characters the cells may hold together, a text that several share counted for each."""

_FEW_CELLS = 1_000_000
_CELLS_FOR_EACH = 16
"""A sheet larger than `_FEW_CELLS` must fill one of so many of its cells, or it is large for nothing."""

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_LONGEST_ROW = 16 << 20
_VALUE = re.compile(rb"<(?:[^<>:/]*:)?v\b[^<]*>([^<>]*)<")
# They find more than positions, never fewer.
_LETTERS = re.compile(rb"""r\s*=\s*["']([A-Za-z]+)[0-9]+["']""")
_DIGITS = re.compile(rb"""r\s*=\s*["'][A-Za-z]*([0-9]+)["']""")
_PERHAPS_UNPLACED = re.compile(rb"""<(?:c|row)(?=[\s/>])(?! r="[A-Za-z]*[0-9]+")""")
_UNPLACED = rb"""(?!\s+(?:[\w:.-]+=(?:"[^"<>]*"|'[^'<>]*')\s+)*r=["'][A-Za-z]*[0-9]+["'])"""
_CELL, _ROW = rb"<(?:[^<>:/]*:)?c(?=[\s/>])", rb"<(?:[^<>:/]*:)?row(?=[\s/>])"


@dataclass(slots=True)
class Extent:
    """The rectangle from A1 that the rows seen so far span, at least, and the cells in it.

    `after` are the rows, and the columns, that may lie behind the last one which is named: a cell that names
    no place follows the one before it, and rows likewise.
    """

    rows: int = 0
    columns: int = 0
    cells: int = 0
    rows_after: int = 0
    columns_after: int = 0

    def add(self, rows: bytes) -> None:
        """Take `rows` in; raises Unreadable where the rectangle becomes too large."""
        letters = _LETTERS.findall(rows)
        self.columns = max(self.columns, *map(column_number, set(letters)), 0)
        self.rows = max(self.rows, *map(int, set(_DIGITS.findall(rows))), 0)
        self.cells += len(letters)
        if _PERHAPS_UNPLACED.search(rows) or b":c" in rows or b":row" in rows:
            self._add_unplaced(rows)
        row, column = self.rows + self.rows_after, self.columns + self.columns_after
        if self.rows > _LAST_ROW or self.columns > _LAST_COLUMN:
            raise damaged()
        if row * column > min(MOST_CELLS, max(_FEW_CELLS, _CELLS_FOR_EACH * self.cells)):
            message = _("the sheet reaches to row %(row)d and column %(column)d")
            raise Unreadable(1, message % {"row": row, "column": column})

    def _add_unplaced(self, rows: bytes) -> None:
        if re.search(_ROW + _UNPLACED, rows):
            self.rows_after += len(re.findall(_ROW, rows))
        if re.search(_CELL + _UNPLACED, rows):
            widths = [len(re.findall(_CELL, row)) for row in re.split(_ROW, rows)]
            self.columns_after = max(self.columns_after, *widths)
            self.cells += sum(widths)


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA, 0 for no letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def whole_rows(xml: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of `xml` cut behind rows, so that no cell lies in two pieces."""
    rest = b""
    for block in xml:
        rest += block
        cut = rest.rfind(b"row>") + len(b"row>")
        if cut >= len(b"row>"):
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > _LONGEST_ROW:
            raise damaged()
    yield rest


def check_text(archive: zipfile.ZipFile, strings: str, sheet: str, references: int) -> None:
    """Raises Unreadable where the cells of `sheet` hold too much of the shared texts in the part `strings`.

    At most `references` cells refer to one. Only where the longest text for each of them would be too much
    is it counted which of them they refer to.
    """
    lengths = text_lengths(archive, strings)
    longest = max(lengths, default=0)
    if longest * references <= MOST_TEXT:
        return
    total = 0
    for rows in whole_rows(blocks(archive, sheet)):
        if b"<!" in rows or rows.find(b"<?", 1) > 0:  # a comment between a tag and its number would hide it
            raise unpacks_to_too_much(MOST_TEXT)
        for value in _VALUE.findall(rows):
            if not value.isdigit():  # `&#49;` may mean any text
                total += longest
            elif int(value) < len(lengths):
                total += lengths[int(value)]
        if total > MOST_TEXT:
            raise unpacks_to_too_much(MOST_TEXT)
