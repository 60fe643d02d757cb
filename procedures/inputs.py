"""The inputs of procedures: each declared once, as a field of a page and as a field of a JSON body."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from members.api.members import MemberReference
from members.models import Member
from orgs.admin.scoping import RowsField
from orgs.api.bodies import (
    LATEST_YEAR,
    AreaReference,
    Characters,
    Choice,
    Day,
    EnterpriseReference,
    OrganizationReference,
    Reference,
    Whole,
)
from orgs.models import DOCUMENT_LENGTH, Area, Enterprise, Organization
from orgs.values import EARLIEST_YEAR, UNPRINTABLE

REFERENCES: dict[type[Model], type[Reference]] = {
    Area: AreaReference, Enterprise: EnterpriseReference, Organization: OrganizationReference, Member: MemberReference,
}  # fmt: skip
"""How the API refers to a record, by its model."""


MOST_KEYS = 1000
"""Records that a body names in one list."""


class Input:
    """What a procedure asks for."""

    empty: ClassVar[Any] = None
    """The value where nothing is given."""

    def __init__(self, label: str | Promise, *, required: bool = True, help_text: str | Promise = "") -> None:
        self.label, self.required, self.help_text = label, required, help_text

    def form_field(self, record: Model) -> forms.Field:
        """The field of the page about `record`."""
        raise NotImplementedError

    def body_field(self) -> serializers.Field[Any, Any, Any, Any]:
        """The field of a JSON body."""
        raise NotImplementedError

    def _said(self) -> dict[str, Any]:
        return {"label": self.label, "help_text": self.help_text, "required": self.required}

    def _optional(self) -> dict[str, Any]:
        return {"help_text": self.help_text or self.label, "required": self.required}


def _refuse_no_year(day: date) -> None:
    """Raise ValidationError for a year that nobody means, as bodies of the API do."""
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        message = gettext("The year must lie between %(first)d and %(last)d.")
        raise forms.ValidationError(message % {"first": EARLIEST_YEAR, "last": LATEST_YEAR})


def _refuse_unprintable(text: str) -> None:
    """Raise ValidationError for characters that no text holds, as bodies of the API do."""
    if UNPRINTABLE.search(text):
        raise forms.ValidationError(gettext("This has characters that cannot be printed."))


class DayInput(Input):
    """A day."""

    def form_field(self, record: Model) -> forms.Field:
        """A date, in the browser's own way."""
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(widget=widget, validators=[_refuse_no_year], **self._said())

    def body_field(self) -> serializers.Field[Any, Any, Any, Any]:
        """YYYY-MM-DD."""
        return Day(allow_null=not self.required, **self._optional())


class TextInput(Input):
    """A text of one line."""

    empty = ""

    def __init__(self, label: str | Promise, *, max_length: int = 300, **said: Any) -> None:
        super().__init__(label, **said)
        self.max_length = max_length

    def form_field(self, record: Model) -> forms.Field:
        """A line."""
        return forms.CharField(max_length=self.max_length, validators=[_refuse_unprintable], **self._said())

    def body_field(self) -> serializers.Field[Any, Any, Any, Any]:
        """A text."""
        return Characters(max_length=self.max_length, allow_blank=not self.required, **self._optional())


DOCUMENT = TextInput(_("Document number"), max_length=DOCUMENT_LENGTH)
DOCUMENT_IF_ANY = TextInput(_("Document number"), max_length=DOCUMENT_LENGTH, required=False)


class NumberInput(Input):
    """A whole number from 0."""

    def form_field(self, record: Model) -> forms.Field:
        """A number."""
        return forms.IntegerField(min_value=0, max_value=32_767, **self._said())

    def body_field(self) -> serializers.Field[Any, Any, Any, Any]:
        """A number."""
        return Whole(allow_null=not self.required, **self._optional())


class YesNoInput(Input):
    """Yes, or no where nothing is said."""

    empty = False

    def __init__(self, label: str | Promise, *, help_text: str | Promise = "") -> None:
        super().__init__(label, required=False, help_text=help_text)

    def form_field(self, record: Model) -> forms.Field:
        """A box to tick."""
        return forms.BooleanField(**self._said())

    def body_field(self) -> serializers.Field[Any, Any, Any, Any]:
        """True or false."""
        return serializers.BooleanField(**self._optional())


class ChoiceInput(Input):
    """One of a few values."""

    empty = ""

    def __init__(self, label: str | Promise, choices: Sequence[tuple[str, Any]], **said: Any) -> None:
        super().__init__(label, **said)
        self.choices = choices

    def form_field(self, record: Model) -> forms.Field:
        """A list to choose from."""
        return forms.ChoiceField(choices=[("", "---------"), *self.choices], **self._said())

    def body_field(self) -> serializers.Field[Any, Any, Any, Any]:
        """The value."""
        return Choice(choices=self.choices, allow_blank=not self.required, **self._optional())


class KeyField(forms.CharField):
    """A record by the key under which it is known outside, wherever it lies."""

    default_error_messages = {"absent": _("There is none with this key.")}

    def __init__(self, *, reference: type[Reference], **kwargs: Any) -> None:
        self.reference = reference
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The record; None where nothing is said."""
        key = super().clean(value)
        if not key:
            return None
        found = None
        if key.isprintable():
            found = self.reference.model._default_manager.filter(**{self.reference.key: key}).first()
        if found is None:
            raise forms.ValidationError(self.error_messages["absent"], code="absent")
        return found


class Keys(serializers.ListField):
    """Keys of several records. More than fit are refused before any is looked for."""

    def run_child_validation(self, data: Any) -> Any:
        """The records."""
        if len(data) > MOST_KEYS:
            self.fail("max_length", max_length=MOST_KEYS)
        return super().run_child_validation(data)


class LinkInput(Input):
    """A record, as the field `field` of `model` links to one; in the API by its key.

    `many`: several. `anywhere`: by its key, also where the user sees nothing. `among` gives the rows to choose from,
    of the record and the day, which is today; without it the page completes what is typed.
    """

    def __init__(
        self,
        model: type[Model],
        field: str,
        label: str | Promise,
        *,
        many: bool = False,
        anywhere: bool = False,
        among: Callable[[Any, date], QuerySet[Any]] | None = None,
        **said: Any,
    ) -> None:
        super().__init__(label, **said)
        self.link: Any = model._meta.get_field(field)
        self.many, self.anywhere, self.among = many, anywhere, among

    @property
    def target(self) -> Any:
        """The model of the records to choose from."""
        return self.link.related_model

    @property
    def reference(self) -> type[Reference]:
        """How the API refers to them."""
        return REFERENCES[self.target]

    def form_field(self, record: Model) -> forms.Field:
        """A list to choose from, or one that completes what is typed; or the key."""
        if self.anywhere:
            return KeyField(reference=self.reference, max_length=30, **self._said())
        kind: Any = RowsField if self.many else forms.ModelChoiceField
        if self.among is not None:
            # Several are ticked: no key is to be held, and a finger does it, too.
            shown: Any = {"widget": forms.CheckboxSelectMultiple} if self.many else {}
            rows = self.among(record, timezone.localdate())
            return kind(queryset=rows, **shown, **self._said())  # type: ignore[no-any-return]
        widget: Any = AutocompleteSelectMultiple if self.many else AutocompleteSelect
        rows = self.target._default_manager.all()
        return kind(queryset=rows, widget=widget(self.link, admin.site), **self._said())  # type: ignore[no-any-return]

    def body_field(self) -> serializers.Field[Any, Any, Any, Any]:
        """The key, or a list of keys."""
        options = self._optional()
        reference = _among(self.reference, self.among) if self.among is not None else self.reference
        # Not locked one by one, but in order (procedures.performing).
        reference = type(reference.__name__, (reference,), {"is_anywhere": self.anywhere, "locks": False})
        if self.many:
            return Keys(child=reference(), allow_empty=not self.required, max_length=MOST_KEYS, **options)
        return reference(allow_null=not self.required, **options)


def _among(reference: type[Reference], among: Callable[[Any, date], QuerySet[Any]]) -> type[Reference]:
    """`reference` to one of the rows that `among` gives for the record in the body's context."""

    class AmongReference(reference):  # type: ignore[valid-type, misc]
        def choices_of(self, rows: Any) -> Any:
            return rows.filter(pk__in=among(self.context["record"], timezone.localdate()).values("pk"))

    AmongReference.__name__ = reference.__name__
    return AmongReference


def values_of(inputs: Mapping[str, Input], given: Mapping[str, Any]) -> dict[str, Any]:
    """A value for each of `inputs`, of what a valid form or body `given`: what is not said is empty."""
    values = {}
    for name, asked in inputs.items():
        value = given.get(name)
        if isinstance(asked, LinkInput) and asked.many:
            value = list(value) if value is not None else []
        values[name] = asked.empty if value is None else value
    return values
