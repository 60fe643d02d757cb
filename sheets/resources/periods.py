"""The import of rows that are one period each: key columns, among them the first day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from orgs.actions.timelines import UNSAID, DoesNotFit, fitted_end, overlapping
from orgs.periods import Period, overlap_message
from sheets.changing import assign, differs, field_values
from sheets.references import Owner, enterprises, no_enterprise, no_organization, organizations
from sheets.run import Resource, Row, Run
from sheets.writing import Changes

_OWNERS = {"organization": (organizations, no_organization), "enterprise": (enterprises, no_enterprise)}


class PeriodRows(Resource):
    """Periods by their key and first day; an overlap of one key is an error."""

    model: ClassVar[type[Period]]
    first: ClassVar[str] = "valid_from"
    end: ClassVar[str] = "valid_to"
    ends_with_owner: ClassVar[bool] = True
    """Whether a period ends when its organization is dissolved or its enterprise closed."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.owner_columns = [name for name in self.together if name in _OWNERS]
        self.other_columns = [name for name in self.together if name not in _OWNERS]

    def load(self, rows: Sequence[Row]) -> None:
        """Create or update periods, those of one key together."""
        all_values = [(row.line, self.run.values(row)) for row in rows]
        owners = {
            name: _OWNERS[name][0](self.run, (values[name] for _line, values in all_values))
            for name in self.owner_columns
        }
        groups: dict[tuple[Any, ...], list[tuple[int, Mapping[str, Any]]]] = {}
        for line, values in all_values:
            key = self._key(line, values, owners)
            if key is not None:
                groups.setdefault(key, []).append((line, values))
        stored = self._stored(groups)
        changes = Changes()
        for key, group in groups.items():
            changes.add(self._load_group(key, group, stored.get(key, []), owners))
        self.run.write(changes)

    def changed(self, line: int, values: Mapping[str, Any], period: Period) -> None:
        """Take notice of a period that is created or updated."""

    def _key(
        self, line: int, values: Mapping[str, Any], owners: Mapping[str, Mapping[str, Owner]]
    ) -> tuple[Any, ...] | None:
        """What tells the periods that may not overlap; None where something it refers to is missing."""
        found = [owners[name].get(values[name]) for name in self.owner_columns]
        if all(owner is None or owner.hidden for owner in found):
            found = [None for _owner in found]
        if not self._refers_to(line, values, found):
            return None
        ids = (owners[name][values[name]].pk for name in self.owner_columns)
        return (*ids, *(values[name] for name in self.other_columns))

    def _refers_to(self, line: int, values: Mapping[str, Any], owners: Sequence[Owner | None]) -> bool:
        """Whether all `owners`, in the order of the columns, are there; an error for each that is not."""
        missing = [name for name, owner in zip(self.owner_columns, owners, strict=True) if owner is None]
        for name in missing:
            self.run.error(line, name, _OWNERS[name][1](), values[name])
        return not missing

    def _stored(self, keys: Mapping[tuple[Any, ...], object]) -> dict[tuple[Any, ...], list[Period]]:
        names = [*(f"{name}_id" for name in self.owner_columns), *self.other_columns]
        wanted = {f"{name}__in": {key[place] for key in keys} for place, name in enumerate(names)}
        found: dict[tuple[Any, ...], list[Period]] = {}
        for period in self.model.objects.filter(**wanted).select_for_update() if keys else ():
            found.setdefault(tuple(getattr(period, name) for name in names), []).append(period)
        return found

    def _load_group(
        self,
        key: tuple[Any, ...],
        group: Sequence[tuple[int, Mapping[str, Any]]],
        periods: list[Period],
        owners: Mapping[str, Mapping[str, Owner]],
    ) -> Changes:
        """The changes that the rows of one key make; none where one of them is wrong."""
        changes = Changes()
        before = self.run.errors.count
        by_first = {period.valid_from: period for period in periods}
        for line, values in group:
            period = by_first.get(values[self.first])
            if period is None and not self._may_write(line, values, owners):
                continue  # before a word is said of when an owner ends
            try:
                end = self._end(values, period, owners)
            except DoesNotFit as error:
                self.run.error(line, self.end if error.at_end else self.first, str(error), error.day)
                continue
            fields = field_values(self.model, values) | {"valid_from": values[self.first], "valid_to": end}
            if period is not None and differs(period, fields) and not self._may_write(line, values, owners):
                continue
            if period is None:
                own = {f"{name}_id": owners[name][values[name]].pk for name in self.owner_columns}
                period = self.model(**own, **fields)
                periods.append(period)
                changes.create(period)
                self.run.loaded(line, is_new=True, changed=True)
                self.changed(line, values, period)
            elif changed := assign(period, fields):
                changes.update(period, *changed)
                self.run.loaded(line, is_new=False, changed=True)
                self.changed(line, values, period)
            else:
                self.run.loaded(line, is_new=False, changed=False)
        for earlier, later in overlapping(periods):
            self._refuse_overlap(earlier, later, group)
        return changes if self.run.errors.count == before else Changes()

    def _may_write(
        self, line: int, values: Mapping[str, Any], owners: Mapping[str, Mapping[str, Owner]]
    ) -> bool:
        """Whether the user sees all that the row refers to; what is hidden is not there."""
        found = [owners[name][values[name]] for name in self.owner_columns]
        return self._refers_to(line, values, [None if owner.hidden else owner for owner in found])

    def _end(
        self,
        values: Mapping[str, Any],
        stored: Period | None,
        owners: Mapping[str, Mapping[str, Owner]],
    ) -> date | None:
        end = values.get(self.end, UNSAID)
        if end is UNSAID:
            end = stored.valid_to if stored else None
        ends = [owners[name][values[name]].ends for name in self.owner_columns if self.ends_with_owner]
        earliest = min((day for day in ends if day is not None), default=None)
        return fitted_end(values[self.first], end, earliest)

    def _refuse_overlap(
        self, earlier: Period, later: Period, group: Sequence[tuple[int, Mapping[str, Any]]]
    ) -> None:
        """Pin an overlap to the later line of the file that takes part in it."""
        days = (earlier.valid_from, later.valid_from)
        line, day = max(
            ((line, values[self.first]) for line, values in group if values[self.first] in days),
            default=(0, None),
        )
        if day is not None:
            self.run.error(line, self.first, overlap_message(), day)
