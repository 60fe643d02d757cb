"""The base of every list of the register: rows of plain values, as of a day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import PurePosixPath
from typing import Any, ClassVar, Protocol

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_304_NOT_MODIFIED
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from orgs.api.etags import etag_of, is_known
from orgs.api.files import NoSheetHoldsIt, keys_of, note_export, refuse_pages, sent
from orgs.api.filters import ListFilter, ParameterBackend
from orgs.api.pagination import PAGES, RegisterPagination
from orgs.api.parameters import FormatNegotiation, refuse_unknown_parameters, requested_day
from orgs.api.tables import TABLE_RENDERERS, Column, Table, columns_of, wants_table
from orgs.batches import in_batches
from orgs.versions import Periods, version_of

Row = dict[str, Any]
Rows = list[Row]


class RowSerializer(serializers.Serializer[Row]):
    """The shape of a row that `values()` loaded: the fields name, rename and document its columns.

    A fifth of the time of a ModelSerializer. A field that is not required is left out where the row
    lacks its column: the user may not see it.
    """

    @classmethod
    def columns(cls, *, without: Collection[str] = ()) -> list[str]:
        """The columns that `values()` loads for the fields; nested lists and `without` are loaded apart."""
        return [
            field.source or name
            for name, field in cls._declared_fields.items()
            if not isinstance(field, serializers.BaseSerializer) and name not in without
        ]

    @cached_property
    def shown(self) -> list[tuple[str, str, bool]]:
        """Name and column of each field, and whether every row has it."""
        return [(name, str(field.source), field.required) for name, field in self.fields.items()]

    def to_representation(self, instance: Row) -> Row:
        """The fields with the row's values."""
        return {name: instance[column] for name, column, always in self.shown if always or column in instance}


class StrictParameters(APIView):
    """A view that refuses parameters it does not know."""

    content_negotiation_class = FormatNegotiation

    def known_parameters(self) -> Collection[str]:
        """The query parameters that this view reads."""
        return {"format"}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After authentication: refuse unknown parameters with a 400."""
        super().initial(request, *args, **kwargs)
        refuse_unknown_parameters(request, self.known_parameters())

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """The answer; what is no table, as errors are, in JSON, whatever format is asked for."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(answer, Response) and wants_table(request) and not isinstance(answer.data, Table):
            answer.accepted_renderer = JSONRenderer()
            answer.accepted_media_type = JSONRenderer.media_type
        return answer


class SheetColumn(Protocol):
    """A column of an import."""

    @property
    def name(self) -> str:
        """Its header in English."""


class Sheet(Protocol):
    """What an import reads records of a list from."""

    def told_columns(self) -> Sequence[SheetColumn]:
        """The columns whose values may be told."""

    def stored_under(self, keys: Sequence[int]) -> Rows:
        """What the register has of the records with `keys`, in their order, by the names of the columns."""


class RegisterViewSet(StrictParameters, ReadOnlyModelViewSet[Any]):
    """A list, also given as a file, and its details, looked up by the key of the import table.

    A subclass loads the rows of a page in `rows`, in a constant number of queries.
    """

    day: date
    """The day that the request asks for; today by default."""

    serializer_class: type[RowSerializer]
    detail_serializer_class: type[RowSerializer]
    filterset_class: type[ListFilter]
    filter_backends = [ParameterBackend]
    pagination_class = RegisterPagination
    renderer_classes = [JSONRenderer, *TABLE_RENDERERS]
    http_method_names = ["get", "head", "options"]
    lookup_value_regex = r"[^\x00-\x1f]{1,30}"
    asks_for_a_day: ClassVar[bool] = True
    sheet: ClassVar[Sheet | None] = None
    """What the file of the list can be imported as; without one it has the columns of JSON."""
    periods_of_records: ClassVar[Periods] = ()
    """The periods that change with a record, and count in its version."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Also settle the day."""
        super().initial(request, *args, **kwargs)
        self.day = requested_day(request)

    def get_renderers(self) -> Any:
        """Files of the list alone."""
        offered = super().get_renderers()
        return offered if self.action == "list" else offered[:1]

    def get_queryset(self) -> Any:
        """What the request's user sees today."""
        rows: Any = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return rows.within(self.request.user.scope, timezone.localdate())  # type: ignore[union-attr]

    def known_parameters(self) -> Collection[str]:
        """The list's filters and pages; a detail knows the day alone."""
        if self.detail:
            return {"format", "on"} if self.asks_for_a_day else {"format"}
        return {"format", *PAGES, *self.get_filterset_class().base_filters}

    def get_filterset_class(self) -> type[ListFilter]:
        """The filters that the request's user may use."""
        return self.filterset_class

    def get_serializer_class(self) -> type[RowSerializer]:
        """The detail says more than the list."""
        return self.detail_serializer_class if self.detail else self.serializer_class

    def hidden(self) -> Collection[str]:
        """The fields of the list that the request's user may not see."""
        return ()

    def rows(self, chosen: Any) -> Rows:
        """The rows of `chosen`, in any order, with `id` and every column that is not hidden, as of `self.day`."""
        raise NotImplementedError

    def more(self, row: Row) -> Mapping[str, Any]:
        """What the detail of `row` says beyond the list: its histories."""
        return {}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """A page of the list, or all of it in a file."""
        if wants_table(request):
            return self._file(request)
        keys = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        rows = self._loaded(keys, self.lookup_field)
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def _file(self, request: Request) -> StreamingHttpResponse:
        """All rows as the parameters ask, in a file; the access log tells who took it.

        Which rows these are, and their order, is asked once, and kept in 8 bytes a row; they are loaded some at a
        time while the file is made. No transaction lasts that long: on SQLite nobody could write meanwhile.
        """
        refuse_pages(request)
        numbers = keys_of(self.filter_queryset(self.get_queryset()))
        name, format_ = PurePosixPath(request.path).name, request.accepted_renderer.format
        table = Table(f"{name}-{self.day}", *self._columns_and_rows(numbers))
        taken = request.method != "HEAD"
        try:
            answer = sent(table, format_, count=len(numbers), has_content=taken)
        except NoSheetHoldsIt as refusal:
            raise ValidationError({"format": [str(refusal)]}) from None
        if taken:
            asked = request.query_params.keys() - {"format"}
            note_export(request.user, name, format_, count=len(numbers), asked=asked)
        return answer

    def _columns_and_rows(self, numbers: Iterable[int]) -> tuple[Sequence[Column], Iterable[Row]]:
        """The file of the records with `numbers`, whose rows are read when they are taken."""
        if self.sheet is None:
            shape: Any = self.get_serializer()
            loaded = (self._loaded(some, "id") for some in in_batches(numbers))
            rows = map(shape.to_representation, chain.from_iterable(loaded))
            return columns_of(shape, without=self.hidden()), rows
        told = [column.name for column in self.sheet.told_columns() if column.name not in self.hidden()]
        stored = map(self.sheet.stored_under, in_batches(numbers))
        return [Column((name,)) for name in told], chain.from_iterable(stored)

    def _loaded(self, keys: Sequence[Any], column: str) -> Rows:
        """The rows that have `keys` in `column`, in their order."""
        found = {
            row[column]: row for row in self.rows(super().get_queryset().filter(**{f"{column}__in": keys}))
        }
        # A row may have gone since its key was asked.
        return [found[key] for key in keys if key in found]

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One row with its histories; raises NotFound."""
        body, etag = self.read(self.kwargs[self.lookup_field])
        if is_known(request, etag):
            return Response(status=HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
        return Response(body, headers={"ETag": etag})

    def read(self, key: Any) -> tuple[Row, str]:
        """The detail of `key` and its ETag; raises NotFound."""
        found = self.get_queryset().filter(**{self.lookup_field: key})
        record = found.only("pk").first()
        if record is None:
            raise NotFound
        # Asked for first: what is changed between the two makes the ETag stale, never the body.
        version = version_of(record, self.periods_of_records)
        rows = self.rows(found)
        if not rows:
            raise NotFound
        shape = self.detail_serializer_class(context=self.get_serializer_context())
        body = shape.to_representation({**rows[0], **self.more(rows[0])})
        return body, etag_of(version, body)
