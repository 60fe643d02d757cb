"""What reviewers do with applications until the organization is founded, which stands apart."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.actions.moving import NotOnThatDay, refuse_after
from applications.actions.reviewing import (
    CannotReview,
    approve,
    assign,
    file,
    hand_back,
    is_district,
    reject,
    reopen,
    return_application,
    take_up,
)
from applications.models import Application, Reason
from applications.transitions import Move, is_possible
from applications.warnings import warnings_of
from members.models import Member
from orgs.models import Scope
from procedures.application_founding import Found
from procedures.application_inputs import ColleagueInput, NoteInput, ReasonsInput
from procedures.inputs import DayInput
from procedures.procedure import Procedure

NOTE = NoteInput(
    _("Note to the applicant"),
    help_text=_(
        "What is wrong, and what the applicant can do, in the language of the application. The applicant reads it "
        "below the reasons, on the page of the application; it needs no greeting, and a mail tells that it is there."
    ),
)
NOTE_IF_ANY = NoteInput(_("Note to the applicant"), required=False)
STAFF_NOTE = NoteInput(
    _("Note for colleagues"), required=False, help_text=_("The applicant does not read it.")
)


class OfApplication(Procedure):
    """What may be done to an application while its state permits `move`."""

    move: ClassVar[Move]

    def is_offered(self, record: Application, scope: Scope, day: date) -> bool:
        """By the table of transitions."""
        return is_possible(self.move, record.state)


class TakeUp(OfApplication):
    """The user reviews an application from now on."""

    name = "take-up"
    label = _("Take up…")
    done = _("The application is yours to review.")
    inputs = {}
    move = Move.TAKE_UP

    def perform(self, record: Application, values: Mapping[str, Any], by: AbstractBaseUser) -> Application:
        """Take it up."""
        return take_up(application=record, by=by)


class Assign(OfApplication):
    """A colleague reviews an application from now on."""

    name = "assign"
    label = _("Assign to a colleague…")
    done = _("The application was assigned.")
    inputs = {"to": ColleagueInput(_("Colleague")), "staff_note": STAFF_NOTE}
    at = {CannotReview: "to"}
    move = Move.ASSIGN

    def perform(self, record: Application, values: Mapping[str, Any], by: AbstractBaseUser) -> Application:
        """Assign it."""
        return assign(
            application=record, to=values["to"], note=values["staff_note"], on=timezone.localdate(), by=by
        )


class HandBack(OfApplication):
    """Nobody reviews an application any more; it waits in the queue again."""

    name = "hand-back"
    label = _("Hand back…")
    done = _("The application waits in the queue again.")
    inputs = {"staff_note": STAFF_NOTE}
    move = Move.HAND_BACK

    def perform(self, record: Application, values: Mapping[str, Any], by: AbstractBaseUser) -> Application:
        """Hand it back."""
        return hand_back(application=record, note=values["staff_note"], by=by)


class Return(OfApplication):
    """The applicant is asked for a supplement."""

    name = "return"
    label = _("Return for supplement…")
    done = _("The applicant was asked for a supplement.")
    inputs = {"reasons": ReasonsInput(_("Reasons")), "note": NOTE, "staff_note": STAFF_NOTE}
    move = Move.RETURN

    def perform(self, record: Application, values: Mapping[str, Any], by: AbstractBaseUser) -> Application:
        """Return it."""
        return return_application(application=record, by=by, **_said(values))


class Reject(OfApplication):
    """It is decided that no organization is founded."""

    name = "reject"
    label = _("Reject…")
    done = _("The application was rejected.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The day of the decision.")),
        "reasons": ReasonsInput(_("Reasons")),
        "note": NOTE,
        "staff_note": STAFF_NOTE,
    }
    at = {NotOnThatDay: "on"}
    move = Move.REJECT

    def perform(self, record: Application, values: Mapping[str, Any], by: AbstractBaseUser) -> Application:
        """Reject it."""
        refuse_after(timezone.localdate(), values["on"])
        return reject(application=record, by=by, **_said(values))


class Approve(OfApplication):
    """It is decided that the organization is founded; the approval gets the next number of the year."""

    name = "approve"
    label = _("Approve…")
    done = _("The application was approved; the organization can be founded.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The day of the decision.")),
        "note": NOTE_IF_ANY,
        "staff_note": STAFF_NOTE,
    }
    at = {NotOnThatDay: "on"}
    move = Move.APPROVE

    def perform(self, record: Application, values: Mapping[str, Any], by: AbstractBaseUser) -> Application:
        """Approve it."""
        refuse_after(timezone.localdate(), values["on"])
        return approve(application=record, by=by, **values)

    def warnings(self, record: Application, values: Mapping[str, Any], by: Any) -> list[str]:
        """What is unusual about the application, as its page tells it."""
        day = timezone.localdate()
        may_see = by.has_perm("members.view_member")
        members = Member.objects.within(by.scope, day) if may_see else None
        found = warnings_of(Application.objects.get(pk=record.pk), day, members=members)
        return [f"{one.text} ({one.source})" for one in found]


class File(OfApplication):
    """The department of the district takes an approval to its files; only where the site asks for two steps."""

    name = "file"
    label = _("File…")
    done = _("The approval was filed.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The day on which the district filed it.")),
        "staff_note": STAFF_NOTE,
    }
    at = {NotOnThatDay: "on"}
    move = Move.FILE

    def is_offered(self, record: Application, scope: Scope, day: date) -> bool:
        """An approval that was not filed, to the district."""
        asked = settings.TWO_STEP_APPROVAL and record.filed_on is None and is_district(scope)
        return asked and super().is_offered(record, scope, day)

    def perform(self, record: Application, values: Mapping[str, Any], by: AbstractBaseUser) -> Application:
        """File it."""
        refuse_after(timezone.localdate(), values["on"])
        return file(application=record, by=by, **values)


class Reopen(OfApplication):
    """What was approved and cannot be founded as it is, is reviewed again."""

    name = "reopen"
    label = _("Take up again…")
    done = _("The application is reviewed again.")
    inputs = {"note": NOTE_IF_ANY, "staff_note": STAFF_NOTE}
    move = Move.REOPEN

    def perform(self, record: Application, values: Mapping[str, Any], by: AbstractBaseUser) -> Application:
        """Take it up again."""
        return reopen(application=record, by=by, **values)


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` with the reasons as what they are, each once."""
    return {**values, "reasons": [Reason(code) for code in dict.fromkeys(values["reasons"])]}


APPLICATION_PROCEDURES: tuple[type[Procedure], ...] = (
    TakeUp, Return, Approve, File, Found, Reject, Assign, HandBack, Reopen,
)  # fmt: skip
