"""A transfer of the organizational relation: asked for, its letter issued, then received, returned or cancelled.

The relation changes on the day on which the transfer is received, and on no other: until the day before the
member belongs to the origin. Domain rule 11: a member belongs to exactly one organization at a time.
"""

from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from members.actions.relations import (
    BelongsAlready,
    RelationIsSettled,
    move_relations,
    refuse_open_transfers,
    refuse_unless_in_force,
)
from members.models import Member, Membership, Stage, Transfer
from orgs.actions.locking import locked
from orgs.actions.numbering import next_number
from orgs.actions.recording import clash_message, save_by
from orgs.actions.refusals import Refusal
from orgs.calendar import months_completed
from orgs.models import Organization, Policy, PolicyNumber


class IsNoMember(Refusal):
    """An applicant has no organizational relation, and neither has who is no longer a member."""

    def __init__(self, member: Member, on: date) -> None:
        super().__init__(
            _(
                "%(member)s is no probationary or full member on %(day)s; "
                "only members have an organizational relation."
            )
            % {"member": member, "day": on}
        )


class HasNoRelation(Refusal):
    """There is no organization of the register from which the member could be transferred."""

    def __init__(self, member: Member, on: date) -> None:
        super().__init__(
            _("%(member)s belongs to no organization on %(day)s.") % {"member": member, "day": on}
        )


class BelongsToAnotherNow(Refusal):
    """Since the request the member has left the organization that the transfer starts from."""

    def __init__(self, transfer: Transfer) -> None:
        super().__init__(
            _(
                "%(member)s no longer belongs to %(organization)s; "
                "cancel this transfer, and request one from where the member belongs."
            )
            % {"member": transfer.member, "organization": transfer.origin}
        )


class IsClosed(Refusal):
    """The transfer was received, returned or cancelled, and stays so."""

    def __init__(self, transfer: Transfer) -> None:
        day = transfer.received_on or transfer.returned_on or transfer.cancelled_on
        message = (
            _("This transfer was received on %(day)s already.")
            if transfer.received_on
            else _("This transfer was returned on %(day)s already; request another one.")
            if transfer.returned_on
            else _("This transfer was cancelled on %(day)s already; request another one.")
        )
        super().__init__(message % {"day": day})


class LetterIsIssued(Refusal):
    """A transfer has one letter."""

    def __init__(self, transfer: Transfer) -> None:
        super().__init__(
            _("Letter %(number)s was issued on %(day)s already.")
            % {"number": transfer.letter_number, "day": transfer.letter_on}
        )


class HasNoLetter(Refusal):
    """Without a letter nothing is received or returned."""

    def __init__(self) -> None:
        super().__init__(_("No letter was issued yet; issue it first."))


class BeforeItsTurn(Refusal):
    """The steps of a transfer follow each other."""

    def __init__(self, earliest: date) -> None:
        super().__init__(
            _("The day is before the step that went ahead, on %(day)s; choose that day or a later one.")
            % {"day": earliest}
        )


class ChangedMeanwhile(Refusal):
    """One of the two organizations of the transfer became another one while this waited."""

    def __init__(self) -> None:
        super().__init__(clash_message())


@transaction.atomic
def request_transfer(
    *,
    member: Member,
    destination: Organization | None = None,
    destination_elsewhere: str = "",
    on: date,
    by: AbstractBaseUser | None,
) -> Transfer:
    """Ask that `member` be transferred from the organization of `on` to `destination`, or out of the register.

    Raises ValidationError, at `destination`, unless exactly one place is named; IsNoMember; HasNoRelation;
    RelationIsSettled where the relation of that day has ended since; HasOpenTransfer; BelongsAlready; NotInForce;
    ChangedMeanwhile.
    """
    if (destination is None) == (not destination_elsewhere):
        message = _("Name one place: an organization of the register, or one outside it.")
        raise ValidationError({"destination": message})
    # The origin, too, before the member: what is written here links it.
    origins = Membership.objects.on(on).filter(member=member).values_list("organization", flat=True)
    keys = {*origins, *([] if destination is None else [destination.pk])}
    organizations = {row.pk: row for row in locked(Organization(pk=key) for key in keys)}
    if destination is not None:
        destination = organizations[destination.pk]
        refuse_unless_in_force(destination, on)
    (member,) = locked([member])
    refuse_unless_member(member, on)
    refuse_open_transfers([member], to=None, but=None)
    origin = _organization_on(member, on)
    if origin.pk not in organizations:
        raise ChangedMeanwhile
    if destination is not None and destination.pk == origin.pk:
        raise BelongsAlready(member)
    transfer = Transfer(
        member=member, origin=origin, destination=destination,
        destination_elsewhere=destination_elsewhere, requested_on=on,
    )  # fmt: skip
    save_by(transfer, by)
    return transfer


@transaction.atomic
def issue_letter(
    *, transfer: Transfer, on: date, valid_until: date | None = None, by: AbstractBaseUser | None
) -> Transfer:
    """Issue the letter of `transfer` on `on`, with the next number of that year.

    `valid_until` is the first day on which it is no longer valid: by default so many whole months later as
    the policy of `on` says, and no day where there is none. A longer validity is not refused, for letters are valid
    that long "generally" (domain rule 11). Raises IsClosed; LetterIsIssued; BeforeItsTurn; ValidationError, at
    `valid_until`, where it is valid for no day.
    """
    transfer = _locked(transfer)
    if transfer.letter_on is not None:
        raise LetterIsIssued(transfer)
    if on < transfer.requested_on:
        raise BeforeItsTurn(transfer.requested_on)
    if valid_until is None:
        months = PolicyNumber.objects.value_on(Policy.TRANSFER_LETTER_MONTHS, on)
        valid_until = months_completed(on, int(months)) if months is not None else None
    elif valid_until <= on:
        raise ValidationError({"valid_until": _("A letter is valid for a day at least.")})
    transfer.letter_number = next_letter_number(on)
    transfer.letter_on = on
    transfer.letter_valid_until = valid_until
    save_by(transfer, by)
    return transfer


def next_letter_number(on: date) -> str:
    """The next number of a letter of the year of `on`; taken as orgs.actions.numbering says."""
    return f"{on.year}-{next_number(f'transfer-letter-{on.year}'):04d}"


@transaction.atomic
def receive(*, transfer: Transfer, on: date, receipt: str, by: AbstractBaseUser | None) -> Transfer:
    """The new place has the member from `on` on, and says so by `receipt`; posts at the origin end that day.

    A letter that is no longer valid is not refused: the new place decides, and what it received has to be
    counted where it is. Raises IsClosed; HasNoLetter; BeforeItsTurn; BelongsToAnotherNow; and what
    `move_relations` raises.
    """
    transfer = _locked(transfer)
    _refuse_before_letter(transfer, on)
    left = transfer.member.memberships.filter(valid_from__lt=on).order_by("-valid_from").first()
    if left is not None and left.organization_id != transfer.origin_id:
        raise BelongsToAnotherNow(transfer)
    move_relations(members=[transfer.member], to=transfer.destination, on=on, by=by, transfer=transfer)
    transfer.received_on = on
    transfer.receipt_number = receipt
    save_by(transfer, by)
    return transfer


@transaction.atomic
def return_transfer(*, transfer: Transfer, on: date, reason: str, by: AbstractBaseUser | None) -> Transfer:
    """The letter comes back on `on`, not received; the relation stays as it is.

    Raises IsClosed; HasNoLetter; BeforeItsTurn.
    """
    transfer = _locked(transfer)
    _refuse_before_letter(transfer, on)
    transfer.returned_on = on
    transfer.end_reason = reason
    save_by(transfer, by)
    return transfer


@transaction.atomic
def cancel_transfer(*, transfer: Transfer, on: date, reason: str, by: AbstractBaseUser | None) -> Transfer:
    """The origin gives the transfer up on `on`, with or without a letter; the relation stays as it is.

    Raises IsClosed; BeforeItsTurn.
    """
    transfer = _locked(transfer)
    earliest = transfer.letter_on or transfer.requested_on
    if on < earliest:
        raise BeforeItsTurn(earliest)
    transfer.cancelled_on = on
    transfer.end_reason = reason
    save_by(transfer, by)
    return transfer


def refuse_unless_member(member: Member, on: date) -> None:
    """Raise IsNoMember unless `member` is a probationary or full one on `on`."""
    staged: Any = Member.objects.with_stage_on(on).get(pk=member.pk)
    if staged.stage not in (Stage.PROBATIONARY, Stage.FULL):
        raise IsNoMember(member, on)


def _organization_on(member: Member, on: date) -> Organization:
    """Where `member` belongs on `on`, and as far as is known from then on."""
    relations = member.memberships.select_related("organization").order_by("valid_from")
    held = relations.on(on).first()
    if held is None:
        raise HasNoRelation(member, on)
    later = relations.filter(valid_from__gt=on).first()
    if later is not None:
        raise RelationIsSettled(member, later.valid_from)
    # What ends with the membership or the organization was not ended by itself.
    if held.valid_to not in (None, member.ended_on, held.organization.dissolved_on):
        raise RelationIsSettled(member, held.valid_to)
    return held.organization


def _locked(transfer: Transfer) -> Transfer:
    """`transfer`, which is open, locked after its organizations and its member. Raises IsClosed; ChangedMeanwhile."""
    known = Transfer.objects.get(pk=transfer.pk)
    sides = known.origin_id, known.destination_id
    locked(Organization(pk=key) for key in sides if key is not None)
    locked([Member(pk=known.member_id)])
    rows = Transfer.objects.select_for_update(of=("self",))
    row = rows.select_related("member", "origin", "destination").get(pk=transfer.pk)
    if (row.origin_id, row.destination_id) != sides:
        raise ChangedMeanwhile
    if row.received_on or row.returned_on or row.cancelled_on:
        raise IsClosed(row)
    return row


def _refuse_before_letter(transfer: Transfer, on: date) -> None:
    """Raise HasNoLetter, or BeforeItsTurn, unless the letter of `transfer` was issued by `on`."""
    if transfer.letter_on is None:
        raise HasNoLetter
    if on < transfer.letter_on:
        raise BeforeItsTurn(transfer.letter_on)
