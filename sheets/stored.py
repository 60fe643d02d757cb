"""What the register has of records, as rows of an import say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from orgs.periods import Period


@dataclass(frozen=True, slots=True)
class Latest:
    """Columns that tell the latest of a record's periods; `sources` says which fields of the period they are.

    `owner` is the field by which a period belongs to its record.
    """

    periods: type[Period]
    owner: str
    sources: Mapping[str, str]

    def of(self, keys: Sequence[int], said: Mapping[int, Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
        """The values by the key of the record, those with periods, in one statement.

        Where the row that is `said` of a record names a period by its first day: of the latest that has begun by it.
        """
        first_day = next((name for name, source in self.sources.items() if source == "valid_from"), "")
        named = {key: values[first_day] for key, values in said.items() if values.get(first_day)}
        periods = self.periods.objects.filter(**{f"{self.owner}__in": keys}).order_by("valid_from")
        rows = periods.values_list(self.owner, "valid_from", *self.sources.values())
        return {
            key: dict(zip(self.sources, values, strict=True))
            for key, valid_from, *values in rows
            if valid_from <= named.get(key, date.max)
        }


def stored_rows(
    model: type[Model],
    sources: Mapping[str, str],
    histories: Sequence[Latest],
    keys: Sequence[int],
    said: Mapping[int, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """The rows of the records of `model` with `keys`, in their order; without those that are gone.

    `sources` gives the fields of the model by the columns they are told in, `histories` the other columns, of the
    periods that the rows `said` of the records name, else of the latest.
    One statement, and one for each of `histories`. An empty text is None.
    """
    found = model._default_manager.filter(pk__in=keys).values_list("pk", *sources.values())
    by_key = {key: dict(zip(sources, values, strict=True)) for key, *values in found}
    for history in histories:
        latest = history.of(keys, said)
        nothing = dict.fromkeys(history.sources)
        for key, row in by_key.items():
            row.update(latest.get(key, nothing))
    rows = [by_key[key] for key in keys if key in by_key]
    return [{name: None if value == "" else value for name, value in row.items()} for row in rows]
