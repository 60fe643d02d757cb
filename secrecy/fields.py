"""Columns whose values are kept encrypted, searched by a blind index, and shown masked.

A protected value `phone` stands in three columns: `phone` itself, encrypted; `phone_index`, its blind index;
`phone_changes`, which counts its changes, so that the history tells that it changed and not what it was. The
two others are declared before it, as Django fills in the columns of a row in their order. A value is encrypted
when it is assigned, for the row that its instance is: whatever then reads the instance (`save`, a bulk
write, a pickle, a traceback) finds the encrypted text alone.
"""

import logging
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, cast

from django import forms
from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from secrecy.forms import ProtectedFormField
from secrecy.sealing import Unreadable, blind_index, seal, unseal

logger = logging.getLogger(__name__)

INDEX, CHANGES = "_index", "_changes"
"""What the names of the columns beside a protected one end in."""


class Stored(str):
    """A sealed value as it comes from the database; any other text is clear."""

    __slots__ = ()


class Protected:
    """A protected value of one row. As a text it is masked; `reveal` gives it in clear.

    It equals the text that it holds, and another protected value with the same text.
    """

    __slots__ = ("_field", "_row_key", "stored")

    def __init__(self, field: "EncryptedField", row_key: Any, stored: str) -> None:
        self._field = field
        self._row_key = row_key
        self.stored = stored
        """As it stands in the database: encrypted, or empty."""

    def reveal(self) -> str:
        """The value in clear, "" where there is none. Raises Unreadable."""
        return unseal(self.stored, self._field.place(self._row_key)) if self.stored else ""

    def belongs_to(self, field: "EncryptedField", row_key: Any) -> bool:
        """Whether it was sealed for this column and row."""
        return self._field.label == field.label and self._row_key == row_key

    def __str__(self) -> str:
        try:
            return self._field.masked(self.reveal())
        except Unreadable as error:
            # The row's key names nobody, and leads whoever looks after the database to the row.
            logger.error("%s of row %s cannot be read: %s", self._field.label, self._row_key, error.reason)  # noqa: TRY400
            return _("not readable")

    def __repr__(self) -> str:
        return f"<Protected {self._field.label}>"

    def __bool__(self) -> bool:
        return bool(self.stored)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, str | Protected):
            return NotImplemented
        try:
            return self.reveal() == (other.reveal() if isinstance(other, Protected) else other)
        except Unreadable:
            return False

    __hash__ = None  # type: ignore[assignment]  # it would have to tell clear values apart


class _ProtectedAttribute(DeferredAttribute):
    """Keeps the sealed text in the instance, and gives it out as Protected."""

    field: "EncryptedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        return Protected(self.field, instance.row_key, super().__get__(instance, cls))

    def __set__(self, instance: Any, value: Any) -> None:
        field, known = self.field, instance.__dict__
        if isinstance(value, Stored):
            known[field.attname] = str(value)
            return
        before = None
        if known.get(field.attname):
            before = Protected(field, instance.row_key, known[field.attname])
        if isinstance(value, Protected):
            if value.belongs_to(field, instance.row_key):
                self._take(instance, value)
                return
            value = value.reveal()
        if value is None or value == "":
            known[field.attname] = ""
            changed = before is not None
        elif before is not None and before == value:
            return
        else:
            known[field.attname] = seal(value, field.place(instance.row_key))
            changed = True
        if changed:
            self._note(instance, value or "")

    def _take(self, instance: Any, value: Protected) -> None:
        """Take over what another instance of the same row holds, as `refresh_from_db` does: no change."""
        name = self.field.attname
        is_new = name in instance.__dict__ and instance.__dict__[name] != value.stored
        instance.__dict__[name] = value.stored
        if is_new:
            with suppress(Unreadable):
                setattr(instance, name + INDEX, self.field.index_of(value.reveal()))

    def _note(self, instance: Any, clear: str) -> None:
        """Set the other columns after a change to `clear`."""
        name = self.field.attname
        setattr(instance, name + INDEX, self.field.index_of(clear))
        setattr(instance, name + CHANGES, getattr(instance, name + CHANGES) + 1)


class EncryptedField(models.TextField):  # type: ignore[type-arg]
    """A text that is kept encrypted; `max_length` is that of the clear text.

    A subclass says how its values are masked, and which of them are the same. No query compares its column:
    ask the index (`index_of`).
    """

    descriptor_class = _ProtectedAttribute
    # What the attribute of an instance takes and gives, for django-stubs.
    _pyi_private_set_type: "str | Protected"  # type: ignore[assignment]
    _pyi_private_get_type: "Protected"  # type: ignore[assignment]

    @property
    def label(self) -> str:
        """`table.column`."""
        return f"{self.model._meta.db_table}.{self.column}"

    def place(self, row_key: Any) -> bytes:
        """Table, column and row, for which a value is sealed."""
        return f"{self.model._meta.db_table}\0{self.column}\0{row_key}".encode()

    def masked(self, value: str) -> str:
        """`value` as it may be shown."""
        raise NotImplementedError

    def normalized(self, value: str) -> str:
        """What equal values have in common."""
        raise NotImplementedError

    def index_of(self, value: str) -> str | None:
        """The blind index of `value` in this column; None for an empty one."""
        normalized = self.normalized(value)
        return blind_index(normalized, self.label) if normalized else None

    def get_lookup(self, lookup_name: str) -> Any:
        """None, which Django refuses, for the lookups that would compare parts of the sealed text."""
        return super().get_lookup(lookup_name) if lookup_name in {"exact", "in", "isnull"} else None

    def get_internal_type(self) -> str:
        """The type of its column."""
        return "TextField"

    def from_db_value(self, value: str | None, *_args: object) -> Stored | None:
        """Mark what comes from the database."""
        return None if value is None else Stored(value)

    def to_python(self, value: Any) -> Any:
        """What a serialized row holds is sealed."""
        return Stored(value) if isinstance(value, str) else value

    def value_to_string(self, obj: models.Model) -> str:
        """Serialized, it stays sealed."""
        return cast("Protected", self.value_from_object(obj)).stored

    def get_prep_value(self, value: Any) -> Any:
        """The sealed text. Raises TypeError for a clear one: without a row it can be neither kept nor found."""
        if isinstance(value, Protected):
            return value.stored
        if isinstance(value, Stored) or value in ("", None):
            return value and str(value)
        raise TypeError(f"A clear value for {self.label}: assign it to an instance, or ask for its index.")

    def save_form_data(self, instance: models.Model, data: str | None) -> None:
        """Assign what a form holds; None leaves the value as it is."""
        if data is not None:
            setattr(instance, self.name, data)

    def formfield(self, **_kwargs: Any) -> forms.Field:
        """A field that shows the mask, and takes a new value."""
        return ProtectedFormField(
            label=capfirst(self.verbose_name), help_text=self.help_text, max_length=self.max_length
        )

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """That the columns beside it are there, before it."""
        names = [field.name for field in self.model._meta.local_concrete_fields]
        before = names[: names.index(self.name)]
        missing = {"row_key", self.name + INDEX, self.name + CHANGES}.difference(before)
        wrong: list[checks.CheckMessage] = [
            checks.Error(f"{name} must be declared before {self.name}.", obj=self, id="secrecy.E001")
            for name in sorted(missing)
        ]
        return [*super().check(**kwargs), *wrong]


class IdentityNumberField(EncryptedField):
    """An identity number of 18 characters: county and the last four show."""

    def masked(self, value: str) -> str:
        """Such as `330304********1234`."""
        return _with_stars(value, head=6, tail=4)

    def normalized(self, value: str) -> str:
        """In capitals, without spaces."""
        return "".join(value.split()).upper()


class PhoneField(EncryptedField):
    """A phone number: the first three and the last four digits show."""

    def masked(self, value: str) -> str:
        """Such as `138****5678`."""
        return _with_stars(value, head=3, tail=4)

    def normalized(self, value: str) -> str:
        """Letters and digits alone; a mobile number without the country code."""
        plain = "".join(character for character in value if character.isalnum()).upper()
        return re.sub(r"^(?:00)?86(?=1[0-9]{10}$)", "", plain)


class MailField(EncryptedField):
    """An e-mail address: the first letter and the domain show."""

    def masked(self, value: str) -> str:
        """Such as `w****@example.com`."""
        name, at, domain = value.rpartition("@")
        return f"{name[:1]}****{at}{domain}" if at else "*" * len(value)

    def normalized(self, value: str) -> str:
        """In small letters."""
        return value.strip().lower()


def _with_stars(value: str, *, head: int, tail: int) -> str:
    """`value` with stars for all but its ends; a short one has no ends to spare."""
    hidden = len(value) - head - tail
    return value[:head] + "*" * hidden + value[-tail:] if hidden >= tail else "*" * len(value)


class BlindIndexField(models.CharField):  # type: ignore[type-arg]
    """The blind index of the protected value whose name it has before `_index`; None where there is none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_length": 64, "null": True, "editable": False}
        super().__init__(*args, **kwargs)


class ChangeCountField(models.PositiveIntegerField):  # type: ignore[type-arg]
    """How often a protected value was changed; called as the value is, for the history shows it instead."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"default": 0, "editable": False}
        super().__init__(*args, **kwargs)


def protected_fields(model: type[models.Model]) -> list[EncryptedField]:
    """The protected columns of `model`."""
    return [field for field in model._meta.concrete_fields if isinstance(field, EncryptedField)]


def unrecorded(*names: str) -> list[str]:
    """What the history leaves out of a model with these protected columns: all but the counts of changes."""
    return ["row_key", *(name + end for name in names for end in ("", INDEX))]


def with_companions(model: type[models.Model], names: Iterable[str]) -> set[str]:
    """`names` of columns of `model`, with those that stand beside protected ones."""
    found = set(names)
    for field in protected_fields(model):
        if field.name in found:
            found |= {field.name + INDEX, field.name + CHANGES}
    return found
