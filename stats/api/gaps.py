"""The enterprises without an organization, for staff: in which order to found, send and join."""

from collections.abc import Collection, Iterable
from http import HTTPStatus
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from orgs.api.files import note_export
from orgs.api.pagination import NumberedPagination
from orgs.api.schema import NO_SUCH_PAGE, UNAUTHORIZED
from orgs.api.tables import columns_of, wants_table
from orgs.formation import Formation
from orgs.modes import Mode
from stats.api.base import HEADERS_AND_FORMAT, TabledFiguresView, described
from stats.api.bodies import count_of
from stats.api.parameters import DayQuery
from stats.gaps import Gap, Gaps, gaps_on

MOST_ROWS = 50_000
"""Of a file; a request that makes a larger one would hold its worker for minutes."""

WITHOUT_ORGANIZATION = [
    (mode.value, mode.label) for mode in Mode if mode not in (Mode.STANDALONE, Mode.JOINT)
]
"""The modes of what is listed, as the description names them."""


class GapEnterpriseSerializer(serializers.Serializer[Gap]):
    """The enterprise of a gap."""

    uscc = serializers.CharField(help_text=_("Unified social credit code."))
    name = serializers.CharField()
    area = serializers.CharField(source="area_code", allow_null=True, help_text=_("Code, on the day."))


class GapSerializer(serializers.Serializer[Gap]):
    """An enterprise without an organization."""

    enterprise = GapEnterpriseSerializer(source="*")
    full_members = count_of(_("Members full on the day whose current employer it is."))
    mode = serializers.ChoiceField(WITHOUT_ORGANIZATION, help_text=_("How it is reached meanwhile."))
    recommended = serializers.ChoiceField(
        Formation.choices,
        help_text=_("What so many full members ask for, by the numbers of policy of the day."),
    )


_SHAPE = GapSerializer()


class GapsView(TabledFiguresView):
    """The enterprises in scale without an organization of their own or a joint one, as far as the user sees them."""

    permission_classes = [IsAuthenticated]
    pagination_class = NumberedPagination
    query_class = DayQuery
    columns = columns_of(_SHAPE)

    def known_parameters(self) -> Collection[str]:
        """Also the pages, which a file has not."""
        pages = set() if wants_table(self.request) else {"page", "page_size"}
        return pages.union(super().known_parameters())

    @extend_schema(
        operation_id="statistics_gaps",
        description=_(
            "Enterprises in scale without an organization of their own or a joint one on the day, those with most "
            "full members first, then by credit code: what each asks for. As lists do, it holds what lies today in "
            "the user's area, wherever that lay on the day. A file has all rows and knows no pages."
        ),
        parameters=[DayQuery, *HEADERS_AND_FORMAT],
        responses=described(GapSerializer(many=True), errors={401: UNAUTHORIZED, 404: NO_SUCH_PAGE}),
    )
    def get(self, request: Request) -> Response:
        """A page of them, or all in a file."""
        gaps = self._asked(request)
        if wants_table(request):
            return self._file(request, gaps)
        pagination = self.pagination_class()
        pageable: Any = gaps
        page: Any = pagination.paginate_queryset(pageable, request, view=self)
        body = pagination.get_paginated_response(_rows(page)).data
        return self.answer(request, body)

    def _asked(self, request: Request) -> Gaps:
        query, today = DayQuery.of(request), timezone.localdate()
        scope = request.user.scope  # type: ignore[union-attr]  # only who is signed in comes here
        return gaps_on(query.day(today), query.place, query.measured_against).within(scope, today)

    def _file(self, request: Request, gaps: Gaps) -> Response:
        count = gaps.count()
        if count > MOST_ROWS:
            raise ValidationError(
                {
                    "area": [
                        _("These are more than %(most)d rows; ask for a smaller area.") % {"most": MOST_ROWS}
                    ]
                }
            )
        file = self.table(request, _rows(gaps), name=f"gaps-{gaps.day}")

        def note_if_handed_out(rendered: Any) -> None:
            if request.method == "GET" and rendered.status_code == HTTPStatus.OK:
                note_export(request.user, "gaps", rendered.accepted_renderer.format, count=count)

        file.add_post_render_callback(note_if_handed_out)
        return file


def _rows(gaps: Iterable[Gap]) -> list[dict[str, Any]]:
    return [_SHAPE.to_representation(gap) for gap in gaps]
