"""What applications leave to the worker of tasks: sending mail."""

import logging
import time
from contextlib import suppress
from datetime import timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError
from django.utils import timezone
from django_tasks import task

from applications.mail import mail_for, recipients_of
from applications.models import ApplicationEvent, SentMail

logger = logging.getLogger(__name__)

DELAYS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""How long after each try the next one is made, for whom it failed; there is one try more than delays."""

PATIENCE = timedelta(minutes=5)
"""So long a try begins with further recipients; the rest waits for the next."""


@task()
def send_mails_of(event_id: str, tries: int = 0) -> None:
    """Send the mails of an event, of which `tries` were made before; who has got his gets no other."""
    event = (
        ApplicationEvent.objects.select_related("application__area", "application__organization")
        .filter(pk=event_id)
        .first()
    )
    if event is None:
        return
    try:
        everybody = _send(event)
    except DatabaseError as error:  # locked by a long import, or away
        _warn(event, error)
        everybody = False
    if everybody:
        return
    if tries < len(DELAYS):
        send_mails_of.using(run_after=timezone.now() + DELAYS[tries]).enqueue(event_id, tries + 1)
    else:
        logger.error("Mails of event %s are given up: not all could be sent.", event_id)


def _send(event: ApplicationEvent) -> bool:
    """Send to all who have not got theirs; gives whether nobody is left.

    Each is noted as soon as it is sent, so that who is killed on the way sends at most one mail again.
    """
    sent = set(SentMail.objects.filter(event=event).values_list("recipient", flat=True))
    waiting = [recipient for recipient in recipients_of(event) if recipient.key not in sent]
    if not waiting:
        return True
    left = len(waiting)
    end = time.monotonic() + PATIENCE.total_seconds()
    connection = get_connection()
    for recipient in waiting:
        if time.monotonic() > end:
            break
        try:
            connection.open()
        except Exception as error:  # noqa: BLE001, whatever a way of sending raises; nobody is reached now
            _warn(event, error)
            break
        try:
            connection.send_messages([mail_for(event, recipient)])
        except Exception as error:  # noqa: BLE001, as above; others may be reached
            _warn(event, error)
            _close(connection)
            continue
        note = SentMail(event=event, recipient=recipient.key, at=timezone.now())
        SentMail.objects.bulk_create([note], ignore_conflicts=True)
        left -= 1
    _close(connection)
    return left == 0


def _close(connection: BaseEmailBackend) -> None:
    """Close `connection`, whatever the server says at parting; a later `open` makes another one."""
    with suppress(Exception):
        connection.close()


def _warn(event: ApplicationEvent, error: Exception) -> None:
    """Say that something failed, without the words of `error`, in which an address may stand."""
    logger.warning("A mail of event %s was not sent: %s", event.pk, type(error).__name__)
