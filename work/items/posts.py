"""Organizations without a secretary (domain rule 6)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.models import Post, PostRole
from orgs.models import Organization, Policy
from stats.pages.asking import Asked
from work.items import facts
from work.items.kind import Case, Rules
from work.items.spells import number_on
from work.items.tables import OfOrganizations, life_of


class NoSecretary(OfOrganizations):
    """An organization in force, of any kind, of which nobody is the secretary."""

    code = "no_secretary"
    title = _("no secretary")
    asks = _("An organization has a secretary.")
    act = _("Appoint a secretary")
    needs = ("orgs.change_organization", "members.view_member")
    policies = (Policy.SECRETARIES,)

    def everything(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        """Those that have none."""
        held = Post.objects.on(asked.day).filter(role=PostRole.SECRETARY)
        counted = held.values("organization").annotate(number=Count("pk"))
        enough = counted.filter(number__gte=rules.whole(Policy.SECRETARIES))
        return self.in_force(asked).exclude(pk__in=enough.values("organization"))

    def known(self, keys: Sequence[int], asked: Asked) -> facts.Spells:
        """When somebody was their secretary; one statement."""
        return facts.secretaries(keys)

    def case(self, row: Organization, known: facts.Spells, asked: Asked, rules: Rules) -> Case:
        """Nobody is; the last day of who was."""
        life, secretaries = life_of(row), known[row.pk]

        def holds(day: date) -> bool:
            return life.holds_on(day) and number_on(day, secretaries) < rules.whole(Policy.SECRETARIES)

        ends = [spell.end for spell in secretaries if spell.end is not None and spell.end <= asked.day]
        fact = (
            gettext("none since %(day)s") % {"day": date_format(max(ends))}
            if ends
            else gettext("none so far")
        )
        return Case([life, *secretaries], holds, fact)

    def link(self, row: Organization) -> str:
        """The page of the procedure."""
        return self.address_of(row, "appoint")
