"""A member is apart from the organization for a time: away at another place, or out of reach. Domain rules 11 and 12.

A member is apart in one way at a time. Only who is a member is: probationary or full.
"""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from members.actions.deeds import keep_deed
from members.actions.leaving import AlreadyEnded
from members.actions.posts import PostIsSettled, end_posts_without_relation
from members.deadlines import APART, cited, end_of
from members.models import Member, MemberAct, Standing, StandingKind
from orgs.actions.locking import locked
from orgs.actions.recording import save_by
from orgs.actions.refusals import Refusal
from orgs.models import PolicyNumber


class NotAMember(Refusal):
    """Neither a probationary nor a full member on the day."""

    def __init__(self, member: Member, on: date) -> None:
        super().__init__(
            _("%(member)s is neither a probationary nor a full member on %(day)s.")
            % {"member": member, "day": on}
        )


class ApartAlready(Refusal):
    """The member is apart on the day, or later."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(
            _("On record is %(standing)s from %(day)s; end that first, or choose another day.")
            % {"standing": standing.get_kind_display(), "day": standing.valid_from}
        )


class NotApart(Refusal):
    """The member is not apart in the way that the action ends."""

    def __init__(self, on: date) -> None:
        super().__init__(
            _("Nothing is on record that lasts on the day before %(day)s and ends with this.") % {"day": on}
        )


class StoppedTooEarly(Refusal):
    """The contact was not lost for long enough."""

    def __init__(self, day: date, rule: PolicyNumber) -> None:
        super().__init__(
            _("The membership can be stopped from %(day)s: %(rule)s.") % {"day": day, "rule": cited(rule)}
        )


@transaction.atomic
def go_away(
    *, member: Member, on: date, place: str, by: AbstractBaseUser | None, document: str = ""
) -> Standing:
    """From `on`, `member` lives at `place`, away. Raises AlreadyEnded; NotAMember; ApartAlready."""
    [member] = locked([member])
    _refuse_unless_free(member, on)
    standing = Standing(member=member, kind=StandingKind.AWAY, place=place, valid_from=on)
    save_by(standing, by)
    keep_deed(member, MemberAct.WENT_AWAY, on=on, document=document, by=by)
    return standing


@transaction.atomic
def come_back(*, member: Member, on: date, by: AbstractBaseUser | None, document: str = "") -> Standing:
    """`member`, who was away, is back from `on`. Raises AlreadyEnded; NotApart."""
    [member] = locked([member])
    standing = _end_standing(member, on, by, StandingKind.AWAY)
    keep_deed(member, MemberAct.CAME_BACK, on=on, document=document, by=by)
    return standing


@transaction.atomic
def report_lost_contact(
    *, member: Member, on: date, by: AbstractBaseUser | None, document: str = ""
) -> Standing:
    """From `on` the organization does not reach `member`; who was away until then no longer counts as away.

    Raises AlreadyEnded; NotAMember; ApartAlready.
    """
    [member] = locked([member])
    away = member.standings.filter(kind=StandingKind.AWAY, valid_from__lt=on, valid_to=None)
    if away.exists():
        _end_standing(member, on, by, StandingKind.AWAY)
    _refuse_unless_free(member, on)
    standing = Standing(member=member, kind=StandingKind.LOST_CONTACT, valid_from=on)
    save_by(standing, by)
    keep_deed(member, MemberAct.CONTACT_LOST, on=on, document=document, by=by)
    return standing


@transaction.atomic
def stop_membership(*, member: Member, on: date, document: str, by: AbstractBaseUser | None) -> Standing:
    """The membership of `member`, with whom contact was lost, is stopped from `on`; it still counts in the figures.

    Posts end that day. Raises AlreadyEnded; NotApart; StoppedTooEarly by the rule of the day on which contact was
    lost; PostIsSettled where a post begins on `on` or later.
    """
    [member] = locked([member])
    lost = _end_standing(member, on, by, StandingKind.LOST_CONTACT)
    earliest = end_of(APART[StandingKind.LOST_CONTACT], lost)
    if earliest is not None and on < earliest[0]:
        raise StoppedTooEarly(*earliest)
    later = member.posts.filter(valid_from__gte=on).select_related("member").order_by("valid_from").first()
    if later is not None:
        raise PostIsSettled(later, later.valid_from)
    standing = Standing(member=member, kind=StandingKind.STOPPED, valid_from=on)
    save_by(standing, by)
    end_posts_without_relation(member.posts.all(), by=by)
    keep_deed(member, MemberAct.STOPPED, on=on, document=document, by=by)
    return standing


@transaction.atomic
def contact_found(*, member: Member, on: date, by: AbstractBaseUser | None, document: str = "") -> Standing:
    """From `on` the organization reaches `member` again; a stopped membership goes on.

    Raises AlreadyEnded; NotApart.
    """
    [member] = locked([member])
    standing = _end_standing(member, on, by, StandingKind.LOST_CONTACT, StandingKind.STOPPED)
    keep_deed(member, MemberAct.CONTACT_FOUND, on=on, document=document, by=by)
    return standing


def unusual_removal(member: Member, on: date) -> list[str]:
    """What an organizer is told who removes a member on `on` whose membership is stopped, before it is time."""
    stopped = member.standings.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    standing = stopped.filter(kind=StandingKind.STOPPED, valid_from__lt=on).first()
    earliest = end_of(APART[StandingKind.STOPPED], standing) if standing is not None else None
    if earliest is None or on >= earliest[0]:
        return []
    return [_("Earlier than %(day)s: %(rule)s.") % {"day": earliest[0], "rule": cited(earliest[1])}]


def _refuse_unless_free(member: Member, on: date) -> None:
    if member.ended_on is not None:
        raise AlreadyEnded(member)
    first = min(filter(None, (member.probationary_on, member.full_on)), default=None)
    if first is None or first > on:
        raise NotAMember(member, on)
    lasting = member.standings.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).order_by("valid_from")
    if (standing := lasting.first()) is not None:
        raise ApartAlready(standing)


def _end_standing(member: Member, on: date, by: AbstractBaseUser | None, *kinds: StandingKind) -> Standing:
    """The open standing of one of `kinds` that began before `on`, ended on it."""
    if member.ended_on is not None:
        raise AlreadyEnded(member)
    rows = member.standings.select_for_update().filter(kind__in=kinds, valid_from__lt=on, valid_to=None)
    standing: Standing | None = rows.first()
    if standing is None:
        raise NotApart(on)
    standing.valid_to = on
    save_by(standing, by)
    return standing
