"""Writing to the access log."""

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
    actor = user if user is not None else getattr(request, "user", None)
    if actor is not None and not actor.is_authenticated:
        actor = None
    about = f"{subject._meta.label_lower} {subject.pk}" if isinstance(subject, Model) else subject or ""
    entry: AccessEntry = AccessEntry.objects.create(
        at=timezone.now(), event=event, user=actor, subject=about, detail=detail,
        reason=reason or current_origin().reason,
    )  # fmt: skip
    return entry
