"""One import while it runs: its file's columns, its findings, its counts."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.crypto import salted_hmac
from simple_history.utils import get_history_model_for_model

from members.identity_numbers import identity_number
from orgs.models import Area, Scope
from record.ids import least_id
from record.origin import current_origin
from sheets.before import Before
from sheets.columns import Column
from sheets.outcomes import Outcome, Outcomes
from sheets.problems import Problem, Problems, one_line
from sheets.reading import MOST_ROWS
from sheets.stored import Latest, stored_rows
from sheets.writing import Changes, Ids


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line it starts on, its values in the order of the file's columns."""

    line: int
    values: tuple[Any, ...]


class RegisterChanged(Exception):
    """The import would do something else than its user was shown: somebody changed the register meanwhile."""


@dataclass(slots=True)
class Run:
    """What the steps of an import share.

    `area` is the area of created rows without their own; `by` the user in whose name it is, who sees and
    changes what lies in `scope`; `day` the day of the import, on which warnings look at the register. `chosen`
    says which columns the user takes other headers for ("" for none); `left_out` are lines that are not read. A
    file with more than `most_rows` rows is refused.
    """

    area: Area | None
    by: AbstractBaseUser | None
    day: date
    scope: Scope = field(default_factory=lambda: Scope(everything=True))
    chosen: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()
    most_rows: int = MOST_ROWS
    is_cut: bool = False
    """Whether the file cannot be read to its end."""
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
    written_rows: Counter[type[Model]] = field(default_factory=Counter)
    """How many rows of which models were written."""
    ends: dict[str, date | None] = field(default_factory=dict)
    """The days on which the enterprises and organizations end that rows refer to, by their codes."""
    looked_up: list[int] = field(default_factory=list)
    """The keys of records that have numbers of the file, though no row is about them: the access log tells it."""
    before: Before | None = None
    """Takes what is changed, as it was, where the import is to be undone one day."""
    personal: frozenset[str] = frozenset()
    """The columns whose values are never shown."""
    _ids: Ids = field(default_factory=Ids)

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
        for model, fields in changes.updated().items():
            self.remember(model, {row.pk: names for row, names in fields.items()})
        changes.write(by=self.by, ids=self._ids)
        self.written_rows.update(changes.counts())

    def remember(self, model: type[Model], fields: Mapping[int, Collection[str]]) -> None:
        """Take note of `fields`, given by key, of stored rows of `model`, before these are changed."""
        if self.before is not None:
            self.before.remember(model, fields)

    def refuse_what_changed_since(self, moment: datetime) -> None:
        """Raise RegisterChanged where somebody else changed, since `moment`, a row that the import has written.

        Ask it when all is written: until then others may come between. Afterwards they wait for its end.
        """
        request = current_origin().request_id
        for model in self.written_rows:
            history = get_history_model_for_model(model)._default_manager
            ours = history.filter(request_id=request, history_type="~")
            others = history.filter(pk__gte=least_id(moment), id__in=ours.values("id"))
            if others.exclude(request_id=request).exists():
                raise RegisterChanged

    def digest(self, rows: Iterable[Row]) -> str:
        """The same where `rows`, those of the file, say the same in the same columns and have the same outcomes.

        Nobody without the key of the site guesses from it what a row says.
        """
        digest = salted_hmac("sheets.run", repr(list(self.headers)), algorithm="sha256")
        for row in rows:
            digest.update(repr((row.line, row.values)).encode())
        for outcome, lines in self.outcomes.lines.items():
            digest.update(outcome.encode() + lines.tobytes())
        digest.update(repr(sorted(self.ends.items())).encode())
        return digest.hexdigest()

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
    model: ClassVar[type[Model]]
    """The records that rows tell of; who may add and change these may import rows."""
    sources: ClassVar[Mapping[str, str]] = {}
    """The fields of `model` by columns, where these are not called like their fields."""
    histories: ClassVar[tuple[Latest, ...]] = ()
    """The columns that tell of the latest periods of a record."""

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
    def named(cls, keys: Iterable[tuple[Any, ...]]) -> QuerySet[Any]:
        """The records that rows with `keys`, values of the key columns, are about."""
        rows = Q(pk__in=[])
        for key in keys:
            names = (cls.sources.get(name, name) for name in cls.key_columns())
            rows |= Q(**dict(zip(names, key, strict=True)))
        return cls.model._default_manager.filter(rows)

    @classmethod
    def permissions(cls) -> tuple[str, str]:
        """What a user needs who imports rows."""
        meta = cls.model._meta
        return f"{meta.app_label}.add_{meta.model_name}", f"{meta.app_label}.change_{meta.model_name}"

    @classmethod
    def told_columns(cls) -> list[Column]:
        """The columns whose values may be told."""
        return [column for column in cls.columns if not column.withheld]

    @classmethod
    def stored(cls, records: Iterable[Model]) -> list[dict[str, Any]]:
        """What the register has of each of `records`, stored ones of `model`, as a row of the import says it.

        Values by the English names of `told_columns`, as `Column.read` gives them; of histories the latest
        entry. A constant number of statements.
        """
        return cls.stored_under([record.pk for record in records])

    @classmethod
    def stored_under(
        cls, keys: Sequence[int], said: Mapping[int, Mapping[str, Any]] | None = None
    ) -> list[dict[str, Any]]:
        """As `stored`, of the records with the primary keys `keys`; those that are gone are left out.

        `said` gives, by the same keys, rows of an import: of histories the periods that they name are told.
        """
        told = [column.name for column in cls.told_columns()]
        latest = {name for history in cls.histories for name in history.sources}
        sources = {name: cls.sources.get(name, name) for name in told if name not in latest}
        rows = stored_rows(cls.model, sources, cls.histories, keys, said or {})
        return [{name: row[name] for name in told} for row in rows]

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
