"""How the API describes itself in OpenAPI: what every list and detail has in common."""

from collections.abc import Callable
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers

from orgs.api.base import RegisterViewSet

_V = TypeVar("_V", bound=type[RegisterViewSet])


class ErrorSerializer(serializers.Serializer[dict[str, str]]):
    """DRF's body of an error that lies in no single parameter."""

    detail = serializers.CharField()


BAD_REQUEST = OpenApiResponse(
    {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    description=_("An unknown parameter or a bad value; the keys name the parameters."),
)
UNAUTHORIZED = OpenApiResponse(ErrorSerializer, description=_("Nobody is signed in."))
NOT_FOUND = OpenApiResponse(ErrorSerializer, description=_("There is none with this key."))
NO_SUCH_PAGE = OpenApiResponse(ErrorSerializer, description=_("The page lies behind the last one."))
ON = OpenApiParameter(
    "on", OpenApiTypes.DATE, description=_("A day, YYYY-MM-DD: as of that day. Default: today.")
)


def described(what: str | Promise) -> Callable[[_V], _V]:
    """A decorator of viewsets that describes their list and detail; `what` says what they hold."""

    def describe(viewset: _V) -> _V:
        decorated: _V = extend_schema_view(
            list=extend_schema(
                description=what,
                responses={
                    200: viewset.serializer_class(many=True),
                    400: BAD_REQUEST,
                    401: UNAUTHORIZED,
                    404: NO_SUCH_PAGE,
                },
            ),
            retrieve=extend_schema(
                description=what,
                parameters=[ON] if viewset.asks_for_a_day else [],
                responses={
                    200: viewset.detail_serializer_class,
                    400: BAD_REQUEST,
                    401: UNAUTHORIZED,
                    404: NOT_FOUND,
                },
            ),
        )(viewset)
        return decorated

    return describe
