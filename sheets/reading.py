"""From the bytes of a file to rows of cells, each with its line: CSV here, XLSX in `sheets.excel`."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from sheets.excel import excel_rows
from sheets.problems import Unreadable

_ZIP = b"PK\x03\x04"
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, blank ones left out, as pairs of line and cells.

    `line` is the physical line on which a row of a CSV file starts, or the row of a sheet. A sheet
    has no cells behind the last one with content, so there `ragged` rows may be short.
    """

    rows: Iterator[tuple[int, list[object]]]
    ragged: bool


def read_table(file: BinaryIO) -> Table:
    """The table in `file`, told by its content: XLSX, or CSV in UTF-8 or GB18030.

    Raises Unreadable at once, or while rows are taken, where there is none.
    """
    start = file.read(len(_OLE2))
    file.seek(0)
    if start.startswith(_ZIP):
        return Table(excel_rows(file), ragged=True)
    if start == _OLE2:
        raise Unreadable(1, _("this is an old or a password-protected Excel file; save it as .xlsx or CSV"))
    encoding = _encoding(file)
    file.seek(0)
    return Table(_csv_rows(file, encoding), ragged=False)


def _csv_rows(file: BinaryIO, encoding: str) -> Iterator[tuple[int, list[object]]]:
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    reader = csv.reader(text, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell and not cell.isspace() for cell in cells):
                yield line, list(cells)
            line = reader.line_num + 1
    except csv.Error as error:
        message = _("the quotes or separators of this row are broken: %(error)s") % {"error": error}
        raise Unreadable(line, message, _("row")) from error
    finally:
        text.detach()  # the caller closes the file


def _encoding(file: BinaryIO) -> str:
    """`utf-8-sig` or `gb18030`. Raises Unreadable, with the line of the first bytes that are neither."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        file.seek(0)
        data = file.read()
    else:
        return "utf-8-sig"
    try:
        if not _is_damaged_utf8(data, data.decode("gb18030")):
            return "gb18030"
    except UnicodeDecodeError:
        pass
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(line, _("the bytes of this line are neither UTF-8 nor GB18030")) from error
    raise AssertionError("bytes that do not decode piecewise do not decode as a whole")


def _is_damaged_utf8(data: bytes, text: str) -> bool:
    """Whether `data` is UTF-8 with a few wrong bytes, though GB18030 reads it as `text`.

    Chinese in UTF-8 that is read so is full of characters which are not in the old and small GB 2312,
    where Chinese of daily use is.
    """
    if data.startswith(codecs.BOM_UTF8):
        return True
    utf8 = data.decode("utf-8", "replace")
    damaged = utf8.count("\ufffd")
    if sum(character >= "\u0800" for character in utf8) - damaged < damaged:
        return False
    rare = len(text) - len(text.encode("gb2312", "ignore").decode("gb2312"))
    return rare * 4 >= sum(not character.isascii() for character in text)
