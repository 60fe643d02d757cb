"""Probations that end soon, or ended without a decision (domain rule 9)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.deadlines import PROBATION, cited
from members.models import Member
from orgs.actions.timelines import holds
from orgs.calendar import months_later
from orgs.models import Policy, PolicyNumber
from stats.pages.asking import Asked
from work.items import facts
from work.items.kind import Case, Rules
from work.items.spells import Spell
from work.items.tables import OfMembers
from work.items.terms import first_day_within


def _ends_by(day: date, rules: Rules) -> Q:
    """The condition that a probation ends by `day`, as `members.deadlines` reckons.

    That is the day to which it was extended; or so long after it began as the number of that day says. A time of
    whole months that has passed by a day began so many months before it at the latest.
    """
    condition = Q(probation_until__lte=day)
    for number in rules.earlier:
        if number.policy == PROBATION.policy:
            latest = months_later(day, -int(number.value * PROBATION.unit))
            began = Q(probationary_on__gte=number.valid_from, probationary_on__lte=latest)
            if number.valid_to is not None:
                began &= Q(probationary_on__lt=number.valid_to)
            condition |= Q(probation_until__isnull=True) & began
    return condition


class OfProbations(OfMembers):
    """A kind of item about probationary members."""

    needs = ("members.change_member",)

    def probationary(self, asked: Asked) -> QuerySet[Any]:
        """Those of the area."""
        found = Member.objects.probationary_on(asked.day)
        if asked.area is None:
            return found
        return found.filter(pk__in=Member.objects.in_area(asked.area, asked.day).values("pk"))

    def known(self, keys: Sequence[int], asked: Asked) -> facts.Spells:
        """When they were no members, until they were restored; one statement."""
        return facts.gaps(keys)

    def began(self, rules: Rules) -> date:
        """The first day of the rule: a number that came later applies to none that began before it."""
        return rules.existed_since(PROBATION.policy)

    def starts(self, ends: date, rules: Rules) -> date:
        """The day on which a probation that ends on `ends` makes an item."""
        raise NotImplementedError

    def case(self, row: Any, known: facts.Spells, asked: Asked, rules: Rules) -> Case:
        """The probation ends, or ended, on a day."""
        number = _number_of(row, rules)
        ends: date = PROBATION.end(number, row.probationary_on) if number else row.probation_until
        begun = max(self.starts(ends, rules), row.probationary_on)
        spell = Spell(begun, None, tuple(known[row.pk]))
        fact = gettext("probation until %(day)s") % {"day": date_format(ends)}
        if number is not None and number != rules.numbers[PROBATION.policy]:
            fact = gettext("%(fact)s, by the number of its first day: %(rule)s") % {
                "fact": fact,
                "rule": cited(number),
            }
        return Case([spell], spell.holds_on, fact)

    def link(self, row: Member) -> str:
        """The page of the procedure."""
        return self.address_of(row, "confirm")


def _number_of(member: Any, rules: Rules) -> PolicyNumber | None:
    """The number by which the probation of `member` ends, where a rule says so; None: it was extended to a day."""
    if member.probation_until is not None:
        return None
    start: date = member.probationary_on
    return next(row for row in rules.earlier if row.policy == PROBATION.policy and holds(row, start))


class ProbationEndsSoon(OfProbations):
    """A probation that ends within so many months."""

    code = "probation_ends"
    title = _("probation ends soon")
    asks = _("Before a probation ends the decision is prepared.")
    act = _("Decide")
    policies = (Policy.PROBATION_YEARS, Policy.PROBATION_NOTICE_MONTHS)

    def began(self, rules: Rules) -> date:
        """Not before the number of the notice, either."""
        return max(super().began(rules), rules.numbers[Policy.PROBATION_NOTICE_MONTHS].valid_from)

    def everything(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        """Whose probation ends after the day, and not later than so many months after it."""
        last = months_later(asked.day, rules.whole(Policy.PROBATION_NOTICE_MONTHS))
        return self.probationary(asked).filter(_ends_by(last, rules)).exclude(_ends_by(asked.day, rules))

    def starts(self, ends: date, rules: Rules) -> date:
        """So many months before."""
        return first_day_within(ends, rules.whole(Policy.PROBATION_NOTICE_MONTHS))


class ProbationEnded(OfProbations):
    """A probation that ended, and neither was the member confirmed nor the membership ended."""

    code = "probation_ended"
    title = _("probation ended without a decision")
    asks = _("When a probation ends it is decided whether the member becomes a full one.")
    act = _("Decide")
    policies = (Policy.PROBATION_YEARS,)

    def everything(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        """Whose probation ended by the day."""
        return self.probationary(asked).filter(_ends_by(asked.day, rules))

    def starts(self, ends: date, rules: Rules) -> date:
        """The first day behind it."""
        return ends
