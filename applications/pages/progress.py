"""What an applicant is told of an application: how far it is, and what happened, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.letters.approval import has_letter
from applications.models import WITH_APPROVAL, Application, ApplicationFile, State
from applications.transitions import TRANSITIONS, Move, Who, is_possible

_TOLD: dict[Move, Promise] = {
    Move.SUBMIT: _("You submitted the application."),
    Move.TAKE_UP: _("A reviewer took it up."),
    Move.ASSIGN: _("It was given to a reviewer."),
    Move.HAND_BACK: _("It waits for another reviewer."),
    Move.RETURN: _("It came back to you for a supplement."),
    Move.SUPPLEMENT: _("You answered what was asked."),
    Move.APPROVE: _("It was approved."),
    Move.FILE: _("The department of the district filed the approval."),
    Move.REOPEN: _("The review began again."),
    Move.REJECT: _("It was rejected."),
    Move.FOUND: _("The organization was founded."),
    Move.WITHDRAW: _("You withdrew the application."),
}


@dataclass(frozen=True)
class Step:
    """Something that happened: `note` was written by the applicant (`is_own`) or to the applicant."""

    at: datetime
    told: Promise
    reasons: Sequence[str]
    note: str
    is_own: bool


@dataclass(frozen=True)
class Progress:
    """How far `application` is; `steps` begin with the last one, whose reasons and note hold now."""

    application: Application
    is_overdue: bool
    steps: Sequence[Step]
    files: Sequence[ApplicationFile]

    @property
    def may_be_withdrawn(self) -> bool:
        """Whether the applicant may give it up."""
        return is_possible(Move.WITHDRAW, self.application.state)

    @property
    def waits_for_filing(self) -> bool:
        """Whether the district has still to file the approval before the organization is founded."""
        application = self.application
        is_approved = application.state == State.APPROVED
        return settings.TWO_STEP_APPROVAL and is_approved and application.filed_on is None

    @property
    def is_approved(self) -> bool:
        """Whether an approval holds."""
        return self.application.state in WITH_APPROVAL

    @property
    def has_letter(self) -> bool:
        """Whether there is an approval letter."""
        return has_letter(self.application)


def progress_of(application: Application, day: date) -> Progress:
    """How far `application` is on `day`. What staff write to each other, and who they are, is not even read."""
    events = application.events.order_by("-number").only("application", "move", "at", "reasons", "note")
    return Progress(
        application=application,
        is_overdue=Application.objects.overdue_on(day).filter(pk=application.pk).exists(),
        steps=[
            Step(
                at=event.at,
                told=_TOLD[Move(event.move)],
                reasons=event.reason_labels(),
                note=event.note,
                is_own=TRANSITIONS[Move(event.move)].who == Who.APPLICANT,
            )
            for event in events
        ],
        files=list(application.files.order_by("pk").only("application", "title", "media_type", "size")),
    )
