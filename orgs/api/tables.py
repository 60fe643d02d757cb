"""Answers as files of rows, for `?format=csv` and `?format=xlsx`.

A view that offers them lists their renderers and answers with a `Table` where one of them is asked for. Columns
are the fields of the rows in JSON, those of nested objects called by their paths (`organizations.by_kind.branch`);
a list in a row is one cell, with commas between what it holds.
"""

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.writer.excel import ExcelWriter
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from orgs.batches import in_batches
from orgs.values import EMPTY_CELLS, ERROR_CELLS, LOST_DIGITS, MEANT, UNPRINTABLE

Cell = str | int | float | date | None

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a text begins with, also behind blanks, that a spreadsheet would calculate: OWASP, CSV injection."""

_BEGINS_ANOTHER_CELL = ("\t", "\r", "\n")

_SPOILT_OR_EMPTY = (EMPTY_CELLS | ERROR_CELLS) - {""}
_BEGINS_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

_FIRST_YEAR_OF_EXCEL = 1900
LONGEST_TEXT_OF_EXCEL = 32_767
WIDTH_OF_COLUMNS = 22
"""In characters: a credit code is not cut, nor a day shown as `########`."""
_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""When each workbook says to have been made."""


class TooLongForExcel(ValueError):
    """A text has more characters than a cell of a sheet holds; openpyxl would cut it off."""


@dataclass(frozen=True)
class Column:
    """A column: where its values stand in a row as JSON shows it, whether they are days; its title, if it has one."""

    path: tuple[str, ...]
    holds_days: bool = False
    title: str = ""

    @property
    def name(self) -> str:
        """The header."""
        return self.title or ".".join(self.path)

    def cell(self, row: Mapping[str, Any]) -> Cell:
        """The value of `row`; None also where an object around it is null."""
        value: Any = row
        for key in self.path:
            if value is None:
                return None
            value = value[key]
        if isinstance(value, list):
            value = ", ".join(map(_told, value))
        if isinstance(value, str):
            return date.fromisoformat(value) if self.holds_days else harmless(value)
        cell: Cell = value
        return cell


def _told(item: str | Mapping[str, str]) -> str:
    """An item of a list in a row: an object by its first field, which is its key."""
    return item if isinstance(item, str) else next(iter(item.values()))


def columns_of(
    shape: serializers.Serializer[Any], *, within: tuple[str, ...] = (), without: Collection[str] = ()
) -> tuple[Column, ...]:
    """The columns of rows that `shape` represents, nested objects laid out; none for the fields `without`."""
    found: list[Column] = []
    for name, field in shape.fields.items():
        path = (*within, name)
        if isinstance(field, serializers.Serializer):
            found += columns_of(field, within=path)
        elif name not in without:
            found.append(Column(path, isinstance(field, serializers.DateField)))
    return tuple(found)


@dataclass(frozen=True)
class Table:
    """Rows, as JSON shows them, with the columns in which a file shows them; `name` is the file's, without suffix."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Any]]

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    @property
    def lines(self) -> Iterator[list[Cell]]:
        """The cells of each row."""
        return ([column.cell(row) for column in self.columns] for row in self.rows)


def harmless(text: str) -> str:
    """`text` without characters that no sheet holds, and with an apostrophe where it would be read otherwise.

    A spreadsheet would calculate it, or an import (`sheets.columns`) take it for nothing, for an error or a number
    that lost digits, or for a text behind an apostrophe. An import drops the apostrophe.
    """
    printable = UNPRINTABLE.sub("", text)
    bare = printable.strip()
    is_misread = (
        printable.startswith(_BEGINS_ANOTHER_CELL)
        or bare.startswith((*_BEGINS_A_FORMULA, MEANT))
        or bare in _SPOILT_OR_EMPTY
        or LOST_DIGITS.fullmatch(bare)
    )
    return f"{MEANT}{printable}" if is_misread else printable


class TableRenderer(BaseRenderer):
    """Renders a `Table`, and nothing else: errors are told in JSON (orgs.api.base.StrictParameters)."""


class CSVRenderer(TableRenderer):
    """CSV in UTF-8, with the byte order mark by which Excel knows it."""

    media_type = "text/csv"
    format = "csv"

    def render(
        self,
        data: Table,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The file."""
        return b"".join(csv_pieces(data))


class XLSXRenderer(TableRenderer):
    """A workbook of one sheet, with a header that stays in sight, numbers and days as such."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Table,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The file."""
        file = BytesIO()
        write_workbook(data, file)
        return file.getvalue()


TABLE_RENDERERS: tuple[type[TableRenderer], ...] = (CSVRenderer, XLSXRenderer)


def wants_table(request: Request) -> bool:
    """Whether the answer is to be a file of rows."""
    return isinstance(request.accepted_renderer, TableRenderer)


def table_response(request: Request, table: Table) -> Response:
    """`table` as the file that `request` asks for."""
    disposition = content_disposition_header(True, f"{table.name}.{request.accepted_renderer.format}")
    return Response(table, headers={"Content-Disposition": str(disposition)})


def csv_pieces(table: Table) -> Iterator[bytes]:
    """The CSV file of `table`, piece by piece."""
    yield BOM_UTF8 + _csv_lines([table.header])
    yield from map(_csv_lines, in_batches(table.lines))


def _csv_lines(lines: Iterable[Sequence[Cell]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def write_workbook(table: Table, file: IO[bytes]) -> None:
    """Write the workbook of `table`; raises TooLongForExcel."""
    book = Workbook(write_only=True)
    try:
        add_sheet(book, table.header, table.lines)
    finally:  # what went wrong or not: to save the book removes its temporary files
        _save(book, file)


def add_sheet(
    book: Workbook, header: Sequence[str], lines: Iterable[Sequence[Cell]], *, title: str | None = None
) -> None:
    """Add a sheet to `book`, with a bold header that stays in sight; texts of `lines` are harmless."""
    sheet: Any = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.sheet_format.defaultColWidth = WIDTH_OF_COLUMNS
    sheet.append([_bold(sheet, name) for name in header])
    for line in lines:
        sheet.append([_excel_cell(sheet, cell) for cell in line])


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _excel_cell(sheet: Any, cell: Cell) -> Any:
    """`cell` as `sheet` takes it; a day that Excel does not know as text. Raises TooLongForExcel.

    A text of digits stays text when somebody types over it, so that none is lost. `_x0041_` means `A` in
    a sheet: where it is meant as it stands, its `_` is written as `_x005F_`.
    """
    if isinstance(cell, str):
        if len(cell) > LONGEST_TEXT_OF_EXCEL:
            raise TooLongForExcel
        if cell.isdigit():
            code = WriteOnlyCell(sheet, cell)
            code.number_format = "@"
            return code
        return _BEGINS_AN_ESCAPE.sub("_x005F_", cell) if "_x" in cell else cell
    before_excel = isinstance(cell, date) and cell.year < _FIRST_YEAR_OF_EXCEL
    return str(cell) if before_excel else cell


def _save(book: Workbook, file: IO[bytes]) -> None:
    """Save `book`, with the same bytes whenever the rows are the same: clients know them by their digest."""
    book.properties.created = book.properties.modified = _MADE_AT
    ExcelWriter(book, _TimelessArchive(file, "w")).save()


class _TimelessArchive(ZipFile):
    """A ZIP file whose entries do not tell when they were made."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *arguments: Any, **options: Any) -> None:
        """Add `data` under a name."""
        super().writestr(_entry(zinfo_or_arcname), data)

    def write(self, filename: Any, arcname: Any = None, *arguments: Any, **options: Any) -> None:
        """Add the file called `filename` as `arcname`."""
        entry = _entry(arcname)
        entry.file_size = Path(filename).stat().st_size  # by which what is larger than 2 GiB is let in
        with Path(filename).open("rb") as source, self.open(entry, "w") as target:
            copyfileobj(source, target)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    return entry
