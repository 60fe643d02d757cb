"""Pages of a list: by number, or by cursor where a client reads far."""

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from orgs.api.parameters import requested_number

PAGES = ("page", "page_size", "cursor")
"""The parameters of pages."""


class NumberedPagination(PageNumberPagination):
    """`{count, next, previous, results}`, pages of 100 rows, at most 1,000."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000

    def get_page_size(self, request: Request) -> int:
        """Rows per page; raises ValidationError (400) for a bad number."""
        return requested_number(
            request, self.page_size_query_param, default=self.page_size, most=self.max_page_size
        )

    def get_page_number(self, request: Request, paginator: Any) -> int:
        """The number of the page; raises ValidationError (400) for a bad one."""
        return requested_number(request, self.page_query_param, default=1)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """As the parent's; all four keys are always there."""
        described = super().get_paginated_response_schema(schema)
        described["required"] = ["count", "next", "previous", "results"]
        return described

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters of the parent, with what they may be."""
        page, size = super().get_schema_operation_parameters(view)
        page["description"] = _("The number of the page, from 1.")
        size["description"] = _("Rows per page, at most 1000.")
        page["schema"] = {"type": "integer", "minimum": 1, "default": 1}
        size["schema"] = {
            "type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size
        }  # fmt: skip
        return [page, size]


class RegisterPagination(NumberedPagination):
    """Pages by number, or by cursor.

    `page` counts all rows and skips those before the page. `cursor` goes on behind a key, so that the
    thousandth page costs what the first does: in the order of the key, forwards only, uncounted.
    A page is a list of keys: the view loads no more rows than it shows.
    """

    cursor_query_param = "cursor"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """The keys of the page; raises NotFound behind the last page, ValidationError for bad values."""
        keys = queryset.values_list(view.lookup_field, flat=True)
        self.by_cursor = self.cursor_query_param in request.query_params
        if not self.by_cursor:
            return super().paginate_queryset(keys, request, view)
        for name in ("page", "ordering"):
            if name in request.query_params:
                raise ValidationError({name: [_("This does not go together with a cursor.")]})
        self._request = request
        size = self.get_page_size(request)
        found = list(self._behind_cursor(keys, request, view)[: size + 1])
        self.next_cursor = found[size - 1] if len(found) > size else None
        return found[:size]

    def _behind_cursor(self, keys: QuerySet[Any], request: Request, view: Any) -> QuerySet[Any]:
        cursor = request.query_params[self.cursor_query_param]
        ordered = keys.order_by(view.lookup_field)
        if not cursor:
            return ordered
        if not re.fullmatch(view.lookup_value_regex, cursor):
            raise ValidationError({self.cursor_query_param: [_("This is no cursor of this list.")]})
        return ordered.filter(**{f"{view.lookup_field}__gt": cursor})

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        """The page with its links, which keep all other parameters."""
        if not self.by_cursor:
            return super().get_paginated_response(data)
        here = self._request.build_absolute_uri()
        following = (
            None
            if self.next_cursor is None
            else replace_query_param(here, self.cursor_query_param, self.next_cursor)
        )
        return Response({"count": None, "next": following, "previous": None, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """As the parent's; the count may be null."""
        described = super().get_paginated_response_schema(schema)
        described["properties"]["count"]["nullable"] = True
        return described

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters of the parent, and the cursor."""
        page, size = super().get_schema_operation_parameters(view)
        page["description"] = _("The number of the page, from 1; not together with `cursor`.")
        cursor = {
            "name": self.cursor_query_param,
            "required": False,
            "in": "query",
            "description": _(
                "Read in the order of the key from page to page, fast at any depth: empty at first, then as "
                "`next` says. `count` and `previous` are null; not together with `page` or `ordering`."
            ),
            "allowEmptyValue": True,
            "schema": {"type": "string"},
        }
        return [page, size, cursor]
