"""How an application moves from state to state: always with an event, by the table of transitions."""

from collections.abc import Collection
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applications.mail import MAILED
from applications.models import Application, ApplicationEvent, Reason
from applications.tasks import send_mails_of
from applications.transitions import TRANSITIONS, Move, is_possible
from orgs.actions.recording import save_by
from orgs.actions.refusals import Refusal


class NotInThatState(Refusal):
    """The application is not, or no longer, where this can be done."""

    def __init__(self, application: Application) -> None:
        super().__init__(
            _("This cannot be done now: the application is “%(state)s”.")
            % {"state": application.get_state_display()}
        )


class NotOnThatDay(Refusal):
    """A step is entered on a day on which it cannot have been."""


def refuse_before(first: date | None, on: date) -> None:
    """Raise NotOnThatDay where `on` is before `first`, the day of the step that comes before."""
    if first is not None and on < first:
        raise NotOnThatDay(_("Choose %(day)s or a later day.") % {"day": date_format(first)})


def refuse_after(last: date, on: date) -> None:
    """Raise NotOnThatDay where `on` is after `last`: a step is entered once it was made."""
    if on > last:
        raise NotOnThatDay(_("Choose %(day)s or an earlier day.") % {"day": date_format(last)})


def locked_for(move: Move, application: Application) -> Application:
    """`application`, read again and locked; raises NotInThatState where `move` is not possible from its state."""
    found = Application.objects.select_for_update().get(pk=application.pk)
    if not is_possible(move, found.state):
        raise NotInThatState(found)
    return found


def make(
    move: Move,
    application: Application,
    *,
    by: AbstractBaseUser | None,
    reasons: Collection[Reason] = (),
    note: str = "",
    staff_note: str = "",
) -> ApplicationEvent:
    """Make `move`, and save `application`, which `locked_for` gave, with all that was changed in it; gives the event.

    `by` is None for the applicant. `note` is for the applicant, `staff_note` for colleagues alone. Mail is sent
    by a task, which is written in the same transaction: what is taken back sends none.
    """
    transition = TRANSITIONS[move]
    application.moves += 1
    event = ApplicationEvent(
        application=application, number=application.moves, move=move, from_state=application.state,
        to_state=transition.target, at=timezone.now(), by_id=None if by is None else by.pk,
        reasons=",".join(reasons), note=note, staff_note=staff_note,
    )  # fmt: skip
    event.save(force_insert=True)
    application.state = transition.target
    save_by(application, by)
    if move in MAILED:
        send_mails_of.enqueue(str(event.pk))
    return event
