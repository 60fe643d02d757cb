"""The coverage figures of a day: of an area, and of each area in it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orgs.api.tables import columns_of
from orgs.models import Level
from stats.api.base import HEADERS_AND_FORMAT, TabledFiguresView, described
from stats.api.bodies import CoverageSerializer
from stats.api.parameters import DayQuery
from stats.figures import coverage_by_area, coverage_figures

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


class ByAreaQuery(DayQuery):
    """The same, and areas of which level."""

    level = serializers.ChoiceField(
        Level.choices,
        default=Level.SUBDISTRICT.value,
        help_text=_("The areas within `area` that have a row each."),
    )

    @property
    def divided_by(self) -> Level:
        """The level that is asked for."""
        return Level(self.validated_data["level"])


class CoverageByAreaView(TabledFiguresView):
    """The coverage figures of a day, of each area of a level."""

    query_class = ByAreaQuery
    columns = columns_of(_SHAPE)

    @extend_schema(
        operation_id="statistics_coverage_by_area",
        description=_(
            "The coverage figures of a day per area of a level, by code. The last row, whose area is null, "
            "carries what lies in none of them: the rows add up to the whole."
        ),
        parameters=[ByAreaQuery, *HEADERS_AND_FORMAT],
        responses=described(inline_serializer("CoverageByArea", {"results": CoverageSerializer(many=True)})),
    )
    def get(self, request: Request) -> Response:
        """The figures."""
        query = ByAreaQuery.of(request)
        day = query.day(timezone.localdate())
        found = coverage_by_area(day, query.place, query.divided_by, query.measured_against)
        rows: list[Any] = [_SHAPE.to_representation(figures) for _area, figures in found]
        return self.rows(request, rows, name=f"coverage-by-area-{day}")
