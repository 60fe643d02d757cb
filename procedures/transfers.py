"""Transfers: requested, with a letter, received, returned, cancelled; in from outside; all members at once.

Of the two sides the origin's organizer requests, issues the letter and cancels, the destination's receives and
returns; for a place outside the register the origin's does that, too.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.actions.arrivals import BelongsSomewhere, transfer_in
from members.actions.moves import MovesToItself, NobodyBelongs, move_members
from members.actions.relations import BelongsAlready, DoesNotBelong, NotInForce, RelationIsSettled
from members.actions.transfers import (
    BeforeItsTurn,
    HasNoRelation,
    IsNoMember,
    cancel_transfer,
    issue_letter,
    receive,
    request_transfer,
    return_transfer,
)
from members.models import Member, Transfer
from members.models.transfer import TransferQuerySet
from orgs.calendar import months_completed
from orgs.models import Organization, Policy, PolicyNumber, Scope
from procedures.inputs import DOCUMENT, DayInput, LinkInput, TextInput
from procedures.procedure import Procedure


def _may_transfer(member: Member) -> bool:
    """Whether `member` was admitted, is still a member, and no transfer is under way."""
    is_member = member.ended_on is None and (member.probationary_on or member.full_on) is not None
    return is_member and not Transfer.objects.open().filter(member=member).exists()


class RequestTransfer(Procedure):
    """A transfer of the member's relation is requested, within the register or out of it."""

    name = "transfer"
    label = _("Transfer…")
    done = _("The transfer was requested; the relation changes when it is received.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The day of the request.")),
        "destination": LinkInput(
            Transfer, "destination", _("To organization"), anywhere=True, required=False,
            help_text=_("Its code; it may lie outside your area."),
        ),
        "destination_elsewhere": TextInput(
            _("Or to outside the register"), max_length=200, required=False,
            help_text=_("The name of the organization there."),
        ),
    }  # fmt: skip
    at = {
        IsNoMember: "on", HasNoRelation: "on", RelationIsSettled: "on", BelongsAlready: "destination",
        NotInForce: "destination",
    }  # fmt: skip
    needs = ("members.add_transfer",)

    def is_offered(self, record: Member, scope: Scope, day: date) -> bool:
        """A member who belongs to an organization of the scope, and is not being transferred."""
        belongs = record.memberships.on(day).filter(organization__in=Organization.objects.within(scope, day))
        return _may_transfer(record) and belongs.exists()

    def perform(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> Transfer:
        """Request it."""
        return request_transfer(
            member=record, destination=values["destination"],
            destination_elsewhere=values["destination_elsewhere"], on=values["on"], by=by,
        )  # fmt: skip


class TransferIn(Procedure):
    """A member comes from outside the register, with a letter of there."""

    name = "transfer-in"
    label = _("Transfer in…")
    done = _("The member was received.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day at the new organization.")),
        "organization": LinkInput(Transfer, "destination", _("Organization")),
        "origin_elsewhere": TextInput(_("From outside the register"), max_length=200),
        "letter_number": TextInput(_("Letter number"), max_length=60),
        "letter_on": DayInput(_("Letter issued on")),
        "receipt": TextInput(_("Receipt number"), max_length=60, required=False),
    }
    at = {
        IsNoMember: "on", BelongsSomewhere: "on", RelationIsSettled: "on", BeforeItsTurn: "letter_on",
        NotInForce: "organization",
    }  # fmt: skip
    needs = ("members.add_transfer",)

    def is_offered(self, record: Member, scope: Scope, day: date) -> bool:
        """A member who belongs nowhere."""
        return _may_transfer(record) and not record.memberships.on(day).exists()

    def perform(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> Transfer:
        """Receive the member."""
        return transfer_in(member=record, by=by, **values)

    def warnings(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """A letter that had probably lapsed."""
        number = _usual_months(values["letter_on"])
        if number is None or values["on"] < months_completed(values["letter_on"], int(number.value)):
            return []
        return [
            gettext("The letter is older than letters are generally valid (%(source)s).")
            % {"source": number.source}
        ]


class IssueLetter(Procedure):
    """The letter of a transfer is issued, with the next number of the year."""

    name = "issue-letter"
    label = _("Issue the letter…")
    done = _("The letter was issued.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The day of issue.")),
        "valid_until": DayInput(
            _("Letter valid until"), required=False,
            help_text=_("The first day on which it is no longer valid; empty: as long as letters generally are."),
        ),
    }  # fmt: skip
    at = {BeforeItsTurn: "on"}

    def is_offered(self, record: Transfer, scope: Scope, day: date) -> bool:
        """For the origin's side, while there is no letter."""
        return record.letter_on is None and _open(record).handed_over_within(scope, day).exists()

    def perform(self, record: Transfer, values: Mapping[str, Any], by: AbstractBaseUser) -> Transfer:
        """Issue it."""
        return issue_letter(transfer=record, by=by, **values)

    def warnings(self, record: Transfer, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """A letter that is valid for longer than usual."""
        number, until = _usual_months(values["on"]), values["valid_until"]
        if number is None or until is None or until <= months_completed(values["on"], int(number.value)):
            return []
        return [
            gettext("A letter is generally valid for %(months)d months at most (%(source)s).")
            % {"months": number.value, "source": number.source}
        ]


class Receive(Procedure):
    """A transfer is received: the relation changes, and posts at the origin end."""

    name = "receive"
    label = _("Receive…")
    done = _("The transfer was received.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day at the new organization.")),
        "receipt": TextInput(
            _("Receipt number"), max_length=60, required=False,
            help_text=_("Of the receipt that goes back to the origin."),
        ),
    }  # fmt: skip
    at = {BeforeItsTurn: "on", DoesNotBelong: "on", NotInForce: "on", RelationIsSettled: "on"}

    def is_offered(self, record: Transfer, scope: Scope, day: date) -> bool:
        """For the destination's side, once there is a letter."""
        return record.letter_on is not None and _open(record).taken_over_within(scope, day).exists()

    def perform(self, record: Transfer, values: Mapping[str, Any], by: AbstractBaseUser) -> Transfer:
        """Receive it."""
        return receive(transfer=record, by=by, **values)

    def warnings(self, record: Transfer, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """A letter that was no longer valid."""
        until = record.letter_valid_until
        if until is None or values["on"] < until:
            return []
        number = _usual_months(record.letter_on or values["on"])
        text = gettext(
            "The letter was no longer valid on that day, since %(day)s; ask the origin for the reason"
        )
        return [text % {"day": until} + (f" ({number.source})." if number is not None else ".")]


class ReturnTransfer(Procedure):
    """A letter comes back, not received; the relation stays."""

    name = "return"
    label = _("Return…")
    done = _("The transfer was returned.")
    inputs = {"on": DayInput(_("Day")), "reason": TextInput(_("Reason"), max_length=300)}
    at = {BeforeItsTurn: "on"}

    def is_offered(self, record: Transfer, scope: Scope, day: date) -> bool:
        """For the destination's side, once there is a letter."""
        return record.letter_on is not None and _open(record).taken_over_within(scope, day).exists()

    def perform(self, record: Transfer, values: Mapping[str, Any], by: AbstractBaseUser) -> Transfer:
        """Return it."""
        return return_transfer(transfer=record, by=by, **values)


class CancelTransfer(Procedure):
    """A transfer is given up by the origin; the relation stays."""

    name = "cancel"
    label = _("Cancel the transfer…")
    done = _("The transfer was cancelled.")
    inputs = {"on": DayInput(_("Day")), "reason": TextInput(_("Reason"), max_length=300)}
    at = {BeforeItsTurn: "on"}

    def is_offered(self, record: Transfer, scope: Scope, day: date) -> bool:
        """For the origin's side."""
        return _open(record).handed_over_within(scope, day).exists()

    def perform(self, record: Transfer, values: Mapping[str, Any], by: AbstractBaseUser) -> Transfer:
        """Cancel it."""
        return cancel_transfer(transfer=record, by=by, **values)


class MoveMembers(Procedure):
    """All members of an organization move to another one, in one step."""

    name = "move-members"
    label = _("Move all members…")
    done = _("The members were moved.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day at the new organization.")),
        "document": DOCUMENT,
        "to": LinkInput(Transfer, "destination", _("To organization")),
    }
    at = {MovesToItself: "to", NotInForce: "to", NobodyBelongs: "on", RelationIsSettled: "on"}
    needs = ("members.change_member",)

    def is_offered(self, record: Organization, scope: Scope, day: date) -> bool:
        """One to which somebody belongs."""
        return record.memberships.on(day).exists()

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> Any:
        """Move them."""
        return move_members(organization=record, by=by, **values)


def _open(transfer: Transfer) -> TransferQuerySet:
    """`transfer` as a question, to be asked further; nothing where it is closed."""
    return Transfer.objects.open().filter(pk=transfer.pk)


def _usual_months(day: date) -> PolicyNumber | None:
    """For how many months letters of `day` are generally valid, and who says so."""
    return PolicyNumber.objects.on(day).filter(policy=Policy.TRANSFER_LETTER_MONTHS).first()


MEMBER_PROCEDURES: tuple[type[Procedure], ...] = (RequestTransfer, TransferIn)
TRANSFER_PROCEDURES: tuple[type[Procedure], ...] = (IssueLetter, Receive, ReturnTransfer, CancelTransfer)
ORGANIZATION_PROCEDURES: tuple[type[Procedure], ...] = (MoveMembers,)
