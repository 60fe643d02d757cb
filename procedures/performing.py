"""A procedure is performed, or tried: done, looked at, and taken back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Model, Q

from applications.models import Application
from members.models import Member, Membership, Transfer
from orgs.actions.locking import locked
from orgs.actions.scoping import keep_within
from orgs.models import Coverage, Enterprise, Organization, Scope
from orgs.written import RowChanges, rows_changed_since
from procedures.procedure import NotPossible, Procedure
from record.ids import new_id
from stats.comparison import Moved, moved, numbers_of

YEAR_ENDS = 5
"""Ends of years between a day in the past and today that are compared; the latest ones."""


@dataclass(frozen=True)
class DayFigures:
    """The figures of `day` that move; `is_past`: they may have been reported already."""

    day: date
    is_past: bool
    moved: list[Moved]


@dataclass(frozen=True)
class Outcome:
    """What a procedure does: the rows that it writes, the figures that move, what is unusual.

    `digest` is the same where the same procedure would do the same again.
    """

    rows: list[RowChanges]
    figures: list[DayFigures]
    warnings: list[str]
    digest: str = field(repr=False)

    @property
    def corrects(self) -> bool:
        """Whether figures of days that are past move."""
        return any(figures.is_past for figures in self.figures)


def lock_in_order(record: Model, values: Mapping[str, Any]) -> None:
    """Lock the records that a procedure of `record` with `values` is about, in the order in which actions lock.

    Organizations, enterprises, members: where a page locked its record first, and its action the others after it,
    two pages could wait for each other. Call it inside the transaction, before the record is locked by itself.
    """
    about = [record]
    for value in values.values():
        about += [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Model)]
    about += [one.member for one in about if isinstance(one, Transfer)]
    applicants = [one.uscc for one in about if isinstance(one, Application)]
    about += list(Enterprise.objects.filter(uscc__in=applicants)) if applicants else []
    members = [one for one in about if isinstance(one, Member)]
    enterprises = [one for one in about if isinstance(one, Enterprise)]
    organizations = Organization.objects.filter(
        Q(pk__in=[one.pk for one in about if isinstance(one, Organization)])
        | Q(pk__in=Membership.objects.filter(member__in=members).values("organization"))
        | Q(pk__in=Coverage.objects.filter(enterprise__in=enterprises).values("organization"))
        | Q(transfers_out__in=[one.pk for one in about if isinstance(one, Transfer)])
        | Q(transfers_in__in=[one.pk for one in about if isinstance(one, Transfer)])
    )
    for rows in (organizations.distinct(), enterprises, members):
        locked(rows)


def perform(
    procedure: Procedure,
    record: Model,
    values: Mapping[str, Any],
    *,
    by: AbstractBaseUser,
    scope: Scope,
    today: date,
    may_see: Callable[[type[Model]], bool],
    keep: Callable[[Outcome], bool],
) -> Outcome:
    """Do `procedure` to `record`, which is locked, with `values`; where `keep` says no to the outcome, take it back.

    Call it inside a transaction. Of tables that the user may not see (`may_see`) rows are counted only. Raises what
    the action refuses, NotPossible, and LeavesTheScope; then nothing is written.
    """
    if not procedure.is_offered(record, scope, today):
        raise NotPossible
    days = _days(values.get("on", today), today)
    before = {day: numbers_of(day, scope.area) for day in days}
    marker = new_id()
    with transaction.atomic():
        procedure.perform(record, values, by)
        warnings = procedure.warnings(record, values, by)
        if not procedure.may_leave:
            keep_within(record, scope=scope, day=today)
        rows = rows_changed_since(marker, may_see=may_see)
        figures = []
        for day, numbers in before.items():
            difference = moved(numbers, numbers_of(day, scope.area))
            if difference:
                figures.append(DayFigures(day, day < today, difference))
        outcome = Outcome(rows, figures, warnings, _digest(procedure, values, rows, figures))
        if not keep(outcome):
            transaction.set_rollback(True)
    return outcome


def _days(on: date, today: date) -> list[date]:
    """The days whose figures are compared: the one before, which must stay, `on`, ends of years, and today."""
    year_ends = [date(year, 12, 31) for year in range(on.year, today.year)][-YEAR_ENDS:]
    eve = [on - timedelta(days=1)] if on > date.min else []
    return sorted({*eve, on, *(day for day in year_ends if day > on), max(on, today)})


def _digest(
    procedure: Procedure, values: Mapping[str, Any], rows: list[RowChanges], figures: list[DayFigures]
) -> str:
    """What tells this outcome from any other; keys of new rows are left out, for a second try gives others."""
    said = {name: _text(value) for name, value in values.items()}
    told = [
        [
            change.table,
            change.count,
            change.changed_keys,
            [[row.name, *map(str, row.fields)] for row in change.shown],
        ]
        for change in rows
    ]
    counted = [[str(day.day), [[one.code, one.before, one.after] for one in day.moved]] for day in figures]
    text = json.dumps([procedure.name, said, told, counted], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:32]


def _text(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    return [_text(one) for one in value] if isinstance(value, list) else str(value)
