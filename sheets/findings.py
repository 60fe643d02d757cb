"""What the check of an import shows: of each outcome the first rows, field by field, and what is wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheets.outcomes import LISTED, Outcome
from sheets.problems import Problems
from sheets.run import Resource, Row, Run

Values = dict[str, Any]
"""The cells of a row by the English names of their columns."""

_Key = tuple[Any, ...]
"""The values of the key columns."""


@dataclass(slots=True)
class Findings:
    """Taken in three steps: `look` after the rows are loaded, `look_before` when that was taken back, `as_json`."""

    run: Run
    resource: type[Resource]
    _rows: dict[Outcome, list[Row]] = field(default_factory=dict)
    _after: dict[_Key, Values] = field(default_factory=dict)
    _before: dict[_Key, Values] = field(default_factory=dict)

    def look(self, rows: Sequence[Row]) -> None:
        """Remember the first good rows that create or change something, and what the register has of them then."""
        lines = self.run.outcomes.without(self.run.errors.lines).lines
        by_line = {row.line: row for row in rows}
        self._rows = {
            outcome: [by_line[line] for line in lines[outcome][:LISTED]]
            for outcome in (Outcome.CREATED, Outcome.UPDATED)
        }
        self._after = self._stored((Outcome.CREATED, Outcome.UPDATED))

    def look_before(self) -> None:
        """Learn what the register has, without the import, of the rows that change something."""
        self._before = self._stored((Outcome.UPDATED,))

    def as_json(self) -> dict[str, Any]:
        """What a page shows: new rows, changed ones with old and new values, problems, what is written.

        Of `wrong` rows all lines.
        """
        new = [(row.line, self._written(row)) for row in self._rows.get(Outcome.CREATED, [])]
        return {
            "columns": self._columns(values for _line, values in new),
            "ignored": self.run.ignored,
            "new": [{"line": line, "values": values} for line, values in new],
            "changed": [self._change(row) for row in self._rows.get(Outcome.UPDATED, [])],
            "wrong": sorted(self.run.errors.lines),
            "errors": _told(self.run.errors),
            "warnings": _told(self.run.warnings),
            "written": {model._meta.label: count for model, count in self.run.written_rows.items()},
        }

    def _stored(self, outcomes: Iterable[Outcome]) -> dict[_Key, Values]:
        """What the register has of the rows with these `outcomes`, by their keys.

        Of withheld columns something that changes with the value: of protected ones the count of changes.
        """
        said = {
            self._key(values): values
            for outcome in outcomes
            for values in map(self.run.values, self._rows.get(outcome, []))
        }
        if not said:
            return {}
        resource = self.resource
        keys = [resource.sources.get(name, name) for name in resource.key_columns()]
        fields = {field.name for field in resource.model._meta.get_fields()}
        marks = {
            name: f"{name}_changes" if f"{name}_changes" in fields else name for name in self._withheld()
        }
        found = {
            pk: (tuple(values[: len(keys)]), dict(zip(marks, values[len(keys) :], strict=True)))
            for pk, *values in resource.named(said).values_list("pk", *keys, *marks.values())
        }
        stored = resource.stored_under(list(found), {pk: said[key] for pk, (key, _marks) in found.items()})
        return {
            key: {**values, **marked} for (key, marked), values in zip(found.values(), stored, strict=True)
        }

    def _withheld(self) -> list[str]:
        return [column.name for column in self.resource.columns if column.withheld]

    def _key(self, values: Values) -> _Key:
        return tuple(values[name] for name in self.resource.key_columns())

    def _written(self, row: Row) -> Values:
        """A new row as the register has it then, also what the file leaves to it; withheld cells as they stand."""
        said = self.run.values(row)
        withheld = {name: said.get(name) for name in self._withheld()}
        return {**said, **self._after.get(self._key(said), {}), **withheld}

    def _columns(self, rows: Iterable[Values]) -> list[str]:
        """The columns of the file, and those in which new `rows` have something nevertheless."""
        filled = {name for values in rows for name, value in values.items() if value is not None}
        own = list(self.run.headers)
        return own + [
            column.name
            for column in self.resource.columns
            if column.name in filled and column.name not in own
        ]

    def _change(self, row: Row) -> dict[str, Any]:
        """A changed row: its key, and each field with its old and new value; of withheld ones only that it changed."""
        key = self._key(self.run.values(row))
        before, after = self._before.get(key, {}), self._after.get(key, {})
        withheld = self._withheld()
        fields = [
            (name, None, None) if name in withheld else (name, before.get(name), after[name])
            for name in after
            if after[name] != before.get(name)
        ]
        return {"line": row.line, "key": key, "fields": fields}


def _told(problems: Problems) -> dict[str, Any]:
    shown = [(found.line, found.column, found.message, found.value) for found in problems.first()]
    return {"count": problems.count, "first": shown}
