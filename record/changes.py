"""The changes of all records in one list: who changed what, when and from where."""

from collections.abc import Sequence
from datetime import datetime
from heapq import nlargest
from typing import Any
from uuid import UUID

from django.db import models

from record.guards import guarded_models
from record.history import HistoryRow
from record.ids import least_id


def tables_of_history() -> list[type[models.Model]]:
    """The models of history, one for each model of the register, in the order of their tables' names."""
    return [model for model in guarded_models() if issubclass(model, HistoryRow)]


def latest_changes(
    *,
    limit: int,
    models_of_history: Sequence[type[models.Model]],
    users: models.QuerySet[Any] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    request_id: str = "",
    before: UUID | None = None,
) -> list[Any]:
    """The `limit` latest rows of history, newest first, with their users; one statement per table.

    Of `models_of_history`; by one of `users`; written from `since` on and before `until`; by one request;
    written before the row `before`, which begins the next page.
    """
    found: list[Any] = []
    for model in models_of_history:
        rows = model._default_manager.select_related("history_user").order_by("-pk")
        if users is not None:
            rows = rows.filter(history_user__in=users)
        if since is not None:
            rows = rows.filter(pk__gte=least_id(since))
        if until is not None:
            rows = rows.filter(pk__lt=least_id(until))
        if request_id:
            rows = rows.filter(request_id=request_id)
        if before is not None:
            rows = rows.filter(pk__lt=before)
        found += rows[:limit]
    return nlargest(limit, found, key=lambda row: row.pk)
