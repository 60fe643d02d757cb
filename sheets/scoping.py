"""What the user of an import sees of the register: nothing else is changed by it or referred to."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from orgs.batches import in_batches
from sheets.run import Run


def outside(run: Run, model: type[models.Model], keys: Collection[int], day: date) -> set[int]:
    """Of the records of `model` with `keys`: those that lie outside the scope of the import's user on `day`."""
    if run.scope.everything or not keys:
        return set()
    rows: Any = model._default_manager.all()
    inside: set[int] = set()
    for batch in in_batches(keys):
        inside.update(rows.filter(pk__in=batch).within(run.scope, day).values_list("pk", flat=True))
    return set(keys) - inside


class ScopeGuard:
    """Which of the stored records of a chunk the user may change, and whether they stay where the user sees them.

    Make it before the rows are written.
    """

    def __init__(self, run: Run, model: type[models.Model], stored: Collection[int]) -> None:
        self._run = run
        self._model = model
        self._stored = frozenset(stored)
        self._hidden = outside(run, model, stored, run.day)
        self._leaving = outside(run, model, stored, date.max)

    def refuses(self, line: int, column: str, record: models.Model | None, key: object) -> bool:
        """Whether the row at `line` is about a `record` that the user does not see, which is an error at `column`."""
        if record is None or record.pk not in self._hidden:
            return False
        self._run.error(line, column, self._elsewhere(), key)
        return True

    def keep_within(self, lines: Mapping[int, int], column: str) -> None:
        """Refuse, at `column`, rows whose records, as written, lie elsewhere today or come to lie there later.

        `lines` are theirs by the records' keys. A move that was arranged before stays.
        """
        today = outside(self._run, self._model, lines, self._run.day)
        at_last = outside(self._run, self._model, lines, date.max)
        for key in today | (at_last - self._leaving):
            is_early = key not in self._stored and key not in at_last
            self._run.error(lines[key], column, self._not_yet() if is_early else self._elsewhere())

    def _elsewhere(self) -> str:
        message = _("the record must lie in your area, %(area)s, today and later")
        return message % {"area": self._area_name()}

    def _not_yet(self) -> str:
        message = _("the record lies in your area, %(area)s, only later than today; import it when it does")
        return message % {"area": self._area_name()}

    def _area_name(self) -> str:
        area = self._run.scope.area
        return area.display_name if area else ""
