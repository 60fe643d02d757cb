"""From the bytes of a file to rows of cells, each with its line: CSV here, XLSX in `sheets.excel`."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from sheets.excel import excel_rows
from sheets.problems import Unreadable

MOST_BYTES = 256 << 20
"""A CSV file may have so many bytes; 10^6 enterprises have about 150 MB."""

MOST_ROWS = 1_000_000
"""So many rows a file may have, the header and blank ones too."""

MOST_COLUMNS = 1_000
_LONGEST_LINE = 1 << 20
_ZIP = b"PK\x03\x04"
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_GZIP = b"\x1f\x8b"
_BLOCK = 1 << 20
_CHINESE = re.compile("[\u0800-\U0010ffff]+")


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
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > MOST_BYTES:
        message = _("the file has more than %(megabytes)d megabytes; divide it")
        raise Unreadable(1, message % {"megabytes": MOST_BYTES >> 20})
    if start.startswith(_ZIP):
        return Table(_sheet_rows(file), ragged=True)
    if start == _OLE2:
        raise Unreadable(1, _("this is an old or a password-protected Excel file; save it as .xlsx or CSV"))
    if start.startswith(_GZIP):
        raise Unreadable(1, _("this is a packed file; unpack it first"))
    encoding = _encoding(file)
    file.seek(0)
    return Table(_csv_rows(file, encoding), ragged=False)


def _sheet_rows(file: BinaryIO) -> Iterator[tuple[int, list[object]]]:
    for number, cells in excel_rows(file):
        _check_size(number, number, len(cells))
        yield number, cells


def _csv_rows(file: BinaryIO, encoding: str) -> Iterator[tuple[int, list[object]]]:
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    reader = csv.reader(_lines(text), strict=True)
    line = 1
    try:
        for number, cells in enumerate(reader, start=1):
            _check_size(line, number, len(cells))
            if any(cell and not cell.isspace() for cell in cells):
                yield line, list(cells)
            line = reader.line_num + 1
    except csv.Error as error:
        message = _("the quotes or separators of this row are broken: %(error)s") % {"error": error}
        raise Unreadable(line, message, _("row")) from error
    finally:
        if not file.closed:  # as it is where no more than the head was wanted
            text.detach()  # the caller closes the file


def _check_size(line: int, rows: int, cells: int) -> None:
    if rows > MOST_ROWS:
        raise Unreadable(line, _("the file has more than %(rows)d rows; divide it") % {"rows": MOST_ROWS})
    if cells > MOST_COLUMNS:
        message = _("the row has more than %(columns)d cells") % {"columns": MOST_COLUMNS}
        raise Unreadable(line, message, _("row"))


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """The lines of `text`; raises Unreadable instead of taking in one without end."""
    number = 0
    while line := text.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise Unreadable(
                number, _("this line has more than %(count)d characters") % {"count": _LONGEST_LINE}
            )
        yield line


def _encoding(file: BinaryIO) -> str:
    """`utf-8-sig` or `gb18030`. Raises Unreadable, with the line of the first bytes that are neither."""
    wrong = _first_wrong(file, "utf-8-sig")
    if wrong is None:
        return "utf-8-sig"
    if _first_wrong(file, "gb18030") is None and not _is_damaged_utf8(file):
        return "gb18030"
    file.seek(0)
    if b"\0" in file.read(_BLOCK):  # no text, or one in UTF-16
        raise Unreadable(
            1, _("this is neither a workbook (XLSX) nor a text in UTF-8 or GB18030; save it as XLSX or CSV")
        )
    raise Unreadable(wrong, _("the bytes of this line are neither UTF-8 nor GB18030"))


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block


def _first_wrong(file: BinaryIO, encoding: str) -> int | None:
    """The line of the first bytes of `file` that are none of `encoding`, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    try:
        for block in _blocks(file):
            decoder.decode(block)
            line += block.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return line + error.object.count(b"\n", 0, error.start)
    return None


def _is_damaged_utf8(file: BinaryIO) -> bool:
    """Whether `file` is UTF-8 with a few wrong bytes, though GB18030 reads it.

    Chinese in UTF-8 that is read so is full of characters which are not in the old and small GB 2312,
    where Chinese of daily use is.
    """
    as_utf8 = codecs.getincrementaldecoder("utf-8")("replace")
    as_gb18030 = codecs.getincrementaldecoder("gb18030")()
    damaged = good = foreign = rare = 0
    for number, block in enumerate(_blocks(file)):
        if not number and block.startswith(codecs.BOM_UTF8):
            return True
        utf8 = as_utf8.decode(block)
        damaged += utf8.count("\ufffd")
        good += len(utf8) - len(_CHINESE.sub("", utf8)) - utf8.count("\ufffd")
        text = as_gb18030.decode(block)
        foreign += len(text) - len(text.encode("ascii", "ignore"))
        rare += len(text) - len(text.encode("gb2312", "ignore").decode("gb2312"))
    return good >= damaged and rare * 4 >= foreign
