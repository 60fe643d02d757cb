"""Organizations that outlive the enterprises in which they were formed (domain rule 5)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.models import COUNTED_KINDS, Coverage, Organization, OrganizationKind, Policy
from stats.pages.asking import Asked
from work.items import facts
from work.items.kind import Case, Rules
from work.items.spells import Spell, any_on, common
from work.items.tables import OfOrganizations, life_of


class EnterpriseClosed(OfOrganizations):
    """An organization in force that covered an enterprise until it closed, and covers none that is not closed.

    The rule is that of its formation: what is closed has no members to form one.
    """

    code = "closed_enterprise"
    title = _("enterprise closed, organization in force")
    asks = _(
        "An organization is formed where full members work; where the enterprise is closed it is dissolved."
    )
    act = _("Dissolve it")
    needs = ("orgs.change_organization",)
    policies = (Policy.OWN_ORGANIZATION_FULL_MEMBERS,)

    def began(self, rules: Rules) -> date:
        """The first day of the rule, whatever its number was."""
        return rules.existed_since(*self.policies)

    def everything(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        """Those of the counted kinds."""
        day = asked.day
        kinds = OrganizationKind.objects.on(day).filter(kind__in=COUNTED_KINDS)
        held = Q(valid_to__isnull=True) | Q(valid_to__gte=F("enterprise__closed_on"))
        closed = Coverage.objects.filter(held, valid_from__lte=day, enterprise__closed_on__lte=day)
        going_on = Coverage.objects.on(day).filter(
            Q(enterprise__closed_on__isnull=True) | Q(enterprise__closed_on__gt=day)
        )
        return (
            self.in_force(asked)
            .filter(pk__in=kinds.values("organization"))
            .filter(pk__in=closed.values("organization"))
            .exclude(pk__in=going_on.values("organization"))
        )

    def known(self, keys: Sequence[int], asked: Asked) -> Any:
        """Their kinds, and what they cover with its name and its closing; two statements."""
        rows = Coverage.objects.filter(organization__in=keys).order_by("enterprise__name")
        covered: dict[int, list[tuple[Any, ...]]] = {key: [] for key in keys}
        for key, *values in rows.values_list(
            "organization", "enterprise__name", "enterprise__closed_on", "valid_from", "valid_to"
        ):
            covered[key].append(tuple(values))
        return facts.kinds(keys), covered

    def case(self, row: Organization, known: Any, asked: Asked, rules: Rules) -> Case:
        """It covers nothing that is not closed; what is closed is named."""
        kinds, covered = known
        life = life_of(row)
        counted = [spell for kind in COUNTED_KINDS for spell in kinds[row.pk, kind]]
        going_on, closed, names = [], [], []
        for name, closed_on, start, end in covered[row.pk]:
            within = common((start, end), (start, closed_on))
            if within is not None:
                going_on.append(within)
            if closed_on is not None and (end is None or closed_on <= end):
                closed.append(Spell(max(start, closed_on), None))
                if closed[-1].holds_on(asked.day):
                    names.append(name)

        def holds(day: date) -> bool:
            is_counted = life.holds_on(day) and any_on(day, counted)
            return is_counted and any_on(day, closed) and not any_on(day, going_on)

        return Case([life, *counted, *going_on, *closed], holds, gettext(", ").join(dict.fromkeys(names)))

    def link(self, row: Organization) -> str:
        """The page of the procedure."""
        return self.address_of(row, "dissolve")
