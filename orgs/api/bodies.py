"""Bodies of writes: fields by the names of the import tables, each taking its own type of JSON value alone."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as InvalidValue
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from orgs.api.parameters import NO_DAY, parse_day
from orgs.credit_codes import credit_code
from orgs.models import Area, Enterprise, Organization, ScopedQuerySet
from orgs.values import EARLIEST_YEAR, LARGEST, UNPRINTABLE
from record.origin import REASON_LENGTH

LATEST_YEAR = 2199
"""A later day is none that anybody means; "for good" is null."""

_NO_TEXT = gettext_lazy("This must be a text.")
_ABSENT = gettext_lazy("There is none with this key.")


class Characters(serializers.CharField):
    """A text, without surrounding spaces; a key has no line breaks either."""

    default_error_messages = {"invalid": _NO_TEXT}
    is_key = False

    def to_internal_value(self, data: Any) -> str:
        """The text."""
        if not isinstance(data, str):
            self.fail("invalid")
        text: str = super().to_internal_value(data)
        if UNPRINTABLE.search(text) or (self.is_key and not text.isprintable()):
            raise serializers.ValidationError(_("This has characters that cannot be printed."))
        return text


class Text(Characters):
    """A text that `field` of `model` holds."""

    def __init__(self, model: type[Model], field: str, *, is_key: bool = False, **kwargs: Any) -> None:
        self.is_key = is_key
        column: Any = model._meta.get_field(field)
        super().__init__(max_length=column.max_length, allow_blank=column.blank, **kwargs)


class Code(Text):
    """The credit code of an enterprise, taken in upper case."""

    def to_internal_value(self, data: Any) -> str:
        """The code, its check digit verified."""
        try:
            return credit_code(super().to_internal_value(data))
        except InvalidValue as error:
            raise serializers.ValidationError(error.messages) from error


class Day(serializers.DateField):
    """A day, YYYY-MM-DD."""

    def to_internal_value(self, value: Any) -> date:
        """The day."""
        try:
            day = parse_day(value)
        except (TypeError, ValueError):
            raise serializers.ValidationError(NO_DAY) from None
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            message = _("The year must lie between %(first)d and %(last)d.")
            raise serializers.ValidationError(message % {"first": EARLIEST_YEAR, "last": LATEST_YEAR})
        return day


class Choice(serializers.ChoiceField):
    """One of a few texts."""

    def to_internal_value(self, data: Any) -> Any:
        """The value."""
        if not isinstance(data, str):
            raise serializers.ValidationError(_NO_TEXT)
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number from 0."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=LARGEST, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Reference(serializers.CharField):
    """A record by its key: one that the writer sees, or the one that is referred to already.

    What is there and not seen is refused in the words for what is not there. It stays locked, so that
    nobody moves it away before the write ends.
    """

    default_error_messages = {"invalid": _NO_TEXT, "absent": _ABSENT}
    locks: ClassVar[bool] = True
    is_anywhere: ClassVar[bool] = False
    """Whether also what the writer does not see may be referred to."""
    model: ClassVar[type[Model]]
    key: ClassVar[str]

    def to_internal_value(self, data: Any) -> Any:
        """The record."""
        if not isinstance(data, str):
            self.fail("invalid")
        key = super().to_internal_value(data)
        if not key.isprintable():  # the database would not even be asked
            self.fail("absent")
        before = self.referred_to(key)
        if before is not None:
            return before
        rows: Any = self.model._default_manager.filter(**{self.key: key})
        if self.locks:
            list(rows.select_for_update(no_key=True).values_list("pk"))
        if isinstance(rows, ScopedQuerySet) and not self.is_anywhere:
            rows = rows.within(self.context["scope"], timezone.localdate())
        found = self.choices_of(rows).first()
        if found is None:
            self.fail("absent")
        return found

    def choices_of(self, rows: Any) -> Any:
        """Those of `rows` that may be referred to."""
        return rows

    def run_validators(self, value: Any) -> None:
        """None: those of its parent are for texts, and this is a record."""

    def referred_to(self, key: str) -> Model | None:
        """The record of that key, if the one that is changed refers to it already."""
        before: Model | None = getattr(getattr(self.parent, "instance", None), str(self.source), None)
        return before if before is not None and getattr(before, self.key) == key else None


class AreaReference(Reference):
    """An area by its code."""

    locks = False  # every record of an area would wait for each other
    model = Area
    key = "code"


class EnterpriseReference(Reference):
    """An enterprise by its credit code."""

    model = Enterprise
    key = "uscc"


class OrganizationReference(Reference):
    """An organization by its code."""

    model = Organization
    key = "code"


class Body(serializers.Serializer[Any]):
    """What may be written of a record; any other field is refused, by name.

    The context has the `scope` of the writer. `fixed` fields are said once, when the record is made.
    """

    fixed: ClassVar[Collection[str]] = ()

    change_reason = serializers.CharField(
        required=False, allow_blank=True, max_length=REASON_LENGTH, write_only=True,
        help_text=gettext_lazy("Why it is written; the history keeps it. It names nobody."),
    )  # fmt: skip

    def to_internal_value(self, data: Any) -> Any:
        """The values by the attributes that take them."""
        if isinstance(data, Mapping):
            errors = {name: [_("There is no such field here.")] for name in data if name not in self.fields}
            if self.instance is not None:
                errors |= {name: [_("This cannot be changed.")] for name in self.fixed if name in data}
            if errors:
                raise serializers.ValidationError(errors)
        return super().to_internal_value(data)
