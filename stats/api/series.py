"""Figures through time: what came and went in each period, for organizations, members and enterprises."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orgs.api.tables import columns_of
from stats.api.base import HEADERS_AND_FORMAT, TabledFiguresView, described
from stats.api.bodies import count_of
from stats.api.parameters import AreaParameter, SpanQuery
from stats.series import series_figures


class SeriesQuery(SpanQuery):
    """What a request may ask for."""

    area = AreaParameter(
        help_text=_(
            "The code of an area: stocks of what lies in it, and what moves into and out of it. "
            "Default: the whole register."
        )
    )


class FlowsSerializer(serializers.Serializer[Any]):
    """A stock at both ends of a period, and what made the difference: opening + flows = closing."""

    opening = count_of(_("On the day before the period: the closing of the period before."))
    entered = count_of(_("Established, counted from then on, or registered in the period."))
    left = count_of(_("Dissolved, no longer counted, or closed in the period."))
    moved_in = count_of(_("Came into the area."))
    moved_out = count_of(_("Went out of the area."))
    closing = count_of(_("On the last day of the period."))


class PeriodFlowsSerializer(serializers.Serializer[Any]):
    """The flows of a period."""

    period = serializers.CharField(help_text=_("2026, 2026-Q1 or 2026-01."))
    organizations = FlowsSerializer(
        help_text=_("Of the four kinds, without community general branches: established and dissolved.")
    )
    members = FlowsSerializer(
        help_text=_("Full and probationary, in relation with an organization that is counted.")
    )
    enterprises = FlowsSerializer(help_text=_("Non-public: registered and closed."))


_SHAPE = PeriodFlowsSerializer()


class SeriesView(TabledFiguresView):
    """Stocks and flows of the periods of a span, in an area or the whole register."""

    query_class = SeriesQuery
    columns = columns_of(_SHAPE)

    @extend_schema(
        operation_id="statistics_series",
        description=_(
            "Organizations, members and enterprises at the beginning and the end of each period of a span, and "
            "what came and went between. The first and the last period are cut at the days that are asked for."
        ),
        parameters=[SeriesQuery, *HEADERS_AND_FORMAT],
        responses=described(inline_serializer("Series", {"results": PeriodFlowsSerializer(many=True)})),
    )
    def get(self, request: Request) -> Response:
        """The figures."""
        query = SeriesQuery.of(request)
        span = query.span(timezone.localdate())
        found = series_figures(span, query.place, query.divided_by)
        rows: list[Any] = [_SHAPE.to_representation(period) for period in found]
        return self.rows(request, rows, name=f"series-{span.first}-{span.last}")
