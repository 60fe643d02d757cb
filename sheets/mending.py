"""The wrong rows of a file as a workbook of their own: as they stand, and behind them what is wrong, to be mended."""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from orgs.api.tables import LONGEST_TEXT_OF_EXCEL, WIDTH_OF_COLUMNS
from orgs.values import UNPRINTABLE
from sheets.models import Import, Part
from sheets.parts import kept, kept_json
from sheets.reading import read_table
from sheets.rows import MARK, clean_header


def are_told_apart(findings: Mapping[str, Any]) -> bool:
    """Whether there are wrong rows, and rows alone: neither the file as a whole (line 1), nor what cuts it off."""
    wrong = findings["wrong"]
    return bool(findings["is_read"] and wrong and wrong[0] > 1)


def wrong_rows(import_: Import, *, in_chinese: bool) -> IO[bytes]:
    """An XLSX file of the rows of `import_` that are wrong: their cells, and what is wrong with them.

    Uploaded again it is read as the file it comes from: its headers are the same, and the last is no column.
    """
    told: dict[int, list[str]] = {}
    for line, column, message in kept_json(import_, Part.PROBLEMS) or []:
        told.setdefault(line, []).append(
            _("%(column)s: %(message)s") % {"column": column, "message": message}
        )
    rows = read_table(io.BytesIO(kept(import_, Part.FILE))).rows
    _line, header = next(rows)
    own = [place for place, cell in enumerate(header) if clean_header(cell) not in (MARK.name, MARK.chinese)]
    wrong = [(_chosen(cells, own, len(header)), told[line]) for line, cells in rows if line in told]
    width = max([len(own), *(len(cells) for cells, _told in wrong)])

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    bold = Font(bold=True)

    def cell_of(value: object) -> Any:
        cell = WriteOnlyCell(sheet)
        if isinstance(value, date | bool | int | float):
            cell.value = value
        else:
            cell.value = UNPRINTABLE.sub("", str(value))[:LONGEST_TEXT_OF_EXCEL]
            cell.data_type = "s"  # what begins like a formula is none
            cell.number_format = "@"
        return cell

    def padded(cells: Sequence[object], last: str) -> list[Any]:
        return [cell_of(value) for value in (*cells, *[""] * (width - len(cells)), last)]

    top = padded(_chosen(header, own, len(header)), MARK.in_language(in_chinese))
    for cell in top:
        cell.font = bold
    sheet.freeze_panes = "A2"
    sheet.sheet_format.defaultColWidth = WIDTH_OF_COLUMNS
    sheet.append(top)
    for cells, messages in wrong:
        sheet.append(padded(cells, "; ".join(messages)))
    out = TemporaryFile()  # noqa: SIM115, the answer closes it
    book.save(out)
    out.seek(0)
    return out


def _chosen(cells: Sequence[object], own: Sequence[int], header: int) -> list[object]:
    """The cells of a row at the places `own`, and those behind the last of the `header`."""
    return [cells[place] for place in own if place < len(cells)] + list(cells[header:])
