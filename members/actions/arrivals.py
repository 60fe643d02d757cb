"""A member comes from a place outside the register, with the letter of that place."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from members.actions.relations import open_relation
from members.actions.transfers import BeforeItsTurn, refuse_unless_member
from members.models import Member, Membership, Transfer
from orgs.actions.locking import locked
from orgs.actions.recording import save_by
from orgs.actions.refusals import Refusal
from orgs.models import Organization


class BelongsSomewhere(Refusal):
    """Who belongs to an organization of the register does not come from outside."""

    def __init__(self, member: Member, organization: Organization, on: date) -> None:
        super().__init__(
            _("%(member)s belongs to %(organization)s on %(day)s; transfer the relation from there.")
            % {"member": member, "organization": organization, "day": on}
        )


@transaction.atomic
def transfer_in(
    *,
    member: Member,
    organization: Organization,
    origin_elsewhere: str,
    on: date,
    letter_number: str,
    letter_on: date,
    receipt: str,
    by: AbstractBaseUser | None,
) -> Transfer:
    """`member`, who comes with the letter of a place outside the register, belongs to `organization` from `on` on.

    In one step, as the register learns of it on arrival; also who was transferred out comes back so. Raises
    IsNoMember; BelongsSomewhere; BeforeItsTurn where the letter is of a later day; HasOpenTransfer;
    RelationIsSettled; NotInForce.
    """
    (organization,) = locked([organization])
    (member,) = locked([member])
    refuse_unless_member(member, on)
    if on < letter_on:
        raise BeforeItsTurn(letter_on)
    held = Membership.objects.on(on).filter(member=member).select_related("organization").first()
    if held is not None:
        raise BelongsSomewhere(member, held.organization, on)
    open_relation(member=member, to=organization, on=on, by=by)
    transfer = Transfer(
        member=member, origin_elsewhere=origin_elsewhere, destination=organization, requested_on=letter_on,
        letter_number=letter_number, letter_on=letter_on, received_on=on, receipt_number=receipt,
    )  # fmt: skip
    save_by(transfer, by)
    return transfer
