"""Rows that an action locks, in one order, so that two actions wait for each other instead of blocking."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model

_M = TypeVar("_M", bound=Model)


def locked(rows: Iterable[_M]) -> list[_M]:
    """`rows` of one table, read again and locked, in the order of their keys; each once.

    Lock organizations first, then enterprises, then members, then periods. Call it inside a transaction.
    """
    given = list(rows)
    if not given:
        return []
    # By its concrete model: a proxy has no history.
    table: Any = given[0]._meta.concrete_model
    found: list[_M] = list(
        table._default_manager.select_for_update().filter(pk__in=[row.pk for row in given]).order_by("pk")
    )
    return found
