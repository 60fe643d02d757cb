"""The figures of applications as JSON, open to anyone: they name nobody."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from orgs.api.base import StrictParameters
from orgs.models import Area
from stats.api.coverage import (
    FIGURES_ERRORS,
    AreaParameter,
    DayParameter,
    Fields,
    FiguresAreaSerializer,
    StatisticsThrottle,
    count_of,
)
from stats.applications import ApplicationNumbers, application_figures
from stats.spans import Interval, Span, number_of_periods

MOST_PERIODS = 600
"""Fifty years of months."""


class FromTo(serializers.Serializer[Any]):
    """Its field `first` is called `from`, which Python has a meaning of its own for."""

    def get_fields(self) -> Fields:
        """The fields by the names that clients know."""
        return {"from" if name == "first" else name: each for name, each in super().get_fields().items()}


class ApplicationsQuery(FromTo):
    """What a request may ask for."""

    first = DayParameter(
        required=False,
        help_text=_("The first day, YYYY-MM-DD. Default: 1 January, of the year of `to` if that is given."),
    )
    to = DayParameter(
        required=False,
        help_text=_(
            "The last day, which is included. Default: 31 December of this year, or of that of `from`."
        ),
    )
    area = AreaParameter(
        help_text=_("The code of an area: enterprises that lay in it when they applied. Default: all.")
    )
    interval = serializers.ChoiceField(
        Interval.choices,
        default=Interval.MONTH.value,
        help_text=_("The periods into which the span is divided."),
    )

    def span(self, today: date) -> Span:
        """The days that are asked for, where `today` tells the year. Raises ValidationError."""
        asked = self.validated_data
        first, last = asked.get("from"), asked.get("to")
        first = first or date((last or today).year, 1, 1)
        last = last or date(max(first.year, today.year), 12, 31)
        if last < first:
            raise serializers.ValidationError({"to": [_("The last day is before the first one.")]})
        span = Span(first, last)
        if number_of_periods(span, Interval(asked["interval"])) > MOST_PERIODS:
            raise serializers.ValidationError(
                {"interval": [_("These are more than %(most)d periods.") % {"most": MOST_PERIODS}]}
            )
        return span


class DaysToDecideSerializer(serializers.Serializer[Any]):
    """How long decisions took."""

    median = serializers.FloatField(min_value=0)
    mean = serializers.FloatField(min_value=0, help_text=_("To one place."))


class ApplicationNumbersSerializer(serializers.Serializer[Any]):
    """What happened to applications within a span."""

    received = count_of(_("Submitted in it."))
    approved = count_of(_("Approved in it, founded or not by now."))
    rejected = count_of(_("Rejected in it."))
    withdrawn = count_of(_("Withdrawn in it by the applicant."))
    founded = count_of(_("Whose organization was founded in it."))
    decided = count_of(_("Approved and rejected."))
    days_to_decide = DaysToDecideSerializer(
        allow_null=True,
        help_text=_("Days from submission to decision, of those decided; null where there are none."),
    )
    overdue = count_of(
        _(
            "On its last day, or today where that is sooner: those that should have been decided on a day before, "
            "and were the reviewers' to decide."
        )
    )


_NUMBERS = ApplicationNumbersSerializer()


class ApplicationsOfPeriodSerializer(ApplicationNumbersSerializer):
    """The numbers of a period."""

    period = serializers.CharField(help_text=_("2026, 2026-Q1 or 2026-01."))

    def to_representation(self, instance: tuple[str, ApplicationNumbers]) -> dict[str, Any]:
        """The period, then its numbers."""
        period, numbers = instance
        return {"period": period, **_NUMBERS.to_representation(numbers)}


class ApplicationsOfAreaSerializer(ApplicationNumbersSerializer):
    """The numbers of a subdistrict."""

    area = FiguresAreaSerializer(
        allow_null=True, help_text=_("Null for what lies in no subdistrict: the rows add up to the whole.")
    )

    def to_representation(self, instance: tuple[Area | None, ApplicationNumbers]) -> dict[str, Any]:
        """The area, then its numbers."""
        area, numbers = instance
        place = None if area is None else _AREA.to_representation(area)
        return {"area": place, **_NUMBERS.to_representation(numbers)}


_AREA = FiguresAreaSerializer()


class InitiativeSerializer(serializers.Serializer[Any]):
    """A part of the organizations that were established."""

    numerator = count_of(_("Founded on the enterprise's own initiative."))
    denominator = count_of(_("Established in the span, without community general branches."))
    rate = serializers.FloatField(
        allow_null=True,
        min_value=0,
        max_value=1,
        help_text=_("Numerator by denominator, to four places; null where none was established."),
    )


class ApplicationFiguresSerializer(FromTo):
    """The figures of applications over a span."""

    first = serializers.DateField(source="span.first")
    to = serializers.DateField(source="span.last")
    area = FiguresAreaSerializer(allow_null=True, help_text=_("Null for the whole register."))
    results = ApplicationsOfPeriodSerializer(many=True, help_text=_("Per period, in their order."))
    total = ApplicationNumbersSerializer(help_text=_("The same of the whole span."))
    by_area = ApplicationsOfAreaSerializer(
        many=True, help_text=_("The same of the whole span per subdistrict within the area, by code.")
    )
    share_on_initiative = InitiativeSerializer(source="on_initiative")


class ApplicationsView(StrictParameters):
    """The figures of applications over a span, in an area or the whole register."""

    permission_classes = [AllowAny]
    throttle_classes = [StatisticsThrottle]
    http_method_names = ["get", "head", "options"]

    def known_parameters(self) -> Collection[str]:
        """Those of the query, and the format."""
        return {"format", *ApplicationsQuery().fields}

    @extend_schema(
        operation_id="statistics_applications",
        description=_(
            "How many applications were received, decided, withdrawn and founded within a span, and how long "
            "decisions took. An area means everything in it."
        ),
        parameters=[ApplicationsQuery],
        responses={200: ApplicationFiguresSerializer, **FIGURES_ERRORS},
    )
    def get(self, request: Request) -> Response:
        """The figures."""
        query = ApplicationsQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        today = timezone.localdate()
        asked = query.validated_data
        figures = application_figures(
            query.span(today), asked.get("area"), Interval(asked["interval"]), today
        )
        return Response(ApplicationFiguresSerializer(figures).data)
