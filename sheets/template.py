"""The template of an import table: a workbook to fill in, whose first sheet imports as it is, and a sheet of notes."""

from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from orgs.api.tables import WIDTH_OF_COLUMNS
from sheets.columns import Amount, Choice, Column, CreditCode, Day, IdentityNumber, Text, Whole
from sheets.meanings import EXAMPLES, meaning
from sheets.run import Resource

_LAST_ROW = 1_048_576
_DAYS, _TEXTS = "yyyy-mm-dd", "@"
_BOLD = Font(bold=True)
_NOTES_WIDTHS = (24, 24, 30, 14, 46, 60, 30)


def template(resource: type[Resource], *, in_chinese: bool) -> bytes:
    """An XLSX file with the columns of `resource`, headers and choices in Chinese or in English.

    Columns of codes and numbers are formatted as text, in which Excel loses no digits; what has choices offers them.
    """
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]  # a new book has one
    sheet.title = _("Rows")
    for place, column in enumerate(resource.columns, start=1):
        _add_column(sheet, place, column, in_chinese)
    sheet.freeze_panes = "A2"
    _add_notes(book.create_sheet(_("Notes")), resource, in_chinese)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _add_column(sheet: Worksheet, place: int, column: Column, in_chinese: bool) -> None:
    letter = get_column_letter(place)
    header = sheet.cell(1, place, column.in_language(in_chinese))
    header.font = _BOLD
    look = sheet.column_dimensions[letter]
    look.width = WIDTH_OF_COLUMNS
    look.number_format = number_format(column)
    header.number_format = "General"
    if isinstance(column, Choice):
        names = column.in_chinese.values() if in_chinese else column.in_chinese
        offered = DataValidation("list", formula1=f'"{",".join(names)}"', allow_blank=not column.needed)
        offered.showErrorMessage = True
        offered.add(f"{letter}2:{letter}{_LAST_ROW}")
        sheet.add_data_validation(offered)


def number_format(column: Column) -> str:
    """Of cells of `column` in Excel."""
    if isinstance(column, Day):
        return _DAYS
    return "General" if isinstance(column, Whole | Amount) else _TEXTS


def _add_notes(sheet: Worksheet, resource: type[Resource], in_chinese: bool) -> None:
    """One line for each column, with what stands in it in an invented row: nothing of this sheet is imported."""
    sheet.append(
        [
            _("Column"), _("Other name"), _("What stands in it"), _("Needed"), _("Choices"), _("Meaning"),
            _("Example"),
        ]
    )  # fmt: skip
    examples = EXAMPLES[resource.name]
    for column in resource.columns:
        example = examples.get(column.name)
        if isinstance(column, Choice) and in_chinese:
            example = column.in_chinese.get(str(example))
        sheet.append(
            [
                column.in_language(in_chinese), column.in_language(not in_chinese), _kind(column), _needed(column),
                _choices(column, in_chinese), meaning(resource.name, column.name), example,
            ]
        )  # fmt: skip
        sheet.cell(sheet.max_row, 7).number_format = number_format(column)
    sheet.append([])
    for line in (
        _(
            "Fill in the first sheet, a row for each record. Only the first sheet is imported; this one is not."
        ),
        _(
            "Headers may be in Chinese or in English, in any order. Columns that you do not need may be removed."
        ),
        _(
            "A row whose key the register has changes that record; any other is new. An empty cell clears the value."
        ),
    ):
        sheet.append([line])
    for cell in sheet[1]:
        cell.font = _BOLD
    for place, width in enumerate(_NOTES_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for row in sheet.iter_rows(min_row=2, max_row=len(resource.columns) + 1, min_col=5, max_col=6):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _kind(column: Column) -> str:
    if isinstance(column, Day):
        return _("a day, such as 2008-06-19")
    if isinstance(column, Choice):
        return _("one of the choices")
    if isinstance(column, Whole):
        return _("a whole number")
    if isinstance(column, Text):
        return _("a text of up to %(longest)d characters") % {"longest": column.longest}
    if isinstance(column, CreditCode | IdentityNumber):
        return _("18 characters")
    raise TypeError(f"no words for what stands in {column.name}")


def _needed(column: Column) -> str:
    if column.key:
        return _("part of the key")
    return _("required") if column.required else ""


def _choices(column: Column, in_chinese: bool) -> str:
    if not isinstance(column, Choice):
        return ""
    names = column.in_chinese
    return ", ".join(
        f"{name} ({value})" if in_chinese else f"{value} ({name})" for value, name in names.items()
    )
