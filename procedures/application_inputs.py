"""Inputs that procedures of applications alone ask for: a letter, reasons, a colleague."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from applications.models import Reason
from applications.reviewers import reviewers_of
from orgs.api.bodies import Characters, Choice
from procedures.inputs import Input, TextInput

NOTE_LENGTH = 4000


class LinesField(forms.CharField):
    """A text of several lines, which end as elsewhere and not as browsers send them."""

    def to_python(self, value: Any) -> Any:
        """The text."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text


class NoteInput(TextInput):
    """A text of several lines."""

    def __init__(self, label: Any, **said: Any) -> None:
        super().__init__(label, max_length=NOTE_LENGTH, **said)

    def form_field(self, record: Model) -> forms.Field:
        """Lines."""
        checks = super().form_field(record).validators
        widget = forms.Textarea(attrs={"rows": 8, "cols": 60})
        return LinesField(widget=widget, validators=checks, **self._said())


class ReasonsInput(Input):
    """One or more of the reasons."""

    empty: ClassVar[Any] = []

    def form_field(self, record: Model) -> forms.Field:
        """Boxes to tick."""
        return forms.MultipleChoiceField(
            choices=Reason.choices, widget=forms.CheckboxSelectMultiple, **self._said()
        )

    def body_field(self) -> serializers.Field[Any, Any, Any, Any]:
        """A list of codes."""
        child = Choice(choices=Reason.choices)
        return serializers.ListField(
            child=child, allow_empty=not self.required, max_length=len(Reason), **self._optional()
        )


class Colleague(Characters):
    """A user who may review the record of the body, by the user's name."""

    default_error_messages = {"absent": _("There is none with this key.")}

    def to_internal_value(self, data: Any) -> Any:
        """The user."""
        name = super().to_internal_value(data)
        found = reviewers_of(self.context["record"]).filter(username=name).first()
        if found is None:
            self.fail("absent")
        return found

    def run_validators(self, value: Any) -> Any:
        """None: those of its parent are for texts, and this is a user."""


class ColleagueInput(Input):
    """One of those who may review the application; in the API by the user's name."""

    def form_field(self, record: Model) -> forms.Field:
        """A list to choose from."""
        return forms.ModelChoiceField(queryset=reviewers_of(record), **self._said())  # type: ignore[arg-type]

    def body_field(self) -> serializers.Field[Any, Any, Any, Any]:
        """The name."""
        return Colleague(max_length=150, **self._optional())
