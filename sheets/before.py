"""What the register had of the rows that an import changes: kept under seal, for as long as it can be undone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db import models

from secrecy.fields import Protected

Values = dict[str, Any]
"""Values of columns by their names (`attname`); protected ones in clear."""


@dataclass(slots=True)
class Before:
    """The values that changed, as they were: by model and key of the row.

    The histories do not tell them all: they have neither protected values nor what is older than the record.
    """

    _rows: dict[str, dict[int, Values]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def remember(self, model: type[models.Model], fields: Mapping[int, Collection[str]]) -> None:
        """Remember `fields`, given by key, of stored rows of `model`, before they are written for the first time."""
        known = self._rows.setdefault(model._meta.label, {})
        for key, stored in model._base_manager.in_bulk(list(fields)).items():
            values = known.setdefault(key, {})
            for name in fields[key]:
                column: Any = model._meta.get_field(name)
                values.setdefault(column.attname, _clear(getattr(stored, column.attname)))

    def of(self, model: type[models.Model]) -> dict[int, Values]:
        """What is remembered of rows of `model`, by their keys."""
        return self._rows.get(model._meta.label, {})

    def models(self) -> list[type[models.Model]]:
        """The models of which rows are remembered."""
        return [apps.get_model(label) for label in self._rows]

    def as_json(self) -> dict[str, Any]:
        """As JSON holds it, but for days."""
        return {label: list(rows.items()) for label, rows in self._rows.items()}

    @classmethod
    def from_json(cls, content: Mapping[str, Any] | None) -> Self:
        """From what JSON made of `as_json`, which becomes its own; of None, nothing."""
        found = cls()
        for label, rows in (content or {}).items():
            model = apps.get_model(label)
            days = {day.attname for day in model._meta.concrete_fields if isinstance(day, models.DateField)}
            for _key, values in rows:
                for name in days & values.keys():
                    values[name] = values[name] and date.fromisoformat(values[name])
            found._rows[label] = dict(rows)
        return found


def _clear(value: Any) -> Any:
    return value.reveal() if isinstance(value, Protected) else value
