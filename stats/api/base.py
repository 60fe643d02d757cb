"""What all figures of the API have in common: who may ask, how often, in which formats, and what they answer."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from limits.throttles import AddressThrottle
from orgs.api.base import StrictParameters
from orgs.api.etags import known_by_its_bytes
from orgs.api.schema import BAD_REQUEST, CODE_OWED, IF_NONE_MATCH, NOT_MODIFIED, ErrorSerializer
from orgs.api.tables import (
    TABLE_RENDERERS,
    Column,
    CSVRenderer,
    Table,
    XLSXRenderer,
    table_response,
    wants_table,
)
from stats.api.parameters import Query

_ETAG = OpenApiParameter(
    "ETag", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[200, 304],
    description=_("The digest of the answer, for If-None-Match."),
)  # fmt: skip
HEADERS = [IF_NONE_MATCH, _ETAG]
"""The headers of figures, as the description has them."""

_FORMAT = OpenApiParameter(
    "format", OpenApiTypes.STR, enum=["json", *(renderer.format for renderer in TABLE_RENDERERS)], default="json",
    description=_("Rows as CSV or XLSX have nested objects laid out in columns called by their paths."),
)  # fmt: skip
HEADERS_AND_FORMAT = [*HEADERS, _FORMAT]
"""The same, of those that are also given as files."""


class StatisticsThrottle(AddressThrottle):
    """So many requests for figures per address; the rate is in the settings."""

    scope = "statistics"


class FiguresView(StrictParameters):
    """Figures, open to anyone where they name nobody, with a tag by which a client knows them again."""

    permission_classes = [AllowAny]
    throttle_classes = [StatisticsThrottle]
    http_method_names = ["get", "head", "options"]

    query_class: ClassVar[type[Query]] = Query
    """What may be asked."""

    def known_parameters(self) -> Collection[str]:
        """Those of the query, and the format."""
        return {"format", *self.query_class.names()}

    def answer(self, request: Request, body: Any) -> Response:
        """`body` in JSON; a 304 for who has it."""
        response = Response(body)
        known_by_its_bytes(request, response)
        return response


class TabledFiguresView(FiguresView):
    """Figures that are also given as files of rows."""

    renderer_classes = [JSONRenderer, *TABLE_RENDERERS]

    columns: ClassVar[Sequence[Column]]
    """The columns of the files."""

    def table(self, request: Request, rows: Iterable[Mapping[str, Any]], *, name: str) -> Response:
        """The file called `name` of `rows` in the format that is asked for; a 304 for who has it."""
        response = table_response(request, Table(name, self.columns, rows))
        known_by_its_bytes(request, response)
        return response

    def rows(self, request: Request, rows: Sequence[Mapping[str, Any]], *, name: str) -> Response:
        """`rows` as the results in JSON, or as a file called `name`, as is asked for."""
        if wants_table(request):
            return self.table(request, rows, name=name)
        return self.answer(request, {"results": rows})

    def row(self, request: Request, row: Mapping[str, Any], *, name: str) -> Response:
        """`row` as the body in JSON, or as the one row of a file called `name`."""
        return self.table(request, [row], name=name) if wants_table(request) else self.answer(request, row)


def _error(description: Promise) -> OpenApiResponse:
    return OpenApiResponse(ErrorSerializer, description=description)


_ERRORS: dict[int, Any] = {
    400: BAD_REQUEST,
    401: _error(_("The token is wrong or has expired.")),
    403: CODE_OWED,
    406: _error(_("No media type of `Accept` is answered here.")),
    429: _error(_("Too many requests from this address.")),
}


def described(body: Any, *, as_table: bool = True, errors: Mapping[int, Any] | None = None) -> dict[Any, Any]:
    """What the description says of the answers: `body`, its files if there are any, and the errors.

    `errors` stand beside those that all figures have, or in their place.
    """
    json = JSONRenderer.media_type
    answers: dict[Any, Any] = {(200, json): body}
    if as_table:
        answers[200, CSVRenderer.media_type] = OpenApiTypes.STR
        answers[200, XLSXRenderer.media_type] = OpenApiTypes.BINARY
    told_in_json = {(status, json): error for status, error in ({**_ERRORS, **(errors or {})}).items()}
    return {**answers, 304: NOT_MODIFIED, **told_in_json}
