"""Long tables as files: CSV is sent as its rows are read, a workbook is written to the disk first.

Neither is ever whole in memory. Who takes a file is told by the access log.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any, Protocol
from uuid import UUID
from wsgiref.util import FileWrapper

from django.db import transaction
from django.db.models import QuerySet, UUIDField
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from orgs.api.pagination import PAGES
from orgs.api.tables import (
    TABLE_RENDERERS,
    CSVRenderer,
    Table,
    TooLongForExcel,
    XLSXRenderer,
    csv_pieces,
    write_workbook,
)
from record.log import note
from record.models import Event

MOST_ROWS_OF_A_SHEET = 1_048_575
"""Of a sheet of Excel, beside the header."""

FORMATS = {renderer.format: renderer for renderer in TABLE_RENDERERS}
"""What files there are, by their suffixes."""


class NoSheetHoldsIt(ValueError):
    """A table is more than Excel takes; the message says what to do."""


def refuse_pages(request: Request) -> None:
    """Raises ValidationError (400) that names each parameter of pages."""
    errors = {
        name: [_("A file has all rows and no pages.")] for name in PAGES if name in request.query_params
    }
    if errors:
        raise ValidationError(errors)


class Keys(Protocol):
    """Primary keys of records, in the order of a list."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Any]: ...


@dataclass(frozen=True)
class Ids:
    """Ids of records one after the other, each in the 16 bytes that say it."""

    packed: bytearray

    def __len__(self) -> int:
        return len(self.packed) // 16

    def __iter__(self) -> Iterator[UUID]:
        return (UUID(bytes=bytes(self.packed[at : at + 16])) for at in range(0, len(self.packed), 16))


def keys_of(rows: QuerySet[Any]) -> Keys:
    """The primary keys of `rows` in their order; numbers take 8 bytes each, ids 16."""
    keys = rows.values_list("pk", flat=True).iterator()
    if not isinstance(rows.model._meta.pk, UUIDField):
        return array("q", keys)
    packed = bytearray()
    for key in keys:
        packed += key.bytes
    return Ids(packed)


def sent(table: Table, format_: str, *, count: int, has_content: bool = True) -> StreamingHttpResponse:
    """`table`, of `count` rows, as a file of `format_`, one of `FORMATS`; without `has_content` its headers alone.

    Raises NoSheetHoldsIt.
    """
    if format_ == XLSXRenderer.format and count > MOST_ROWS_OF_A_SHEET:
        message = _("These are %(count)d rows, more than the %(most)d of a sheet; ask for fewer, or for csv.")
        raise NoSheetHoldsIt(message % {"count": count, "most": MOST_ROWS_OF_A_SHEET})
    wanted = FORMATS[format_]
    charset = f"; charset={wanted.charset}" if wanted.charset else ""
    headers = {
        "Content-Type": f"{wanted.media_type}{charset}",
        "Content-Disposition": str(content_disposition_header(True, f"{table.name}.{format_}")),
    }
    content: Iterable[bytes] = ()
    if has_content:
        content = csv_pieces(table) if format_ == CSVRenderer.format else _workbook(table)
    return StreamingHttpResponse(content, headers=headers)


def note_export(user: Any, what: str, format_: str, *, count: int, asked: Collection[str] = ()) -> None:
    """Tell the access log that `user` takes `count` rows of `what`; `asked` are names of parameters."""
    by = f", by {', '.join(sorted(asked))}" if asked else ""
    with transaction.atomic():
        note(Event.EXPORTED, user=user, detail=f"{what}.{format_}: rows {count}{by}")


def _workbook(table: Table) -> FileWrapper:
    """The workbook, written and ready to be read; the answer closes it."""
    with ExitStack() as unless_sent:
        file = unless_sent.enter_context(TemporaryFile())
        try:
            write_workbook(table, file)
        except TooLongForExcel:
            raise NoSheetHoldsIt(_("A text is too long for a cell of a sheet; ask for csv.")) from None
        file.seek(0)
        unless_sent.pop_all()
    return FileWrapper(file)
