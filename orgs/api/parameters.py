"""Query parameters of the API: an unknown one or a bad value is a 400 that names it."""

import re
from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

MAY_BE_EMPTY = frozenset({"search", "cursor"})
"""An empty search finds everything; an empty cursor is the first page."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE_NUMBER = re.compile(r"[1-9]\d{0,17}", re.ASCII)
NO_DAY = gettext_lazy("This is not a day; write it as YYYY-MM-DD.")


def refuse_unknown_parameters(request: Request, known: Collection[str]) -> None:
    """Raises ValidationError (400) naming each parameter that is not `known`, empty, or given twice."""
    errors = {}
    for name, values in request.query_params.lists():
        if name not in known:
            errors[name] = [_("There is no such parameter here.")]
        elif len(values) > 1:
            errors[name] = [_("Give this parameter once.")]
        elif not values[0] and name not in MAY_BE_EMPTY:
            errors[name] = [_("Give a value.")]
    if errors:
        raise ValidationError(errors)


def parse_day(text: str) -> date:
    """The day that `YYYY-MM-DD` names; raises ValueError for anything else, also other ISO forms."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def requested_day(request: Request, name: str = "on") -> date:
    """The day of parameter `name`, today by default; raises ValidationError (400) that names it."""
    text = request.query_params.get(name)
    if text is None:
        return timezone.localdate()
    try:
        return parse_day(text)
    except ValueError:
        raise ValidationError({name: [NO_DAY]}) from None


def requested_number(request: Request, name: str, *, default: int, most: int | None = None) -> int:
    """Parameter `name` as a whole number from 1 (to `most`); raises ValidationError that names it."""
    text = request.query_params.get(name)
    if text is None:
        return default
    number = int(text) if _WHOLE_NUMBER.fullmatch(text) else 0
    if most is None:
        if not number:
            raise ValidationError({name: [_("This must be a whole number from 1.")]})
    elif not 1 <= number <= most:
        raise ValidationError({name: [_("This must be a whole number from 1 to %(most)d.") % {"most": most}]})
    return number


class DayField(forms.Field):
    """A form field of a day, written as YYYY-MM-DD whatever the language."""

    default_error_messages = {"invalid": NO_DAY}

    def to_python(self, value: Any) -> date | None:
        """The day; None where nothing is given."""
        if value in self.empty_values:
            return None
        try:
            return parse_day(value)
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


class FormatNegotiation(DefaultContentNegotiation):
    """Content negotiation in which a format that does not exist is a bad value of `format`."""

    def filter_renderers(self, renderers: Any, format: str) -> Any:
        """The renderers of `format`; raises ValidationError (400), not the 404 of its parent."""
        try:
            return super().filter_renderers(renderers, format)
        except Http404:
            raise ValidationError({"format": [_("There is no such format here.")]}) from None
