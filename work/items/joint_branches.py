"""Joint branches of which an enterprise could stand alone, or with too many or too few units (domain rules 1, 2)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from orgs.models import Coverage, Enterprise, Kind, Organization, OrganizationKind, Policy
from orgs.modes import Mode, behind
from stats.pages.asking import Asked
from work.items import facts
from work.items.enterprises import employing
from work.items.kind import Case, Rules
from work.items.spells import any_on, number_on
from work.items.tables import OfOrganizations, life_of


class OfJointBranches(OfOrganizations):
    """A kind of item about joint branches in force."""

    def joint(self, asked: Asked) -> QuerySet[Organization]:
        """The joint branches of the area."""
        kinds = OrganizationKind.objects.on(asked.day).filter(kind=Kind.JOINT_BRANCH)
        return self.in_force(asked).filter(pk__in=kinds.values("organization"))

    def coverage(self, asked: Asked) -> QuerySet[Coverage]:
        """What they cover."""
        branches = self.joint(asked)
        return Coverage.objects.on(asked.day).filter(organization__in=branches.values("pk"))

    def covering(self, asked: Asked, least: int) -> QuerySet[Any]:
        """The keys of those that cover `least` or more enterprises; `least` is 1 or more."""
        counted = self.coverage(asked).values("organization").annotate(units=Count("pk"))
        return counted.filter(units__gte=least).values("organization")


class CouldStandAlone(OfJointBranches):
    """A joint branch that covers an enterprise with as many full members as form an organization of their own.

    A non-public one that has none besides.
    """

    code = "stand_alone"
    title = _("joint branch whose enterprise could stand alone")
    asks = _("An enterprise of a joint branch with as many full members forms an organization of its own.")
    act = _("Form a branch of its own")
    needs = ("orgs.change_organization", "orgs.add_organization", "members.change_member")
    policies = (Policy.OWN_ORGANIZATION_FULL_MEMBERS,)

    def everything(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        """The joint branches that cover one."""
        rows = self.coverage(asked)
        covered = Enterprise.objects.non_public().filter(
            behind(Mode.STANDALONE, asked.day), pk__in=rows.values("enterprise")
        )
        least = rules.whole(Policy.OWN_ORGANIZATION_FULL_MEMBERS)
        standing = rows.filter(enterprise__in=employing(covered, asked.day, least))
        return self.joint(asked).filter(pk__in=standing.values("organization"))

    def known(self, keys: Sequence[int], asked: Asked) -> Any:
        """Their kinds, what they cover, whom that employs and what reaches it; nine statements."""
        covered = facts.coverage(keys)
        enterprises = {enterprise for units in covered.values() for enterprise in units}
        names = dict(Enterprise.objects.non_public().filter(pk__in=enterprises).values_list("pk", "name"))
        employed, reached = facts.full_members_employed(names), facts.reach(names)
        return facts.kinds(keys), covered, employed, reached, names

    def case(self, row: Organization, known: Any, asked: Asked, rules: Rules) -> Case:
        """It is a joint branch, and covers such an enterprise, the same or another; these are named."""
        kinds, covered, members, reached, names = known
        life, joint = life_of(row), kinds[row.pk, Kind.JOINT_BRANCH]
        units = {key: spells for key, spells in covered[row.pk].items() if key in names}
        own = {key: reached[key, Mode.STANDALONE] for key in units}
        least = rules.whole(Policy.OWN_ORGANIZATION_FULL_MEMBERS)

        def standing(day: date) -> list[int]:
            return [
                enterprise
                for enterprise, spells in units.items()
                if any_on(day, spells)
                and number_on(day, members[enterprise]) >= least
                and not any_on(day, own[enterprise])
            ]

        def holds(day: date) -> bool:
            return life.holds_on(day) and any_on(day, joint) and bool(standing(day))

        turning = [spell for key, spells in units.items() for spell in (*spells, *members[key], *own[key])]
        fact = gettext(", ").join(sorted(names[key] for key in standing(asked.day)))
        return Case([life, *joint, *turning], holds, fact)

    def link(self, row: Organization) -> str:
        """The page of the procedure."""
        return self.address_of(row, "stand-alone")


class OfUnits(OfJointBranches):
    """A kind of item about joint branches that cover a number of enterprises that they should not."""

    def is_amiss(self, units: int, rules: Rules) -> bool:
        """Whether `units` are too many, or too few."""
        raise NotImplementedError

    def known(self, keys: Sequence[int], asked: Asked) -> Any:
        """Their kinds and what they cover; two statements."""
        return facts.kinds(keys), facts.coverage(keys)

    def case(self, row: Organization, known: Any, asked: Asked, rules: Rules) -> Case:
        """It is a joint branch, and covers so many enterprises."""
        kinds, covered = known
        life, joint = life_of(row), kinds[row.pk, Kind.JOINT_BRANCH]
        units = [spell for spells in covered[row.pk].values() for spell in spells]

        def holds(day: date) -> bool:
            is_joint = life.holds_on(day) and any_on(day, joint)
            return is_joint and self.is_amiss(number_on(day, units), rules)

        number = number_on(asked.day, units)
        fact = ngettext("%(number)d unit", "%(number)d units", number) % {"number": number}
        return Case([life, *joint, *units], holds, fact)


class TooManyUnits(OfUnits):
    """A joint branch that covers more enterprises than it generally does."""

    code = "too_many_units"
    title = _("joint branch with too many units")
    asks = _("A joint branch of more units is divided.")
    act = _("Split it")
    needs = ("orgs.change_organization", "orgs.add_organization", "members.change_member")
    policies = (Policy.JOINT_BRANCH_UNITS,)

    def is_amiss(self, units: int, rules: Rules) -> bool:
        """More than at most."""
        return units > rules.whole(Policy.JOINT_BRANCH_UNITS)

    def everything(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        """The joint branches that cover more."""
        most = rules.whole(Policy.JOINT_BRANCH_UNITS)
        return self.joint(asked).filter(pk__in=self.covering(asked, most + 1))

    def link(self, row: Organization) -> str:
        """The page of the procedure."""
        return self.address_of(row, "split")


class TooFewUnits(OfUnits):
    """A joint branch that covers fewer enterprises than make it one, or none."""

    code = "too_few_units"
    title = _("joint branch with too few units")
    asks = _(
        "A joint branch of fewer units is joined with another one, or becomes a branch of its enterprise."
    )
    act = _("Merge it")
    needs = ("orgs.change_organization", "members.change_member")
    policies = (Policy.JOINT_BRANCH_LEAST_UNITS,)

    def is_amiss(self, units: int, rules: Rules) -> bool:
        """Fewer than at least."""
        return units < rules.whole(Policy.JOINT_BRANCH_LEAST_UNITS)

    def everything(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        """The joint branches that cover fewer."""
        least = rules.whole(Policy.JOINT_BRANCH_LEAST_UNITS)
        return self.joint(asked).exclude(pk__in=self.covering(asked, least))

    def link(self, row: Organization) -> str:
        """The page of the procedure."""
        return self.address_of(row, "merge")
