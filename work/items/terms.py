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
from work.items.spells import any_on, common
from work.items.tables import OfOrganizations


class OfTerms(OfOrganizations):
    """A kind of item about the term that runs, or ran out, of an organization in force."""

    act = _("Hold the election")
    needs = ("orgs.change_organization", "members.view_member")

    def ending(self, asked: Asked, **when: date) -> QuerySet[Any]:
        """The organizations of whose latest election the term ends as `when` says."""
        running = Election.objects.running_on(asked.day).filter(**when)
        return self.in_force(asked).filter(pk__in=running.values("organization"))

    def known(self, keys: Sequence[int], asked: Asked) -> Mapping[int, list[tuple[date, date | None]]]:
        """The days on which their terms began and end, of every election by the day in order; one statement."""
        held: dict[int, list[tuple[date, date | None]]] = {key: [] for key in keys}
        rows = Election.objects.filter(organization__in=keys, held_on__lte=asked.day).order_by("held_on")
        for key, held_on, ends in rows.values_list("organization", "held_on", "term_ends_on"):
            held[key].append((held_on, ends))
        return held

    def asking(self, ends: date, rules: Rules) -> tuple[date, date | None]:
        """The days on which a term that ends on `ends` makes an item, unless an election is held."""
        raise NotImplementedError

    def case(
        self,
        row: Organization,
        known: Mapping[int, list[tuple[date, date | None]]],
        asked: Asked,
        rules: Rules,
    ) -> Case:
        """The term of the latest election ends, or ended, on a day."""
        terms = known[row.pk]
        following = [held_on for held_on, _ends in terms[1:]]
        life = (row.established_on, row.dissolved_on)
        found = [
            common(life, (held_on, following_on), self.asking(ends, rules))
            for (held_on, ends), following_on in zip(terms, [*following, None], strict=True)
            if ends is not None
        ]
        spells = [spell for spell in found if spell is not None]
        ends = terms[-1][1]
        fact = gettext("term until %(day)s") % {"day": date_format(ends) if ends else ""}
        return Case(spells, lambda day: any_on(day, spells), fact)

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

    def asking(self, ends: date, rules: Rules) -> tuple[date, date | None]:
        """From so many months before until it ends."""
        return first_day_within(ends, rules.whole(Policy.TERM_NOTICE_MONTHS)), ends


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

    def asking(self, ends: date, rules: Rules) -> tuple[date, date | None]:
        """From the first day behind it on."""
        return ends, None


def first_day_within(end: date, months: int) -> date:
    """The first day from which `end` is at most `months` away, as `months_later` counts them."""
    day = months_later(end, -months)
    while months_later(day, months) < end:
        day += timedelta(days=1)
    return day
