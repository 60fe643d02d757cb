"""A membership ends, and is restored."""

from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from members.actions.deeds import keep_deed
from members.actions.posts import end_posts_without_relation
from members.actions.relations import (
    RelationIsSettled,
    open_relation,
    refuse_open_transfers,
    refuse_unless_in_force,
)
from members.models import STEP_DAYS, EndReason, Member, MemberAct, Standing, StandingKind, Transfer
from orgs.actions.endings import end_with_owner
from orgs.actions.locking import locked
from orgs.actions.recording import save_by
from orgs.actions.refusals import Refusal
from orgs.models import Organization
from orgs.periods import PeriodQuerySet


class AlreadyEnded(Refusal):
    """The membership has a day of its end."""

    def __init__(self, member: Member) -> None:
        super().__init__(_("The membership already ended, on %(day)s.") % {"day": member.ended_on})


class EndsBeforeItsSteps(Refusal):
    """A step of the membership was taken after the day."""

    def __init__(self, latest: date) -> None:
        super().__init__(
            _("The latest step of this membership was on %(day)s; it ends on that day or later.")
            % {"day": latest}
        )


class VouchedLater(Refusal):
    """The member vouched for somebody on the day or later, as a full member."""

    def __init__(self, day: date) -> None:
        super().__init__(
            _("The member vouched for somebody on %(day)s; choose a later day, or correct that first.")
            % {"day": day}
        )


class NotEnded(Refusal):
    """Only a membership that ended is restored."""

    def __init__(self, member: Member) -> None:
        super().__init__(
            _("The membership of %(member)s has not ended; there is nothing to restore.") % {"member": member}
        )


class Died(Refusal):
    """Nobody is restored who died."""

    def __init__(self) -> None:
        super().__init__(
            _("The membership ended by death. If that is an error, correct the record; nothing is restored.")
        )


class RestoredBeforeItEnded(Refusal):
    """The day is not after the end of the membership."""

    def __init__(self, member: Member) -> None:
        super().__init__(
            _("The membership ended on %(day)s; it is restored on a later day.") % {"day": member.ended_on}
        )


@transaction.atomic
def end_membership(
    *, member: Member, on: date, reason: EndReason, by: AbstractBaseUser | None, document: str = ""
) -> Member:
    """End the membership of `member` on `on`, the first day without it: relation, posts and standings end with it.

    A death cancels an open transfer; otherwise that is to be closed first. Raises AlreadyEnded; EndsBeforeItsSteps;
    VouchedLater; HasOpenTransfer; OutlastsItsOwner or PostWithoutRelation where a period cannot end that day.
    """
    [member] = locked([member])
    if member.ended_on is not None:
        raise AlreadyEnded(member)
    steps = [day for name in STEP_DAYS if (day := getattr(member, name)) is not None]
    if member.probation_until is not None:
        steps += member.deeds.filter(what=MemberAct.EXTENDED).values_list("on", flat=True)
    if steps and max(steps) > on:
        raise EndsBeforeItsSteps(max(steps))
    vouched = Member.objects.filter(
        Q(first_voucher=member) | Q(second_voucher=member), probationary_on__gte=on
    )
    if (day := vouched.aggregate(day=Max("probationary_on"))["day"]) is not None:
        raise VouchedLater(day)
    if reason == EndReason.DEATH:
        _cancel_transfer(member, on, by)
    refuse_open_transfers([member], to=None, but=None)
    member.ended_on = on
    member.ended_reason = reason
    save_by(member, by)
    end_with_owner(member.memberships.all(), on=on, by=by)
    end_standings(member, on=on, was=None, by=by)
    end_posts_without_relation(member.posts.all(), by=by)
    keep_deed(member, MemberAct.LEFT, on=on, document=document, by=by)
    return member


def end_standings(member: Member, *, on: date, was: date | None, by: AbstractBaseUser | None) -> None:
    """End on `on` what keeps `member` apart; what ended on a later `was` ends earlier now.

    Call it inside the transaction that ends the membership. Raises OutlastsItsOwner.
    """
    standings = member.standings.all()
    if was is not None and on < was:
        _let_end(standings.filter(valid_to=was, valid_from__lt=on), on, by)
    end_with_owner(standings, on=on, by=by)


@transaction.atomic
def restore(
    *, member: Member, organization: Organization, on: date, document: str, by: AbstractBaseUser | None
) -> Member:
    """`member`, whose membership ended, is a member again from `on`, in `organization`.

    From the end until `on` nobody was a member: a standing says so, and figures of those days stay as they were;
    what had been left open ends on the old day of the end. Raises NotEnded; Died; RestoredBeforeItEnded;
    NotInForce; HasOpenTransfer; RelationIsSettled where a relation, post or standing began on the day of the end
    or later.
    """
    [organization] = locked([organization])
    [member] = locked([member])
    ended_on = member.ended_on
    if ended_on is None:
        raise NotEnded(member)
    if member.ended_reason == EndReason.DEATH:
        raise Died
    if on <= ended_on:
        raise RestoredBeforeItEnded(member)
    refuse_unless_in_force(organization, on)
    left_open: list[PeriodQuerySet[Any]] = [
        member.memberships.all(), member.posts.all(), member.standings.all()
    ]  # fmt: skip
    for periods in left_open:
        lasting = periods.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=ended_on))
        _let_end(lasting.filter(valid_from__lt=ended_on), ended_on, by)
    for periods in left_open:
        later = periods.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=ended_on)).order_by("valid_from")
        if (first := later.first()) is not None:
            raise RelationIsSettled(member, first.valid_from)
    member.ended_on = None
    member.ended_reason = ""
    save_by(member, by)
    save_by(Standing(member=member, kind=StandingKind.NO_MEMBER, valid_from=ended_on, valid_to=on), by)
    open_relation(member=member, to=organization, on=on, by=by)
    keep_deed(member, MemberAct.RESTORED, on=on, document=document, by=by)
    return member


def _let_end(periods: PeriodQuerySet[Any], on: date, by: AbstractBaseUser | None) -> None:
    rows = list(periods.select_for_update().order_by("pk"))
    for row in rows:
        row.valid_to = on
    if rows:
        bulk_update_with_history(rows, type(rows[0]), ["valid_to"], default_user=by)


def _cancel_transfer(member: Member, on: date, by: AbstractBaseUser | None) -> None:
    transfer = Transfer.objects.select_for_update().open().filter(member=member).first()
    if transfer is not None:
        # It may have been asked for, and the letter issued, before the death was known.
        transfer.cancelled_on = max(filter(None, (on, transfer.requested_on, transfer.letter_on)))
        transfer.end_reason = _("The member died.")
        save_by(transfer, by)
