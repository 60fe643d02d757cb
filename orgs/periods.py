"""Periods: every counted fact holds from one day until, exclusively, another.

A period is `[valid_from, valid_to)`: `valid_to` is the first day on which the fact no longer holds,
empty while it holds. Periods of one key never overlap; the database keeps that, by an exclusion
constraint on PostgreSQL and by triggers on SQLite (docs/adr/0002-periods-with-exclusive-ends.md).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

_P = TypeVar("_P", bound="models.Model")


def holds_on(day: date, *, prefix: str = "", start: str = "valid_from", end: str = "valid_to") -> Q:
    """The condition that a period holds on `day`; the end day is exclusive.

    `prefix` reaches the period through a relation (`"kinds__"`); `start` and `end` name its columns.
    """
    end_name = f"{prefix}{end}"
    return Q(**{f"{prefix}{start}__lte": day}) & (
        Q(**{f"{end_name}__isnull": True}) | Q(**{f"{end_name}__gt": day})
    )


def shares_a_day_with_outer(*, depth: int = 1) -> Q:
    """The condition, in a subquery, that its period shares a day with that of an outer query.

    `depth` says how many queries further out: 1 is the next.
    """
    outer_from: OuterRef = OuterRef("valid_from")
    outer_to: OuterRef = OuterRef("valid_to")
    for _level in range(depth - 1):
        outer_from, outer_to = OuterRef(outer_from), OuterRef(outer_to)
    outer_end = Coalesce(outer_to, Value(date.max), output_field=models.DateField())
    return (Q(valid_to__isnull=True) | Q(valid_to__gt=outer_from)) & Q(valid_from__lt=outer_end)


class PeriodQuerySet(models.QuerySet[_P]):
    """Questions that any table of periods answers."""

    def on(self, day: date) -> Self:
        """The periods that hold on `day`."""
        return self.filter(holds_on(day))

    def overlapping(self, valid_from: date, valid_to: date | None) -> Self:
        """The periods that share a day with `[valid_from, valid_to)`."""
        shared = self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=valid_from))
        return shared if valid_to is None else shared.filter(valid_from__lt=valid_to)


class Period(models.Model):
    """A fact that holds from `valid_from` until the day before `valid_to`."""

    overlap_key: ClassVar[tuple[str, ...]]
    """The fields of which two overlapping periods may not agree."""

    is_checked_with_its_siblings = False
    """Set on a row whose form compares it with the other submitted rows instead of the stored ones."""

    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("The first day on which it no longer holds; empty while it lasts."),
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="%(class)s_ends_after_it_starts",
                violation_error_message=_("It must end after it starts."),
            )
        ]

    def clean(self) -> None:
        """Report an end that is no end at `valid_to`, an overlap with a stored period at `valid_from`."""
        super().clean()
        if self.valid_from is not None and self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValidationError({"valid_to": _("It must end after it starts.")})
        if self.is_checked_with_its_siblings:
            return
        key = {name: getattr(self, self._meta.get_field(name).attname) for name in self.overlap_key}  # type: ignore[union-attr]
        if self.valid_from is None or any(value is None for value in key.values()):
            return
        rivals = type(self).objects.exclude(pk=self.pk).filter(**key)
        if rivals.overlapping(self.valid_from, self.valid_to).exists():
            raise ValidationError({"valid_from": overlap_message()})


def overlap_message() -> str:
    """What an organizer reads where two periods of one key share a day."""
    return str(_("This period overlaps another one of the same record."))


def _forbid_on_postgresql(table: str, name: str, key: Sequence[str], only: Mapping[str, str]) -> list[str]:
    columns = ", ".join(f'"{column}" WITH =' for column in key)
    chosen = " AND ".join(f"\"{column}\" = '{value}'" for column, value in only.items())
    return [
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" EXCLUDE USING gist '
        f"({columns}, daterange(valid_from, valid_to, '[)') WITH &&)"
        + (f" WHERE ({chosen})" if chosen else ""),
    ]


def _forbid_on_sqlite(table: str, name: str, key: Sequence[str], only: Mapping[str, str]) -> list[str]:
    same_key = " AND ".join(
        [
            *(f'"{column}" = NEW."{column}"' for column in key),
            *(f"\"{column}\" = '{value}' AND NEW.\"{column}\" = '{value}'" for column, value in only.items()),
        ]
    )
    rival = (
        f'SELECT 1 FROM "{table}" WHERE {same_key} '  # noqa: S608, names out of our own migrations
        "AND (NEW.valid_to IS NULL OR valid_from < NEW.valid_to) "
        "AND (valid_to IS NULL OR NEW.valid_from < valid_to)"
    )
    watched = ", ".join(f'"{column}"' for column in (*key, *only, "valid_from", "valid_to"))
    return [
        f'CREATE TRIGGER "{name}_insert" BEFORE INSERT ON "{table}" WHEN EXISTS ({rival}) '
        f"BEGIN SELECT RAISE(ABORT, '{name}'); END",
        f'CREATE TRIGGER "{name}_update" BEFORE UPDATE OF {watched} ON "{table}" '
        f'WHEN EXISTS ({rival} AND "id" <> NEW."id") BEGIN SELECT RAISE(ABORT, \'{name}\'); END',
    ]


def forbid_overlap(
    model: str, key: Sequence[str], *, only: Mapping[str, str] | None = None, name: str = "does_not_overlap"
) -> migrations.RunPython:
    """A migration step that makes the database refuse overlapping periods of one key.

    `model` is `"app.Model"`, `key` its fields; of rows whose columns have the values of `only`, if given.
    The constraint (PostgreSQL) or the pair of triggers (SQLite, with `_insert` and `_update` behind the name)
    is called `<table>_<name>`.
    """
    app_label, model_name = model.split(".")

    def names(apps: StateApps) -> tuple[str, str, list[str]]:
        meta = apps.get_model(app_label, model_name)._meta
        columns: list[str] = [meta.get_field(field).column for field in key]
        return meta.db_table, f"{meta.db_table}_{name}", columns

    def forbid(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        vendors = {"postgresql": _forbid_on_postgresql, "sqlite": _forbid_on_sqlite}
        for statement in vendors[editor.connection.vendor](*names(apps), only or {}):
            editor.execute(statement)

    def allow(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        table, full_name, _columns = names(apps)
        if editor.connection.vendor == "postgresql":
            editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{full_name}"')
        else:
            editor.execute(f'DROP TRIGGER "{full_name}_insert"')
            editor.execute(f'DROP TRIGGER "{full_name}_update"')

    return migrations.RunPython(forbid, allow)


def forbid_overlap_again(model: str, key: Sequence[str]) -> migrations.RunPython:
    """A migration step after one by which SQLite rebuilt the table of `model`: that dropped its triggers."""
    step = forbid_overlap(model, key)

    def forbid(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            step.code(apps, editor)

    return migrations.RunPython(forbid, migrations.RunPython.noop)
