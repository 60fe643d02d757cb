"""How actions save a row: with the person who did it in its history."""

from typing import Protocol

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model
from django.utils.translation import gettext as _

BATCH = 500
"""Rows that one statement writes."""


def save_by(row: Model, by: AbstractBaseUser | None) -> None:
    """Save `row`; its history row names `by`, or nobody."""
    row._history_user = by  # type: ignore[attr-defined]  # read by django-simple-history
    row.save()


def delete_by(row: Model, by: AbstractBaseUser | None) -> None:
    """Delete `row`; its last history row names `by`, or nobody."""
    row._history_user = by  # type: ignore[attr-defined]  # read by django-simple-history
    row.delete()


def save_if_changed(row: Model, by: AbstractBaseUser | None) -> None:
    """Save `row`, a stored one, where it is no longer as it is stored; a row that says the same has no history."""
    stored = type(row)._default_manager.get(pk=row.pk)
    # The pinyin follows the name when it is saved.
    names = [field.attname for field in row._meta.concrete_fields if field.name != "name_pinyin"]
    if any(getattr(row, name) != getattr(stored, name) for name in names):
        save_by(row, by)


def clash_message() -> str:
    """What a person reads where the database refused what was found valid."""
    return _("Somebody else has just saved something that does not go with this. Look again, then save.")


class Gathering(Protocol):
    """Rows to create and to update, gathered before they are written."""

    def create(self, instance: Model) -> None:
        """Create `instance`."""

    def update(self, instance: Model, *fields: str) -> None:
        """Write `fields` of `instance`, a stored one."""


class Changes:
    """Rows of one record, gathered and then saved one by one: a period ends before the next one starts."""

    def __init__(self) -> None:
        self._created: list[Model] = []
        self._updated: dict[Model, None] = {}

    def create(self, instance: Model) -> None:
        """Create `instance`."""
        self._created.append(instance)

    def update(self, instance: Model, *fields: str) -> None:
        """Save `instance`, a stored one."""
        self._updated[instance] = None

    def save(self, *, by: AbstractBaseUser | None) -> None:
        """Save everything, with history. Call it in a transaction."""
        for row in (*self._updated, *self._created):
            save_by(row, by)
