"""Workbooks for Excel: a few sheets of rows, each with a header that stays in sight."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Sheet = tuple[str, Sequence[str], Iterable[Sequence[str | int | float | None]]]
"""A sheet: its title, its header, its rows."""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """The file with `sheets`; a text is never a formula."""
    book = Workbook(write_only=True)
    for title, header, rows in sheets:
        sheet: Any = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        cells = [WriteOnlyCell(sheet, name) for name in header]
        for cell in cells:
            cell.font = Font(bold=True)
        sheet.append(cells)
        for row in rows:
            sheet.append([_harmless(value) for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _harmless(value: str | float | None) -> str | float | None:
    if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA):
        return f"'{value}"
    return value
