"""Long tables as files: CSV is sent as its rows are read, a workbook is written to the disk first.

Neither is ever whole in memory.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from tempfile import TemporaryFile
from wsgiref.util import FileWrapper

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from orgs.api.pagination import PAGES
from orgs.api.tables import (
    CSVRenderer,
    Table,
    TooLongForExcel,
    XLSXRenderer,
    csv_pieces,
    write_workbook,
)

MOST_ROWS_OF_A_SHEET = 1_048_575
"""Of a sheet of Excel, beside the header."""


def refuse_pages(request: Request) -> None:
    """Raises ValidationError (400) that names each parameter of pages."""
    errors = {
        name: [_("A file has all rows and no pages.")] for name in PAGES if name in request.query_params
    }
    if errors:
        raise ValidationError(errors)


def sent(request: Request, table: Table, *, count: int) -> StreamingHttpResponse:
    """`table`, of `count` rows, as the file that `request` asks for; for HEAD without its content.

    Raises ValidationError (400) for what no sheet holds.
    """
    wanted = request.accepted_renderer
    if wanted.format == XLSXRenderer.format and count > MOST_ROWS_OF_A_SHEET:
        message = _("These are %(count)d rows, more than the %(most)d of a sheet; ask for fewer, or for csv.")
        raise _refusal(message % {"count": count, "most": MOST_ROWS_OF_A_SHEET})
    charset = f"; charset={wanted.charset}" if wanted.charset else ""
    headers = {
        "Content-Type": f"{wanted.media_type}{charset}",
        "Content-Disposition": str(content_disposition_header(True, f"{table.name}.{wanted.format}")),
    }
    content: Iterable[bytes] = ()
    if request.method != "HEAD":
        content = csv_pieces(table) if wanted.format == CSVRenderer.format else _workbook(table)
    return StreamingHttpResponse(content, headers=headers)


def _workbook(table: Table) -> FileWrapper:
    """The workbook, written and ready to be read; the answer closes it."""
    with ExitStack() as unless_sent:
        file = unless_sent.enter_context(TemporaryFile())
        try:
            write_workbook(table, file)
        except TooLongForExcel:
            raise _refusal(_("A text is too long for a cell of a sheet; ask for csv.")) from None
        file.seek(0)
        unless_sent.pop_all()
    return FileWrapper(file)


def _refusal(message: str) -> ValidationError:
    return ValidationError({"format": [message]})
