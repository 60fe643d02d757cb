"""What is done to members: on the way in (procedures.admission), apart for a time, and on the way out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from members.actions.leaving import (
    AlreadyEnded,
    EndsBeforeItsSteps,
    RestoredBeforeItEnded,
    VouchedLater,
    end_membership,
    restore,
)
from members.actions.posts import PostIsSettled, PostWithoutRelation
from members.actions.relations import HasOpenTransfer, NotInForce
from members.actions.standing import (
    ApartAlready,
    NotAMember,
    NotApart,
    StoppedTooEarly,
    come_back,
    contact_found,
    go_away,
    report_lost_contact,
    stop_membership,
    unusual_removal,
)
from members.models import EndReason, Member, Membership, Standing, StandingKind
from orgs.actions.endings import OutlastsItsOwner
from orgs.models import Scope
from procedures.admission import ADMISSION_PROCEDURES
from procedures.inputs import DOCUMENT, DOCUMENT_IF_ANY, ChoiceInput, DayInput, LinkInput, TextInput
from procedures.procedure import Procedure


class EndMembership(Procedure):
    """A membership ends, with the relation, posts and standings."""

    name = "end"
    label = _("End membership…")
    done = _("The membership was ended.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day without membership.")),
        "reason": ChoiceInput(_("Reason"), EndReason.choices),
        "document": DOCUMENT_IF_ANY,
    }
    at = {
        AlreadyEnded: "on",
        EndsBeforeItsSteps: "on",
        VouchedLater: "on",
        OutlastsItsOwner: "on",
        PostWithoutRelation: "on",
        HasOpenTransfer: "reason",
    }

    def is_offered(self, record: Member, scope: Scope, day: date) -> bool:
        """Whoever is a member, or on the way to it."""
        return record.ended_on is None

    def perform(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> Member:
        """End it."""
        return end_membership(
            member=record, on=values["on"], reason=EndReason(values["reason"]), document=values["document"],
            by=by,
        )  # fmt: skip

    def warnings(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """A stopped membership that is ended by removal before it is time."""
        return unusual_removal(record, values["on"]) if values["reason"] == EndReason.REMOVED else []


class Restore(Procedure):
    """A membership that ended goes on, in an organization."""

    name = "restore"
    label = _("Restore membership…")
    done = _("The membership was restored.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day of the membership; there is none in between.")),
        "organization": LinkInput(Membership, "organization", _("Organization")),
        "document": DOCUMENT,
    }
    at = {RestoredBeforeItEnded: "on", NotInForce: "organization"}

    def is_offered(self, record: Member, scope: Scope, day: date) -> bool:
        """Whose membership ended otherwise than by death."""
        return record.ended_on is not None and record.ended_reason != EndReason.DEATH

    def perform(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> Member:
        """Restore it."""
        return restore(member=record, by=by, **values)


class Apart(Procedure):
    """A member is apart from the organization, or no longer.

    Offered while the member is apart in one of `kinds`; None: not at all.
    """

    kinds: tuple[StandingKind | None, ...]
    at = {ApartAlready: "on", NotAMember: "on", NotApart: "on"}

    def is_offered(self, record: Member, scope: Scope, day: date) -> bool:
        """Probationary and full members who are as far."""
        if record.ended_on is not None or (record.probationary_on or record.full_on) is None:
            return False
        open_standings = record.standings.filter(valid_to=None)
        return open_standings.values_list("kind", flat=True).first() in self.kinds


class ReportLostContact(Apart):
    """The organization does not reach a member."""

    name = "lost-contact"
    label = _("Lost contact…")
    done = _("The lost contact was recorded.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day without contact.")),
        "document": DOCUMENT_IF_ANY,
    }
    kinds = (None, StandingKind.AWAY)

    def perform(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> Standing:
        """Record it."""
        return report_lost_contact(member=record, by=by, **values)


class StopMembership(Apart):
    """The membership of who was not reached for long enough is stopped."""

    name = "stop"
    label = _("Stop membership…")
    done = _("The membership was stopped.")
    inputs = {"on": DayInput(_("Day")), "document": DOCUMENT}
    at = {**Apart.at, StoppedTooEarly: "on", PostIsSettled: "on"}
    kinds = (StandingKind.LOST_CONTACT,)

    def perform(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> Standing:
        """Stop it."""
        return stop_membership(member=record, by=by, **values)


class ContactFound(Apart):
    """The organization reaches a member again."""

    name = "contact-found"
    label = _("Contact found…")
    done = _("The member is in contact again.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day with contact.")),
        "document": DOCUMENT_IF_ANY,
    }
    kinds = (StandingKind.LOST_CONTACT, StandingKind.STOPPED)

    def perform(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> Standing:
        """Record it."""
        return contact_found(member=record, by=by, **values)


class GoAway(Apart):
    """A member lives at another place for a time."""

    name = "go-away"
    label = _("Away…")
    done = _("The absence was recorded.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day away.")),
        "place": TextInput(_("Place"), max_length=200),
        "document": DOCUMENT_IF_ANY,
    }
    kinds = (None,)

    def perform(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> Standing:
        """Record it."""
        return go_away(member=record, by=by, **values)


class ComeBack(Apart):
    """A member is back from another place."""

    name = "come-back"
    label = _("Back…")
    done = _("The return was recorded.")
    inputs = {"on": DayInput(_("Day"), help_text=_("The first day back.")), "document": DOCUMENT_IF_ANY}
    kinds = (StandingKind.AWAY,)

    def perform(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> Standing:
        """Record it."""
        return come_back(member=record, by=by, **values)


MEMBER_PROCEDURES: tuple[type[Procedure], ...] = (
    *ADMISSION_PROCEDURES, ReportLostContact, StopMembership, ContactFound, GoAway, ComeBack, EndMembership, Restore,
)  # fmt: skip
