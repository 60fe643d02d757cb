"""The figures of a day as a short press report."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orgs.api.tables import columns_of
from stats.api.base import HEADERS_AND_FORMAT, TabledFiguresView, described
from stats.api.parameters import DayQuery
from stats.bulletin import bulletin
from stats.figures import coverage_figures

LANGUAGES = [code for code, _name in settings.LANGUAGES]


class BulletinQuery(DayQuery):
    """The same as of the figures, and a language."""

    language = serializers.ChoiceField(
        LANGUAGES, required=False, help_text=_("The language of the report. Default: that of the request.")
    )

    @property
    def language_code(self) -> str:
        """The language that is asked for; else that of the request."""
        code: str = self.validated_data.get("language") or get_language() or settings.LANGUAGE_CODE
        return code


class BulletinSerializer(serializers.Serializer[Any]):
    """A press report."""

    as_of = serializers.DateField()
    language = serializers.ChoiceField(LANGUAGES)
    text = serializers.CharField(help_text=_("The report; the English one contains the headline."))


_SHAPE = BulletinSerializer()


class BulletinView(TabledFiguresView):
    """The figures of a day as a press report, of an area or the whole register."""

    query_class = BulletinQuery
    columns = columns_of(_SHAPE)

    @extend_schema(
        operation_id="statistics_bulletin",
        description=_("The coverage figures of a day as a short press report, in Chinese or English."),
        parameters=[BulletinQuery, *HEADERS_AND_FORMAT],
        responses=described(BulletinSerializer),
    )
    def get(self, request: Request) -> Response:
        """The report."""
        query = BulletinQuery.of(request)
        day, language = query.day(timezone.localdate()), query.language_code
        with override(language):
            text = bulletin(coverage_figures(day, query.place, query.measured_against))
        row = _SHAPE.to_representation({"as_of": day, "language": language, "text": text})
        return self.row(request, row, name=f"bulletin-{day}-{language}")
