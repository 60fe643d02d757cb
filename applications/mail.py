"""Which mail goes to whom when an application moves, and what it says: nothing personal but a name."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from applications.models import ApplicationEvent
from applications.reviewers import district_reviewers_of, reviewers_of
from applications.transitions import Move
from secrecy.sealing import Unreadable

logger = logging.getLogger(__name__)

APPLICANT, REVIEWER = "applicant", "reviewer"
"""The two sides; each has a folder of templates, one for each move of which it hears."""

TO_APPLICANT = {
    Move.SUBMIT, Move.RETURN, Move.SUPPLEMENT, Move.APPROVE, Move.REJECT, Move.REOPEN, Move.FOUND,
    Move.WITHDRAW,
}  # fmt: skip
TO_ALL_REVIEWERS = {Move.SUBMIT}
TO_THE_ASSIGNED = {Move.ASSIGN, Move.SUPPLEMENT, Move.WITHDRAW, Move.FILE}
TO_THE_DISTRICT = {Move.APPROVE}
"""Only where the site asks for two steps: the district files next."""
MAILED = TO_APPLICANT | TO_ALL_REVIEWERS | TO_THE_ASSIGNED | TO_THE_DISTRICT
"""The moves of which somebody hears by mail."""

ASSIGNING = {Move.TAKE_UP, Move.ASSIGN, Move.HAND_BACK, Move.REOPEN}
"""The moves after which another one may be assigned."""


@dataclass(frozen=True)
class Recipient:
    """Somebody who hears of a move; `key` tells the recipients of one move apart without an address."""

    side: str
    key: str
    address: str
    language: str


def recipients_of(event: ApplicationEvent) -> list[Recipient]:
    """Who hears of `event` and has an address."""
    found = [*_applicant(event), *_reviewers(event)]
    return [recipient for recipient in found if recipient.address]


def _applicant(event: ApplicationEvent) -> Iterable[Recipient]:
    if event.move not in TO_APPLICANT:
        return
    application = event.application
    try:
        address = application.contact_mail.reveal()
    except Unreadable as error:
        logger.error("The address for event %s cannot be read: %s", event.pk, error.reason)  # noqa: TRY400
        return
    yield Recipient(APPLICANT, APPLICANT, address, application.language)


def _reviewers(event: ApplicationEvent) -> Iterable[Recipient]:
    """All reviewers, the one who is assigned, or the district's; not who did it."""
    application = event.application
    if event.move in TO_ALL_REVIEWERS:
        reviewers = reviewers_of(application)
    elif event.move in TO_THE_ASSIGNED:
        reviewers = _assigned(event)
    elif event.move in TO_THE_DISTRICT and settings.TWO_STEP_APPROVAL:
        reviewers = district_reviewers_of(application)
    else:
        return
    for user in reviewers:
        if user.pk != event.by_id:
            yield Recipient(REVIEWER, str(user.pk), user.email, settings.LANGUAGE_CODE)


def _assigned(event: ApplicationEvent) -> QuerySet[User]:
    """Who is assigned; all reviewers where the applicant did something and that one may review no longer."""
    application = event.application
    reviewers = reviewers_of(application)
    # Assigned to somebody else since, this one is told by the mail of that move.
    if application.events.filter(number__gt=event.number, move__in=ASSIGNING).exists():
        return reviewers.none()
    key = application.assigned_to_id
    assigned = reviewers.none() if key is None else reviewers.filter(pk=key)
    if event.move == Move.SUPPLEMENT or (event.move == Move.WITHDRAW and key is not None):
        return assigned if assigned.exists() else reviewers
    return assigned


def mail_for(event: ApplicationEvent, recipient: Recipient) -> EmailMessage:
    """What `recipient` is told of `event`. It has the same id whenever it is made."""
    application = event.application
    is_in_time = application.due_on is not None and timezone.localdate(event.at) <= application.due_on
    organization = application.organization
    if recipient.side == APPLICANT:
        path = reverse("application_status")
    else:
        path = reverse("admin:applications_application_change", args=[application.pk])
    with translation.override(recipient.language):
        text = render_to_string(
            f"applications/mail/{recipient.side}/{event.move}.txt",
            {
                "name": application.contact_name,
                "reference": application.reference,
                "enterprise": application.enterprise_name,
                "state": event.get_to_state_display(),
                "due_on": application.due_on if is_in_time else None,
                "approval_number": application.approval_number,
                "waits_for_filing": settings.TWO_STEP_APPROVAL and application.filed_on is None,
                "organization": "" if organization is None else organization.name,
                "is_assigned": application.assigned_to_id is not None,
                "link": f"{settings.SITE_URL}{path}",
            },
        )
    subject, _, body = text.strip().partition("\n")
    host = urlsplit(settings.SITE_URL).hostname
    headers = {
        "Message-ID": f"<{event.pk.hex}.{recipient.key}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject.strip(), body.strip() + "\n", to=[recipient.address], headers=headers)
