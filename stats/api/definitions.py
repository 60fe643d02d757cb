"""What each figure means, in the words of both languages."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orgs.api.tables import columns_of
from stats.api.base import HEADERS_AND_FORMAT, TabledFiguresView, described
from stats.api.parameters import Fields
from stats.definitions import DEFINITIONS


class InLanguagesSerializer(serializers.Serializer[Any]):
    """A text in each language of the site."""

    def get_fields(self) -> Fields:
        """A text for each language, by its code."""
        return {
            code: serializers.CharField(allow_blank=True, help_text=name) for code, name in settings.LANGUAGES
        }

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The lazy text `instance`, once per language."""
        texts = {}
        for code, _name in settings.LANGUAGES:
            with override(code):
                texts[code] = str(instance)
        return texts


class DefinitionSerializer(serializers.Serializer[Any]):
    """A figure."""

    code = serializers.CharField(help_text=_("Where it stands in the figures: `organizations.total`."))
    label = InLanguagesSerializer(help_text=_("Its name."))  # type: ignore[assignment]  # as a Field has one
    definition = InLanguagesSerializer(help_text=_("What is counted, and when."))
    unit = InLanguagesSerializer(help_text=_("What it is a number of."))
    rule = InLanguagesSerializer(help_text=_("Where the rule comes from."))


_SHAPE = DefinitionSerializer()


class DefinitionsView(TabledFiguresView):
    """The definitions of all figures."""

    columns = columns_of(_SHAPE)

    @extend_schema(
        operation_id="statistics_definitions",
        description=_("What each figure means: its name, definition, unit and rule, in Chinese and English."),
        parameters=HEADERS_AND_FORMAT,
        responses=described(inline_serializer("Definitions", {"results": DefinitionSerializer(many=True)})),
    )
    def get(self, request: Request) -> Response:
        """The definitions."""
        rows: list[Any] = [_SHAPE.to_representation(definition) for definition in DEFINITIONS]
        return self.rows(request, rows, name="definitions")
