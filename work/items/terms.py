"""Terms that end soon, or ended without an election (domain rule 7)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.deadlines import cited
from members.models import Election
from orgs.calendar import months_later
from orgs.models import Organization, Policy
from stats.pages.asking import Asked
from work.items.kind import Case, Rules
from work.items.spells import Spell
from work.items.tables import OfOrganizations


class OfTerms(OfOrganizations):
    """A kind of item about the term that runs, or ran out, of an organization in force."""

    act = _("Hold the election")
    needs = ("orgs.change_organization", "members.view_member")

    def ending(self, asked: Asked, **when: date) -> QuerySet[Any]:
        """The organizations of whose latest election the term ends as `when` says."""
        running = Election.objects.running_on(asked.day).filter(**when)
        return self.in_force(asked).filter(pk__in=running.values("organization"))

    def known(self, keys: Sequence[int], asked: Asked) -> Mapping[int, tuple[date, date]]:
        """The days on which their terms began and end; one statement."""
        running = Election.objects.running_on(asked.day).filter(organization__in=keys)
        days = running.filter(term_ends_on__isnull=False).values_list(
            "organization", "held_on", "term_ends_on"
        )
        return {key: (held_on, ends) for key, held_on, ends in days if ends is not None}

    def starts(self, ends: date, rules: Rules) -> date:
        """The day on which a term that ends on `ends` makes an item."""
        raise NotImplementedError

    def case(
        self, row: Organization, known: Mapping[int, tuple[date, date]], asked: Asked, rules: Rules
    ) -> Case:
        """The term ends, or ended, on a day."""
        held_on, ends = known[row.pk]
        spell = Spell(max(self.starts(ends, rules), held_on, row.established_on), None)
        fact = gettext("term until %(day)s") % {"day": date_format(ends)}
        return Case([spell], spell.holds_on, fact)

    def link(self, row: Organization) -> str:
        """The page of the procedure."""
        return self.address_of(row, "hold-election")


class TermEndsSoon(OfTerms):
    """A term that ends within so many months."""

    code = "term_ends"
    title = _("term ends soon")
    asks = _("Before a term ends the election is prepared.")
    policies = (Policy.TERM_NOTICE_MONTHS,)

    def everything(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        """Those whose term ends after the day, and not later than so many months after it."""
        last = months_later(asked.day, rules.whole(Policy.TERM_NOTICE_MONTHS))
        return self.ending(asked, term_ends_on__gt=asked.day, term_ends_on__lte=last)

    def starts(self, ends: date, rules: Rules) -> date:
        """So many months before."""
        return first_day_within(ends, rules.whole(Policy.TERM_NOTICE_MONTHS))


class TermEnded(OfTerms):
    """A term that ended, with no election since."""

    code = "term_ended"
    title = _("term ended without an election")
    asks = _("When a term ends an election is held.")
    policies = (Policy.COMMITTEE_TERM_YEARS, Policy.BRANCH_TERM_YEARS, Policy.COMMUNITY_TERM_YEARS)

    def applies(self, rules: Rules) -> bool:
        """Whether there is one of them: they are for different kinds of organizations, and each set its own ends."""
        return any(policy in rules.numbers for policy in self.policies)

    def sources(self, rules: Rules) -> list[str]:
        """Those of the day. A term that runs ends by the number of its election."""
        return [cited(rules.numbers[policy]) for policy in self.policies if policy in rules.numbers]

    def began(self, rules: Rules) -> date:
        """The first day of such a rule, whatever its number was."""
        return rules.existed_since(*self.policies)

    def everything(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        """Those whose term ended by the day."""
        return self.ending(asked, term_ends_on__lte=asked.day)

    def starts(self, ends: date, rules: Rules) -> date:
        """The first day behind it."""
        return ends


def first_day_within(end: date, months: int) -> date:
    """The first day from which `end` is at most `months` away, as `months_later` counts them."""
    day = months_later(end, -months)
    while months_later(day, months) < end:
        day += timedelta(days=1)
    return day
