"""A change keeps a record in the part of the register of the person who makes it."""

from collections.abc import Collection
from datetime import date

from django.db.models import Model
from django.utils.translation import gettext as _

from orgs.models import Scope, ScopedQuerySet


class LeavesTheScope(Exception):
    """After the change the record would lie, that day or later, where its editor sees nothing."""

    def __init__(self, scope: Scope) -> None:
        where = scope.area.display_name if scope.area else ""
        super().__init__(_("The record must lie in your area, %(area)s, today and later.") % {"area": where})


def days_outside(row: Model, *, scope: Scope, day: date) -> set[date]:
    """Of `day` and the later days on which `row`, as stored, moves: those on which it lies outside `scope`.

    Rows of a table that no area divides lie anywhere.
    """
    rows = type(row)._default_manager.filter(pk=row.pk)
    if scope.everything or not isinstance(rows, ScopedQuerySet):
        return set()
    way = rows.whereabouts
    periods = rows.values_list(f"{way}__valid_from", f"{way}__valid_to") if way else []
    moves = {on for period in periods for on in period if on is not None and on > day}
    return {on for on in sorted({day, *moves, date.max}) if not rows.within(scope, on).exists()}


def keep_within(row: Model, *, scope: Scope, day: date, arranged: Collection[date] = ()) -> None:
    """Raise LeavesTheScope where `row`, as saved, lies outside `scope` on `day`, or comes to lie there for a time.

    `arranged` are the days on which it did so before the change: a move that somebody else arranged
    stays. Call it after the change, inside its transaction.
    """
    if days_outside(row, scope=scope, day=day).difference(arranged):
        raise LeavesTheScope(scope)
