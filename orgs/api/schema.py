"""How the API describes itself in OpenAPI: what every list and detail has in common."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from orgs.api.base import RegisterViewSet, RowSerializer
from orgs.api.tables import TABLE_RENDERERS, CSVRenderer, XLSXRenderer
from orgs.api.writing import WritableViewSet

_V = TypeVar("_V", bound=type[RegisterViewSet])


class ErrorSerializer(serializers.Serializer[dict[str, str]]):
    """DRF's body of an error that lies in no single parameter."""

    detail = serializers.CharField()


class ChangeSerializer(serializers.Serializer[dict[str, Any]]):
    """A change that the writer has not read."""

    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True, help_text=_("The name of the user."))
    record = serializers.CharField(help_text=_("What kind of row was changed."))
    fields = serializers.ListField(  # type: ignore[assignment]  # a Serializer has `fields` of its own
        child=serializers.CharField(), help_text=_("Their names; none for what is protected.")
    )


class StaleSerializer(ErrorSerializer):
    """The body of an error about a version that is past."""

    changes = ChangeSerializer(many=True)


_BY_NAME = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
BAD_REQUEST = OpenApiResponse(
    _BY_NAME, description=_("An unknown parameter or a bad value; the keys name the parameters.")
)
BAD_BODY = OpenApiResponse(
    {"anyOf": [_BY_NAME, {"type": "object", "properties": {"detail": {"type": "string"}}}]},
    description=_("An unknown field or a bad value; the keys name the fields. Or a body that is no JSON."),
)


def _error(description: Promise) -> OpenApiResponse:
    return OpenApiResponse(ErrorSerializer, description=description)


UNAUTHORIZED = _error(_("Nobody is signed in."))
FORBIDDEN = _error(_("The user may not write these records, or the session's CSRF token is missing."))
CODE_OWED = _error(_("The session still owes the code of its second factor."))
NOT_FOUND = _error(_("There is none with this key."))
NO_SUCH_PAGE = _error(_("The page lies behind the last one."))
NOT_ACCEPTABLE = _error(_("Only JSON is answered."))
NO_SUCH_TYPE = _error(_("No media type of `Accept` is answered here."))
CLASH = _error(_("Somebody else has just saved something that does not go with this."))
STALE = OpenApiResponse(StaleSerializer, description=_("The record was changed since; what, and by whom."))
TOO_LARGE = _error(_("The body is too large."))
NO_JSON = _error(_("The body is not JSON."))
KEY_REUSED = _error(_("This Idempotency-Key came with another request before; take a new one."))
NO_VERSION = _error(_("Send the ETag of the detail that you read as If-Match."))
TOO_MANY = _error(_("Too many requests."))
NOT_MODIFIED = OpenApiResponse(description=_("The reader has it already."))

ON = OpenApiParameter(
    "on", OpenApiTypes.DATE, description=_("A day, YYYY-MM-DD: as of that day. Default: today.")
)
FORMAT = OpenApiParameter(
    "format", OpenApiTypes.STR, enum=["json", *(renderer.format for renderer in TABLE_RENDERERS)], default="json",
    description=_(
        "CSV and XLSX have all rows, in the columns of the import where there is one, and no pages; else columns have "
        "the names of JSON, and a list in a row is one cell, with commas between what it holds."
    ),
)  # fmt: skip


def _header(name: str, description: Promise, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=description, **more)


ETAG = _header(
    "ETag", _("The version of the record, for If-Match and If-None-Match."), response=[200, 201, 304]
)
LOCATION = _header("Location", _("The address of the record."), response=[201])
IF_NONE_MATCH = _header("If-None-Match", _("ETags of what the reader has."))
IF_MATCH = _header("If-Match", _("The ETag of the detail that the writer read."), required=True)
IDEMPOTENCY_KEY = _header(
    "Idempotency-Key",
    _("1 to 255 printable characters: the same request again with it, within 24 hours, makes nothing new."),
)

_READS = {400: BAD_REQUEST, 401: UNAUTHORIZED, 403: CODE_OWED, 404: NOT_FOUND, 406: NOT_ACCEPTABLE}
WRITES = {
    400: BAD_BODY, 401: UNAUTHORIZED, 403: FORBIDDEN, 404: NOT_FOUND, 406: NOT_ACCEPTABLE, 409: CLASH,
    413: TOO_LARGE, 415: NO_JSON, 429: TOO_MANY,
}  # fmt: skip


def _of_list(row: type[RowSerializer]) -> dict[Any, Any]:
    """The answers of a list of `row`: a page, the files, and the errors, which are told in JSON."""
    json = JSONRenderer.media_type
    told_in_json = {200: row(many=True), **_READS, 404: NO_SUCH_PAGE, 406: NO_SUCH_TYPE}
    return {
        **{(status, json): answer for status, answer in told_in_json.items()},
        (200, CSVRenderer.media_type): OpenApiTypes.STR,
        (200, XLSXRenderer.media_type): OpenApiTypes.BINARY,
    }


def described(what: str | Promise) -> Callable[[_V], _V]:
    """A decorator of viewsets that describes their reads and writes; `what` says what they hold."""

    def describe(viewset: _V) -> _V:
        detail = viewset.detail_serializer_class
        operations = {
            "list": extend_schema(
                description=what, parameters=[FORMAT], responses=_of_list(viewset.serializer_class)
            ),
            "retrieve": extend_schema(
                description=what,
                parameters=[*([ON] if viewset.asks_for_a_day else []), IF_NONE_MATCH, ETAG],
                responses={200: detail, 304: NOT_MODIFIED, **_READS},
            ),
        }
        if issubclass(viewset, WritableViewSet):
            operations["create"] = extend_schema(
                description=what,
                request=viewset.body_class,
                parameters=[IDEMPOTENCY_KEY, ETAG, LOCATION],
                responses={201: detail, **WRITES, 422: KEY_REUSED},
            )
            operations["partial_update"] = extend_schema(
                description=what,
                request=viewset.body_class,
                parameters=[IF_MATCH, ETAG],
                responses={200: detail, **WRITES, 412: STALE, 428: NO_VERSION},
            )
        decorated: _V = extend_schema_view(**operations)(viewset)
        return decorated

    return describe
