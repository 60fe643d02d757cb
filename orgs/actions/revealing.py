"""Somebody asks for a protected value in clear, which is kept in the record."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import ngettext

from record.log import note
from record.models import AccessEntry, Event
from secrecy.models import HoldsProtected


class TooManyReveals(Exception):
    """The user has revealed as many values today as the site allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            ngettext(
                "You have revealed %(count)d value today; more are not allowed before tomorrow.",
                "You have revealed %(count)d values today; more are not allowed before tomorrow.",
                limit,
            )
            % {"count": limit}
        )


@transaction.atomic
def reveal(
    *, record: HoldsProtected, column: str, reason: str, by: AbstractBaseUser, midnight: datetime
) -> str:
    """The protected `column` of `record` in clear, once the access log tells that `by` asked for it, and why.

    Raises TooManyReveals where `by` has reached the limit (REVEALS_PER_DAY) since `midnight`; Unreadable. Then
    nothing is logged.
    """
    # Locked: two at once would each count without the other.
    get_user_model()._default_manager.select_for_update(no_key=True).get(pk=by.pk)
    today = AccessEntry.objects.filter(user=by.pk, event=Event.REVEALED, at__gte=midnight)
    if today.count() >= settings.REVEALS_PER_DAY:
        raise TooManyReveals(settings.REVEALS_PER_DAY)
    value: str = getattr(record, column).reveal()
    note(Event.REVEALED, user=by, subject=record, detail=column, reason=reason)
    return value
