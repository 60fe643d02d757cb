"""What the check of an import shows: of each outcome the first rows, field by field, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from sheets.outcomes import Outcome
from sheets.problems import Problems
from sheets.run import Resource, Row, Run

Values = dict[str, Any]
"""The cells of a row by the English names of their columns."""


@dataclass(slots=True)
class Findings:
    """Taken in three steps: `look` after the rows are loaded, `look_before` when that was taken back, `as_json`."""

    run: Run
    resource: type[Resource]
    _rows: dict[Outcome, list[Row]] = field(default_factory=dict)
    _after: dict[tuple[Any, ...], Values] = field(default_factory=dict)
    _before: dict[tuple[Any, ...], Values] = field(default_factory=dict)

    def look(self, rows: Sequence[Row]) -> None:
        """Remember the first rows of each outcome, and what the register has of those that change something."""
        lines = self.run.outcomes.lines
        by_line = {row.line: row for row in rows}
        self._rows = {
            outcome: [by_line[line] for line in lines[outcome]]
            for outcome in (Outcome.CREATED, Outcome.UPDATED)
        }
        self._after = self._stored()

    def look_before(self) -> None:
        """Learn what the register has of the same rows without the import."""
        self._before = self._stored()

    def as_json(self) -> dict[str, Any]:
        """What a page shows: new rows, changed ones with old and new values, problems, what is written."""
        return {
            "columns": list(self.run.headers),
            "ignored": self.run.ignored,
            "new": [
                {"line": row.line, "values": self.run.values(row)}
                for row in self._rows.get(Outcome.CREATED, [])
            ],
            "changed": [self._change(row) for row in self._rows.get(Outcome.UPDATED, [])],
            "errors": _told(self.run.errors),
            "warnings": _told(self.run.warnings),
            "written": {model._meta.label: count for model, count in self.run.written_rows.items()},
        }

    def _stored(self) -> dict[tuple[Any, ...], Values]:
        names = self.resource.key_columns()
        keys = [self._key(self.run.values(row)) for row in self._rows.get(Outcome.UPDATED, [])]
        records = list(self.resource.named(keys)) if keys else []
        rows = zip(records, self.resource.stored(records), strict=True)
        found = ({**values, **self._marks(record)} for record, values in rows)
        return {tuple(values[name] for name in names): values for values in found}

    def _marks(self, record: Model) -> Values:
        """By withheld column something that changes with its value: of protected ones the count of changes."""
        counts = {name: f"{name}_changes" for name in self._withheld()}
        return {
            name: getattr(record, count if hasattr(record, count) else name) for name, count in counts.items()
        }

    def _withheld(self) -> list[str]:
        return [column.name for column in self.resource.columns if column.withheld]

    def _key(self, values: Values) -> tuple[Any, ...]:
        return tuple(values[name] for name in self.resource.key_columns())

    def _change(self, row: Row) -> dict[str, Any]:
        """A changed row: its key, and each field with its old and new value; of withheld ones only that it changed.

        A row that changes an earlier period than the latest changes nothing of what is said of the record now:
        of it the row itself is told.
        """
        said = self.run.values(row)
        key = self._key(said)
        before, after = self._before.get(key, {}), self._after.get(key, {})
        withheld = self._withheld()
        changed = [name for name in after if after[name] != before.get(name)]
        fields = [
            (name, None, None) if name in withheld else (name, before.get(name), after[name])
            for name in changed
        ]
        if not fields:
            told = (name for name in said if name not in withheld)
            fields = [(name, None, said[name]) for name in told if said[name] != after.get(name)]
        return {"line": row.line, "key": key, "fields": fields}


def _told(problems: Problems) -> dict[str, Any]:
    shown = [(found.line, found.column, found.message, found.value) for found in problems.first()]
    return {"count": problems.count, "first": shown}
