"""What requests for figures may ask: a day or a span of days, an area, which enterprises are measured against."""

from datetime import date
from functools import cache
from typing import Any, Self

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from orgs.api.parameters import NO_DAY, parse_day
from orgs.models import Area
from stats.figures import Scale
from stats.spans import Interval, Span, number_of_periods

Fields = dict[str, "serializers.Field[Any, Any, Any, Any]"]

NO_AREA = _("No area has this code.")
MOST_PERIODS = 600
"""Fifty years of months."""


class DayParameter(serializers.DateField):
    """A day, written as YYYY-MM-DD alone."""

    default_error_messages = {"invalid": NO_DAY}

    def to_internal_value(self, value: Any) -> date:
        """The day; fails for anything else, also other ISO forms."""
        try:
            return parse_day(value)
        except ValueError:
            self.fail("invalid")


class AreaParameter(serializers.SlugRelatedField[Area]):
    """An area, named by its code; None where none is named."""

    default_error_messages = {"does_not_exist": NO_AREA, "invalid": NO_AREA}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("code", queryset=Area.objects.all(), required=False, **kwargs)


class Query(serializers.Serializer[Any]):
    """The parameters of a request for figures."""

    @classmethod
    def of(cls, request: Request) -> Self:
        """What `request` asks, valid. Raises ValidationError (400) that names what is not."""
        query = cls(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        return query

    @classmethod
    @cache
    def names(cls) -> frozenset[str]:
        """The names of the parameters; found once, for to make the fields takes longer than to read them."""
        return frozenset(cls().fields)

    @property
    def place(self) -> Area | None:
        """The area that is asked for; None for the whole register."""
        area: Area | None = self.validated_data.get("area")
        return area


class FromTo(serializers.Serializer[Any]):
    """Its field `first` is called `from`, which Python has a meaning of its own for."""

    def get_fields(self) -> Fields:
        """The fields by the names that clients know."""
        return {"from" if name == "first" else name: each for name, each in super().get_fields().items()}


class DayQuery(Query):
    """A day, an area and a scale."""

    as_of = DayParameter(required=False, help_text=_("The day, past or future, YYYY-MM-DD. Default: today."))
    area = AreaParameter(
        help_text=_("The code of an area: what lies in it on the day. Default: the whole register.")
    )
    scale = serializers.ChoiceField(
        Scale.choices,
        default=Scale.ABOVE.value,
        help_text=_("The enterprises that coverage is measured against: those above scale, or all."),
    )

    def day(self, today: date) -> date:
        """The day that is asked for."""
        day: date = self.validated_data.get("as_of") or today
        return day

    @property
    def measured_against(self) -> Scale:
        """The scale that is asked for."""
        return Scale(self.validated_data["scale"])


class SpanQuery(FromTo, Query):
    """A span of days, and the periods into which it is divided; a subclass says what its `area` means."""

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
        if number_of_periods(span, self.divided_by) > MOST_PERIODS:
            raise serializers.ValidationError(
                {"interval": [_("These are more than %(most)d periods.") % {"most": MOST_PERIODS}]}
            )
        return span

    @property
    def divided_by(self) -> Interval:
        """The interval that is asked for."""
        return Interval(self.validated_data["interval"])
