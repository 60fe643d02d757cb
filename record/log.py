"""Writing to the access log."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from record.models import AccessEntry, Event
from record.origin import current_origin


def note(
    event: Event,
    *,
    request: HttpRequest | None = None,
    user: Any = None,
    subject: Model | str | None = None,
    detail: str = "",
    reason: str = "",
) -> AccessEntry:
    """Write `event` to the access log, in the transaction that is open.

    `user` is who did it, or the user of `request`; nobody where neither is signed in. `subject` is the
    record it is about. `detail` and `reason` hold nothing personal in clear: `detail` is for the names of
    fields, roles and files' resources. Gives the entry.
    """
    entry = _entry(event, request=request, user=user, subject=subject, detail=detail, reason=reason)
    entry.save(force_insert=True)
    return entry


def note_each(event: Event, *, user: Any, subjects: Iterable[Model | str], detail: str = "") -> None:
    """Write `event` once for each of `subjects`, as `note` does, in one statement."""
    AccessEntry.objects.bulk_create(
        _entry(event, request=None, user=user, subject=subject, detail=detail, reason="")
        for subject in subjects
    )


def _entry(
    event: Event,
    *,
    request: HttpRequest | None,
    user: Any,
    subject: Model | str | None,
    detail: str,
    reason: str,
) -> AccessEntry:
    """An entry that is not yet written."""
    actor = user if user is not None else getattr(request, "user", None)
    if actor is not None and not actor.is_authenticated:
        actor = None
    about = f"{subject._meta.label_lower} {subject.pk}" if isinstance(subject, Model) else subject or ""
    return AccessEntry(
        at=timezone.now(), event=event, user=actor, subject=about, detail=detail,
        reason=reason or current_origin().reason,
    )  # fmt: skip
