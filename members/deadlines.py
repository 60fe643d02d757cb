"""Deadlines and least times of a membership, by the numbers of policy of the day on which each began to run.

Domain rules 9 to 12. What is said to be "at least" is over on the first day after so many whole months; what is
said to be "within" may still be done on the day of the same number, or the last of its month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import STEP_DAYS, Member, Standing, StandingKind
from orgs.calendar import MONTHS_OF_A_YEAR, months_completed, months_later
from orgs.models import Policy, PolicyNumber


class Due(models.TextChoices):
    """What is due."""

    TALK = "talk", gettext_lazy("talk with the applicant")
    CANDIDATE = "candidate", gettext_lazy("candidate for development at the earliest")
    APPROVAL = "approval", gettext_lazy("approval of the admission")
    APPROVAL_AT_MOST = "approval_at_most", gettext_lazy("approval of the admission at the latest")
    PROBATION = "probation", gettext_lazy("decision at the end of the probation")
    STOP = "stop", gettext_lazy("stop of the membership")
    REMOVAL = "removal", gettext_lazy("removal")
    TRANSFER = "transfer", gettext_lazy("transfer of the organizational relation")


@dataclass(frozen=True)
class Deadline:
    """Something due on `due`: the last day in time or, of what takes a least time, the first possible one.

    `policy`, `number` and `source` tell by which rule. It is overdue after that day, unless nobody has to.
    """

    what: Due
    due: date
    policy: Policy
    number: Decimal
    source: str
    is_overdue: bool


@dataclass(frozen=True)
class Limit:
    """A rule about the time from the day in the field `since` to the one in `until` (empty: of a standing, to its end).

    `unit`: the months that one of the policy's number has. `least`: a time that has to pass, not to be kept to.
    """

    what: Due
    policy: Policy
    unit: int
    since: str
    until: str
    least: bool = False

    def end(self, number: PolicyNumber, start: date) -> date:
        """The day on which the time ends that runs from `start`."""
        months = int(number.value * self.unit)
        return months_completed(start, months) if self.least else months_later(start, months)


MONTHS, YEARS = 1, MONTHS_OF_A_YEAR

LIMITS = (
    Limit(Due.TALK, Policy.TALK_MONTHS, MONTHS, "applied_on", "talked_on"),
    Limit(Due.CANDIDATE, Policy.ACTIVIST_YEARS, YEARS, "activist_on", "candidate_on", least=True),
    Limit(Due.APPROVAL, Policy.ADMISSION_APPROVAL_MONTHS, MONTHS, "probationary_on", "approved_on"),
    Limit(
        Due.APPROVAL_AT_MOST, Policy.ADMISSION_APPROVAL_MOST_MONTHS, MONTHS, "probationary_on", "approved_on"
    ),
    Limit(Due.PROBATION, Policy.PROBATION_YEARS, YEARS, "probationary_on", "full_on", least=True),
)
"""The limits between the steps of an admission."""

PROBATION = LIMITS[-1]
LATEST_APPROVAL = LIMITS[-2]

APART = {
    StandingKind.LOST_CONTACT: Limit(
        Due.STOP, Policy.LOST_CONTACT_MONTHS, MONTHS, "valid_from", "", least=True
    ),
    StandingKind.STOPPED: Limit(
        Due.REMOVAL, Policy.LOST_CONTACT_REMOVAL_YEARS, YEARS, "valid_from", "", least=True
    ),
    StandingKind.AWAY: Limit(Due.TRANSFER, Policy.AWAY_MONTHS, MONTHS, "valid_from", "", least=True),
}
"""The limit of each way of being apart, from its first day."""


def cited(number: PolicyNumber) -> str:
    """The rule in words: what it settles, its number and its source."""
    return _("%(rule)s (%(source)s)") % {"rule": number, "source": number.source}


def end_of(limit: Limit, row: Member | Standing) -> tuple[date, PolicyNumber] | None:
    """The day on which `limit` ends for `row`, and its rule; None where it does not run or there was no rule.

    A probation that was extended ends when that says.
    """
    start: date | None = getattr(row, limit.since)
    number = PolicyNumber.objects.number_on(limit.policy, start) if start is not None else None
    if start is None or number is None:
        return None
    return _end(limit, row, number, start), number


def deadlines_of(member: Member, day: date) -> list[Deadline]:
    """What is due of `member` as of `day`, in the order of days: of the stage reached by then, and of being apart.

    Costs two statements.
    """
    standing = member.standings.on(day).first()
    if member.ended_on is not None and member.ended_on <= day:
        return []
    if standing is not None and standing.kind == StandingKind.NO_MEMBER:
        return []
    running: list[tuple[Limit, Member | Standing]] = [
        (limit, member) for limit in LIMITS if _runs(limit, member, day)
    ]
    if standing is not None:
        running.append((APART[StandingKind(standing.kind)], standing))
    rules = list(PolicyNumber.objects.filter(policy__in={limit.policy for limit, _row in running}))
    found = []
    for limit, row in running:
        start: date = getattr(row, limit.since)
        rule = _rule_on(start, limit.policy, rules)
        if rule is not None:
            due = _end(limit, row, rule, start)
            is_overdue = day > due and limit.what != Due.CANDIDATE
            found.append(Deadline(limit.what, due, limit.policy, rule.value, rule.source, is_overdue))
    return sorted(found, key=lambda deadline: deadline.due)


def unusual_days(member: Member, until: str) -> list[str]:
    """What an organizer is told where the step `until` was taken earlier or later than the rules say."""
    taken: date | None = getattr(member, until)
    found = []
    for limit in LIMITS:
        ends = end_of(limit, member) if limit.until == until else None
        if ends is None or taken is None:
            continue
        day, number = ends
        words = {"day": day, "rule": cited(number)}
        if limit.least and taken < day:
            found.append(_("Earlier than %(day)s: %(rule)s.") % words)
        elif not limit.least and taken > day:
            found.append(_("Later than %(day)s: %(rule)s.") % words)
    return found


def _runs(limit: Limit, member: Member, day: date) -> bool:
    start: date | None = getattr(member, limit.since)
    later = STEP_DAYS[STEP_DAYS.index(limit.until) :]
    return start is not None and start <= day and all(_after(getattr(member, name), day) for name in later)


def _after(step: date | None, day: date) -> bool:
    return step is None or step > day


def _end(limit: Limit, row: Member | Standing, number: PolicyNumber, start: date) -> date:
    if limit is PROBATION and isinstance(row, Member) and row.probation_until is not None:
        return row.probation_until
    return limit.end(number, start)


def _rule_on(day: date, policy: Policy, rules: Sequence[PolicyNumber]) -> PolicyNumber | None:
    for rule in rules:
        if (
            rule.policy == policy
            and rule.valid_from <= day
            and (rule.valid_to is None or day < rule.valid_to)
        ):
            return rule
    return None
