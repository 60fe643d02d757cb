"""The coverage figures of a day, of an area or the whole register."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from orgs.api.tables import columns_of
from stats.api.base import HEADERS_AND_FORMAT, TabledFiguresView, described
from stats.api.bodies import CoverageSerializer
from stats.api.parameters import DayQuery
from stats.figures import coverage_figures

_SHAPE = CoverageSerializer()
"""One for all requests: to make its fields takes longer than to fill them."""


class CoverageView(TabledFiguresView):
    """The coverage figures of a day, in an area or the whole register."""

    query_class = DayQuery
    columns = columns_of(_SHAPE)

    @extend_schema(
        operation_id="statistics_coverage",
        description=_(
            "Organizations, members, enterprises and coverage on a day. Area and kind are those of the day; "
            "an area means everything in it."
        ),
        parameters=[DayQuery, *HEADERS_AND_FORMAT],
        responses=described(CoverageSerializer),
    )
    def get(self, request: Request) -> Response:
        """The figures."""
        query = DayQuery.of(request)
        day = query.day(timezone.localdate())
        figures = coverage_figures(day, query.place, query.measured_against)
        return self.row(request, _SHAPE.to_representation(figures), name=f"coverage-{day}")
