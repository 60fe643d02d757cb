"""Checks of members: the days of their stages, and who vouched for them."""

from datetime import date

from django.db.models import Count, F, Q, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, ExtractDay, ExtractMonth, ExtractYear
from django.db.models.lookups import LessThan
from django.utils.translation import gettext_lazy as _

from checks.check import Check, Severity
from members.models import STAGE_DAYS, Member

_REMEDY_OF_STAGES = _("Compare the days with the file of the member, and correct the one that is wrong.")

AGE = 18
"""Years from which somebody may apply: Party Constitution, Art. 1, unchanged since 1956."""


def _before_an_earlier_stage(stage: str) -> Q:
    """The condition that the day in `stage` comes before that of a stage that precedes it."""
    condition = Q()
    for name in STAGE_DAYS[: STAGE_DAYS.index(stage)]:
        condition |= Q(**{f"{stage}__lt": F(name)})
    return condition


def _activist_too_early(_day: date) -> Q:
    return _before_an_earlier_stage("activist_on")


def _candidate_too_early(_day: date) -> Q:
    return _before_an_earlier_stage("candidate_on")


def _probationary_too_early(_day: date) -> Q:
    return _before_an_earlier_stage("probationary_on")


def _full_too_early(_day: date) -> Q:
    return _before_an_earlier_stage("full_on")


def _step_too_early(_day: date) -> Q:
    started = "probationary_on"
    return (
        Q(talked_on__lt=F("applied_on"))
        | (Q(approved_on__isnull=False) & (Q(approved_on__lt=F(started)) | Q(probationary_on=None)))
        | (Q(probation_until__isnull=False) & (Q(probation_until__lte=F(started)) | Q(probationary_on=None)))
    )


def _ended_too_early(_day: date) -> Q:
    condition = Q()
    for name in STAGE_DAYS:
        condition |= Q(ended_on__lt=F(name))
    return condition


def _misses_stages(_day: date) -> Q:
    condition = Q()
    for place, name in enumerate(STAGE_DAYS):
        for earlier in STAGE_DAYS[:place]:
            condition |= Q(**{f"{name}__isnull": False, f"{earlier}__isnull": True})
    return condition


def _too_young(_day: date) -> Q:
    # 2008-06-19 as 20080619: two such numbers are 10,000 apart for each birthday between them.
    def number_of(day: Coalesce | F) -> Combinable:
        return ExtractYear(day) * 10_000 + ExtractMonth(day) * 100 + ExtractDay(day)

    begun, grown_up = number_of(Coalesce(*STAGE_DAYS)), number_of(F("birth_date")) + AGE * 10_000
    return Q(LessThan(begun, grown_up))


def _ended_without_a_reason(_day: date) -> Q:
    return Q(ended_on__isnull=False, ended_reason="")


def _vouched_for_by_another_than_a_member(_day: date) -> Q:
    condition = Q()
    for voucher in ("first_voucher", "second_voucher"):
        condition |= Q(**{f"{voucher}__isnull": False}) & (
            Q(**{f"{voucher}__full_on__isnull": True})
            | Q(**{f"{voucher}__full_on__gt": F("probationary_on")})
            | Q(**{f"{voucher}__ended_on__lte": F("probationary_on")})
        )
    return condition


def _is_there_twice(_day: date) -> Q:
    same = Window(Count("pk"), partition_by=["name", "birth_date"])
    rows = Member.objects.filter(birth_date__isnull=False).annotate(same=same)
    return Q(pk__in=rows.filter(same__gt=1).values("pk"))


CHECKS = (
    Check(
        code="activist-too-early",
        severity=Severity.ERROR,
        model=Member,
        title=_("Activist before the application"),
        meaning=_("The day of becoming an activist comes before the day of the application."),
        remedy=_REMEDY_OF_STAGES,
        where=_activist_too_early,
    ),
    Check(
        code="candidate-too-early",
        severity=Severity.ERROR,
        model=Member,
        title=_("Candidate for development before an earlier stage"),
        meaning=_(
            "The day of becoming a candidate comes before the day of the application or of becoming an activist."
        ),
        remedy=_REMEDY_OF_STAGES,
        where=_candidate_too_early,
    ),
    Check(
        code="probationary-too-early",
        severity=Severity.ERROR,
        model=Member,
        title=_("Probationary member before an earlier stage"),
        meaning=_(
            "The probationary day comes before that of an earlier stage: the member may be counted too early."
        ),
        remedy=_REMEDY_OF_STAGES,
        where=_probationary_too_early,
    ),
    Check(
        code="full-too-early",
        severity=Severity.ERROR,
        model=Member,
        title=_("Full member before an earlier stage"),
        meaning=_(
            "The day of becoming a full member comes before the probationary day, or that of an earlier stage."
        ),
        remedy=_REMEDY_OF_STAGES,
        where=_full_too_early,
    ),
    Check(
        code="step-too-early",
        severity=Severity.ERROR,
        model=Member,
        title=_("Talk, approval or extension before what it is about"),
        meaning=_(
            "The talk comes before the application, or the approval or the end of an extension before the probation."
        ),
        remedy=_REMEDY_OF_STAGES,
        where=_step_too_early,
    ),
    Check(
        code="ended-too-early",
        severity=Severity.ERROR,
        model=Member,
        title=_("Membership that ends before one of its stages"),
        meaning=_("The day of the end comes before the day of a stage: the later stage never counts."),
        remedy=_REMEDY_OF_STAGES,
        where=_ended_too_early,
    ),
    Check(
        code="stages-missing",
        severity=Severity.HINT,
        model=Member,
        title=_("Stages without a day before a later one"),
        meaning=_(
            "A later stage has a day, an earlier one has none: in between the member stands in a wrong stage, or none."
        ),
        remedy=_("Enter the missing days from the file of the member."),
        where=_misses_stages,
    ),
    Check(
        code="applied-too-young",
        severity=Severity.ERROR,
        model=Member,
        title=_("First stage before the age of 18"),
        meaning=_("Between the birth date and the first stage on record lie fewer than 18 years."),
        remedy=_(
            "Compare the birth date with the identity number, and the days of the stages with the file."
        ),
        source=_("Party Constitution, Art. 1"),
        where=_too_young,
    ),
    Check(
        code="ended-without-reason",
        severity=Severity.HINT,
        model=Member,
        title=_("End of membership without a reason"),
        meaning=_("The membership has ended and nothing says whether by death, resignation or otherwise."),
        remedy=_("Enter the reason of the end."),
        where=_ended_without_a_reason,
    ),
    Check(
        code="voucher-not-full",
        severity=Severity.WARNING,
        model=Member,
        title=_("Vouched for by somebody who was no full member"),
        meaning=_(
            "Who vouches is a full member on the day of the admission; of one of the two the days say otherwise."
        ),
        remedy=_("Correct who vouched, or the days of the voucher's stages."),
        source=_("Party Constitution, Art. 5"),
        where=_vouched_for_by_another_than_a_member,
    ),
    Check(
        code="member-twice",
        severity=Severity.HINT,
        model=Member,
        title=_("Two members with one name and birth date"),
        meaning=_(
            "Another member of the register has the same name and birth date: one may have been entered twice."
        ),
        remedy=_("Compare the two by their identity numbers; end what was entered by mistake."),
        where=_is_there_twice,
    ),
)
"""Of members."""
