"""The figures of applications as JSON, open to anyone: they name nobody."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orgs.models import Area
from stats.api.base import HEADERS, FiguresView, described
from stats.api.bodies import FiguresAreaSerializer, count_of
from stats.api.parameters import AreaParameter, FromTo, SpanQuery
from stats.applications import ApplicationNumbers, application_figures


class ApplicationsQuery(SpanQuery):
    """What a request may ask for."""

    area = AreaParameter(
        help_text=_("The code of an area: enterprises that lay in it when they applied. Default: all.")
    )


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


class ApplicationsView(FiguresView):
    """The figures of applications over a span, in an area or the whole register."""

    query_class = ApplicationsQuery

    @extend_schema(
        operation_id="statistics_applications",
        description=_(
            "How many applications were received, decided, withdrawn and founded within a span, and how long "
            "decisions took. An area means everything in it."
        ),
        parameters=[ApplicationsQuery, *HEADERS],
        responses=described(ApplicationFiguresSerializer, as_table=False),
    )
    def get(self, request: Request) -> Response:
        """The figures."""
        query = ApplicationsQuery.of(request)
        today = timezone.localdate()
        figures = application_figures(query.span(today), query.place, query.divided_by, today)
        return self.answer(request, ApplicationFiguresSerializer(figures).data)
