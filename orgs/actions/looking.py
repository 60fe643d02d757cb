"""Somebody asks whose a number is: the whole number, so often within a day, and the record tells that it was asked."""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import caches
from django.db.models import Model, Q
from django.utils.translation import ngettext

from limits.cache import SharedCache
from orgs.actions.refusals import Refusal
from record.log import note_each
from record.models import Event
from secrecy.fields import INDEX, protected_fields


class TooManyLookups(Refusal):
    """The user has looked for as many numbers within a day as the site allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            ngettext(
                "You have looked for %(count)d number within a day; look for others tomorrow.",
                "You have looked for %(count)d numbers within a day; look for others tomorrow.",
                limit,
            )
            % {"count": limit}
        )


def count_lookup(*, by: AbstractBaseUser) -> None:
    """Count that `by` looks for a number, found or not: by guessing, the digits that a mask hides would be learned.

    Raises TooManyLookups where `by` did so as often as the site allows (LOOKUPS_PER_DAY) within the last 24 hours.
    """
    counts, most = cast(SharedCache, caches["default"]), settings.LOOKUPS_PER_DAY
    if counts.hit(f"lookups:{by.pk}", most=most, seconds=timedelta(days=1).total_seconds()) is not None:
        raise TooManyLookups(most)


def holds_number(model: type[Model], number: str) -> Q | None:
    """That a protected column of `model` holds `number`, and nothing more; None where `number` is empty."""
    indexes = {field.name + INDEX: field.index_of(number) for field in protected_fields(model)}
    same = Q(*((name, index) for name, index in indexes.items() if index), _connector=Q.OR)
    return same or None


def having_number(records: Sequence[Model], number: str) -> list[Model]:
    """Those of `records` that hold `number`, which is not empty, in a protected column."""
    return [
        record
        for record in records
        if any(
            getattr(record, field.name + INDEX) == field.index_of(number)
            for field in protected_fields(type(record))
        )
    ]


def note_lookup(*, model: type[Model], found: Sequence[Model], by: AbstractBaseUser) -> None:
    """Tell the access log that `by` looked for a number in `model`, and which records it `found`; not the number."""
    columns = ", ".join(field.name for field in protected_fields(model))
    note_each(Event.SEARCHED, user=by, subjects=found or [model._meta.label_lower], detail=columns)
