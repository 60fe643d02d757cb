"""The way into the Party: each step from the application to full membership, with its day and document.

A step is taken once, and the days of the steps follow each other; which ones are missing before it does not
matter, for the registers that were imported lack some. What the rules say about the time between two steps is
a warning (`members.deadlines.unusual_days`), with two exceptions that no organization may decide otherwise:
nobody becomes a full member before the end of the probation, and an admission is not approved after the time
that the rules give at most, for then the branch meeting has to vote anew. Domain rules 9 and 10.
"""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from members.actions.deeds import keep_deed
from members.actions.leaving import AlreadyEnded, end_membership
from members.deadlines import LATEST_APPROVAL, PROBATION, cited, end_of
from members.models import STEP_DAYS, EndReason, Member, MemberAct, StandingKind
from orgs.actions.locking import locked
from orgs.actions.recording import save_by
from orgs.actions.refusals import Refusal
from orgs.models import PolicyNumber


class StepTaken(Refusal):
    """The step was taken on another day."""

    def __init__(self, name: str, day: date) -> None:
        super().__init__(
            _("This is on record already (%(step)s: %(day)s); where that is an error, correct the record.")
            % {"step": _words_of(name), "day": day}
        )


class StepOutOfOrder(Refusal):
    """The day does not follow the steps before, or lies after a later step."""

    def __init__(self, name: str, day: date) -> None:
        super().__init__(
            _("The steps follow each other in time, and on record is %(step)s: %(day)s. Choose another day.")
            % {"step": _words_of(name), "day": day}
        )


class NoMemberThen(Refusal):
    """On the day the membership was ended or stopped."""

    def __init__(self, day: date) -> None:
        super().__init__(_("On %(day)s the membership was ended or stopped.") % {"day": day})


class NotProbationary(Refusal):
    """The step is one of probationary members."""

    def __init__(self, member: Member, day: date) -> None:
        super().__init__(
            _("%(member)s is not a probationary member on %(day)s.") % {"member": member, "day": day}
        )


class VoucherDoesNotCount(Refusal):
    """Two different full members vouch for somebody else."""

    def __init__(self, voucher: Member, on: date) -> None:
        super().__init__(
            _("Two different full members vouch; %(member)s is not another full member on %(day)s.")
            % {"member": voucher, "day": on}
        )


class ApprovedTooLate(Refusal):
    """The approval comes after the time that the rules give at most."""

    def __init__(self, day: date, rule: PolicyNumber) -> None:
        super().__init__(
            _("The admission could be approved until %(day)s, then the branch meeting votes anew: %(rule)s.")
            % {"day": day, "rule": cited(rule)}
        )


class ProbationLasts(Refusal):
    """The probation is not over on the day."""

    def __init__(self, day: date, rule: PolicyNumber) -> None:
        super().__init__(
            _("The probation lasts until %(day)s; that day is the first one possible: %(rule)s.")
            % {"day": day, "rule": cited(rule)}
        )


class ExtendedBefore(Refusal):
    """The probation was extended once already."""

    def __init__(self, until: date) -> None:
        super().__init__(
            _("The probation was extended already, until %(day)s; it is extended once.") % {"day": until}
        )


class ExtensionDoesNotFit(Refusal):
    """The extended probation ends after the regular one and the decision, and lasts at most once again as long."""

    def __init__(self, least: date, most: date, rule: PolicyNumber) -> None:
        super().__init__(
            _("The extended probation ends after %(least)s, and on %(most)s at the latest: %(rule)s.")
            % {"least": least, "most": most, "rule": cited(rule)}
        )


class NoRuleOfProbation(Refusal):
    """On the day of the admission no rule said how long a probation lasts."""

    def __init__(self, day: date) -> None:
        super().__init__(
            _("The numbers of policy do not say how long a probation lasts that began on %(day)s.")
            % {"day": day}
        )


@transaction.atomic
def record_application(
    *, member: Member, on: date, by: AbstractBaseUser | None, document: str = ""
) -> Member:
    """`member` applied on `on`. Raises AlreadyEnded; NoMemberThen; StepTaken; StepOutOfOrder."""
    return _take("applied_on", MemberAct.APPLIED, member=member, on=on, document=document, by=by)


@transaction.atomic
def record_talk(*, member: Member, on: date, by: AbstractBaseUser | None, document: str = "") -> Member:
    """Somebody sent by the organization talked with `member` on `on`. Raises as `record_application`."""
    return _take("talked_on", MemberAct.TALKED, member=member, on=on, document=document, by=by)


@transaction.atomic
def take_as_activist(*, member: Member, on: date, document: str, by: AbstractBaseUser | None) -> Member:
    """`member` is an activist from `on`. Raises as `record_application`."""
    return _take("activist_on", MemberAct.ACTIVIST, member=member, on=on, document=document, by=by)


@transaction.atomic
def take_as_candidate(*, member: Member, on: date, document: str, by: AbstractBaseUser | None) -> Member:
    """`member` is a candidate for development from `on`. Raises as `record_application`."""
    return _take("candidate_on", MemberAct.CANDIDATE, member=member, on=on, document=document, by=by)


@transaction.atomic
def admit(
    *,
    member: Member,
    on: date,
    first_voucher: Member,
    second_voucher: Member,
    document: str,
    by: AbstractBaseUser | None,
) -> Member:
    """`member` is a probationary member from `on`, the day of the branch meeting that admits.

    Raises as `record_application`; VoucherDoesNotCount unless two different others, full members on `on`, vouch.
    """
    locked([member, first_voucher, second_voucher])
    vouchers: dict[str, Member] = {}
    full = Member.objects.full_on(on)
    for field, voucher in (("first_voucher", first_voucher), ("second_voucher", second_voucher)):
        counts = voucher.pk != member.pk and voucher not in vouchers.values()
        if not counts or not full.filter(pk=voucher.pk).exists():
            raise VoucherDoesNotCount(voucher, on)
        vouchers[field] = voucher
    return _take(
        "probationary_on", MemberAct.ADMITTED, member=member, on=on, document=document, by=by, **vouchers
    )


@transaction.atomic
def approve_admission(*, member: Member, on: date, document: str, by: AbstractBaseUser | None) -> Member:
    """The committee above approved on `on` that `member` was admitted.

    Raises as `record_application`; NotProbationary; ApprovedTooLate.
    """
    [member] = locked([member])
    _refuse_unless_probationary(member, on)
    latest = end_of(LATEST_APPROVAL, member)
    if latest is not None and on > latest[0]:
        raise ApprovedTooLate(*latest)
    return _take("approved_on", MemberAct.APPROVED, member=member, on=on, document=document, by=by)


@transaction.atomic
def extend_probation(
    *, member: Member, on: date, until: date, document: str, by: AbstractBaseUser | None
) -> Member:
    """On `on` the branch meeting extended the probation of `member`; `until` is the first day after it.

    Once, and by no more than the length of a probation. Raises AlreadyEnded; NoMemberThen; NotProbationary;
    StepTaken where the member was confirmed later; ExtendedBefore; NoRuleOfProbation; ExtensionDoesNotFit.
    """
    [member] = locked([member])
    _refuse_unless_possible(member, on)
    admitted_on = _refuse_unless_probationary(member, on)
    if member.full_on is not None:
        raise StepTaken("full_on", member.full_on)
    if member.probation_until is not None:
        raise ExtendedBefore(member.probation_until)
    ends = end_of(PROBATION, member)
    if ends is None:
        raise NoRuleOfProbation(admitted_on)
    regular, rule = ends
    most = PROBATION.end(rule, regular)
    if not max(regular, on) < until <= most:
        raise ExtensionDoesNotFit(max(regular, on), most, rule)
    member.probation_until = until
    save_by(member, by)
    keep_deed(member, MemberAct.EXTENDED, on=on, document=document, by=by)
    return member


@transaction.atomic
def confirm(*, member: Member, on: date, document: str, by: AbstractBaseUser | None) -> Member:
    """`member`, probationary until then, is a full member from `on`: the day on which the probation ends, or later.

    Raises as `record_application`; NotProbationary; ProbationLasts.
    """
    [member] = locked([member])
    _refuse_unless_possible(member, on)
    _refuse_unless_probationary(member, on)
    ends = end_of(PROBATION, member)
    if ends is not None and on < ends[0]:
        raise ProbationLasts(*ends)
    return _take("full_on", MemberAct.CONFIRMED, member=member, on=on, document=document, by=by)


@transaction.atomic
def end_probation(*, member: Member, on: date, document: str, by: AbstractBaseUser | None) -> Member:
    """`member` is not confirmed: the membership ends on `on`, by removal.

    Raises NotProbationary; otherwise as `end_membership`.
    """
    [member] = locked([member])
    _refuse_unless_probationary(member, on)
    return end_membership(member=member, on=on, reason=EndReason.REMOVED, document=document, by=by)


def _take(
    name: str,
    what: MemberAct,
    *,
    member: Member,
    on: date,
    document: str,
    by: AbstractBaseUser | None,
    **vouchers: Member,
) -> Member:
    """Write the day of the step `name`, with its deed."""
    [member] = locked([member])
    _refuse_unless_possible(member, on)
    if (day := getattr(member, name)) is not None:
        raise StepTaken(name, day)
    place = STEP_DAYS.index(name)
    for earlier in STEP_DAYS[:place]:
        if (day := getattr(member, earlier)) is not None and day > on:
            raise StepOutOfOrder(earlier, day)
    for later in STEP_DAYS[place + 1 :]:
        if (day := getattr(member, later)) is not None and day < on:
            raise StepOutOfOrder(later, day)
    for field, value in {name: on, **vouchers}.items():
        setattr(member, field, value)
    save_by(member, by)
    keep_deed(member, what, on=on, document=document, by=by)
    return member


def _refuse_unless_possible(member: Member, on: date) -> None:
    if member.ended_on is not None:
        raise AlreadyEnded(member)
    apart = member.standings.on(on).filter(kind__in=[StandingKind.NO_MEMBER, StandingKind.STOPPED])
    if apart.exists():
        raise NoMemberThen(on)


def _refuse_unless_probationary(member: Member, on: date) -> date:
    """The day of the admission; raises NotProbationary unless `member` was admitted by `on`, and not confirmed."""
    confirmed = member.full_on is not None and member.full_on <= on
    if member.probationary_on is None or member.probationary_on > on or confirmed:
        raise NotProbationary(member, on)
    return member.probationary_on


def _words_of(name: str) -> str:
    return str(Member._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
