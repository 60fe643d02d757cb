"""What may stand in a text that an applicant types: nothing that is not seen, or that turns what is read."""

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

_UNSEEN = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff"
"""Control characters but tabs and line breaks, lone halves of pairs, and what is no character."""
_TURNING = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks that change the direction in which what follows is read."""

is_plain = RegexValidator(
    re.compile(f"[{_UNSEEN}{_TURNING}]"), _("This holds characters that cannot be seen. Type it anew."),
    code="unseen", inverse_match=True,
)  # fmt: skip
is_one_line = RegexValidator(
    re.compile(r"[\t\n\r]"), _("Write this in one line."), code="lines", inverse_match=True
)


class LineField(forms.CharField):
    """A text of one line."""

    default_validators = [*forms.CharField.default_validators, is_plain, is_one_line]


class LinesField(forms.CharField):
    """A text of several lines."""

    default_validators = [*forms.CharField.default_validators, is_plain]

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": forms.Textarea(attrs={"rows": 4}), **options})
