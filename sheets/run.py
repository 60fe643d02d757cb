"""One import while it runs: its file's columns, its findings, its counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db.models import Model

from members.identity_numbers import identity_number
from orgs.models import Area, Scope
from sheets.columns import Column
from sheets.outcomes import Outcome, Outcomes
from sheets.problems import Problem, Problems, one_line
from sheets.writing import Changes


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line it starts on, its values in the order of the file's columns."""

    line: int
    values: tuple[Any, ...]


@dataclass(slots=True)
class Run:
    """What the steps of an import share.

    `area` is the area of created rows without their own; `by` the user in whose name it is, who sees and
    changes what lies in `scope`; `day` the day of the import, on which warnings look at the register. `chosen`
    says which columns the user takes other headers for ("" for none); `left_out` are lines that are not read.
    """

    area: Area | None
    by: AbstractBaseUser | None
    day: date
    scope: Scope = field(default_factory=lambda: Scope(everything=True))
    chosen: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()
    errors: Problems = field(default_factory=Problems)
    warnings: Problems = field(default_factory=Problems)
    outcomes: Outcomes = field(default_factory=Outcomes)
    columns: list[Column | None] = field(default_factory=list)
    """The file's columns in its order, None for those that are ignored."""
    headers: dict[str, str] = field(default_factory=dict)
    """The headers as the file writes them, by the English names of their columns."""
    written: list[str] = field(default_factory=list)
    """All headers as the file writes them."""
    ignored: list[str] = field(default_factory=list)
    keys: dict[tuple[Any, ...], int] = field(default_factory=dict)
    """The keys in the file, also of rows with bad values, with their lines."""
    unloaded: list[Row] = field(default_factory=list)
    """The rows with bad values, which are None in them."""
    touched: set[type[Model]] = field(default_factory=set)
    """The models of which rows were written."""
    rows_written: int = 0
    """So many rows of the register were written."""
    personal: frozenset[str] = frozenset()
    """The columns whose values are never shown."""

    def error(self, line: int, column: str, message: str, value: object = None) -> None:
        """Refuse the file for what `column` (its English name) has in `line`."""
        self.errors.add(self._problem(line, column, message, value))

    def warn(self, line: int, column: str, message: str, value: object = None) -> None:
        """Point to what `column` (its English name) has in `line`."""
        self.warnings.add(self._problem(line, column, message, value))

    def _problem(self, line: int, column: str, message: str, value: object) -> Problem:
        shown = "" if value is None or column in self.personal else one_line(value)
        if _is_identity_number(shown):  # in a column where it does not belong
            shown = ""
        return Problem(line, self.headers.get(column, column), message, shown)

    def values(self, row: Row) -> dict[str, Any]:
        """The values of `row` by the English names of their columns."""
        return dict(zip(self.headers, row.values, strict=True))

    def write(self, changes: Changes) -> None:
        """Write `changes` in the name of the import's user."""
        changes.write(by=self.by)
        self.touched |= changes.models()
        self.rows_written += len(changes)

    def loaded(self, line: int, *, is_new: bool, changed: bool) -> None:
        """Count the row at `line` by what becomes of it."""
        changes = Outcome.UPDATED if changed else Outcome.UNCHANGED
        self.outcomes.add(line, Outcome.CREATED if is_new else changes)


class Resource:
    """What can be imported: its columns, and how rows become changes of the register.

    `load` takes rows in chunks; rows that agree in `together` come in one chunk. `finish` comes after all.
    """

    name: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    together: ClassVar[tuple[str, ...]] = ()

    def __init__(self, run: Run) -> None:
        self.run = run

    def start(self, rows: Sequence[Row]) -> None:
        """Look at all rows before the first chunk is loaded."""

    def load(self, rows: Sequence[Row]) -> None:
        """Check `rows` against the register and each other, and write those without errors."""
        raise NotImplementedError

    def finish(self) -> None:
        """Check and write what only all rows together tell."""

    @classmethod
    def key_columns(cls) -> tuple[str, ...]:
        """The columns that together tell a row."""
        return tuple(column.name for column in cls.columns if column.key)

    @classmethod
    def personal_columns(cls) -> Iterable[str]:
        """The columns whose values are never shown."""
        return (column.name for column in cls.columns if column.personal)


def _is_identity_number(text: str) -> bool:
    try:
        identity_number(text)
    except ValidationError:
        return False
    return True
