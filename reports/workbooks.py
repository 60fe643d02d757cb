"""Workbooks for Excel: a few sheets of rows, each with a header that stays in sight."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook

from orgs.api.tables import XLSXRenderer, add_sheet, harmless

MIME_TYPE = XLSXRenderer.media_type

Row = Sequence[str | int | float | None]
Sheet = tuple[str, Sequence[str], Iterable[Row]]
"""A sheet: its title, its header, its rows."""


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """The file with `sheets`; a text is never a formula."""
    book = Workbook(write_only=True)
    for title, header, rows in sheets:
        lines = ([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
        add_sheet(book, header, lines, title=title)
    file = BytesIO()
    book.save(file)
    return file.getvalue()
