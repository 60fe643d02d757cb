"""Enterprises that are not reached as the number of their full members asks for (domain rules 1 and 2)."""

from collections.abc import Sequence
from datetime import date
from math import ceil
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from members.models import Member
from orgs.formation import Formation, FormationRules
from orgs.models import Enterprise, Kind, Level, Policy
from orgs.models.area import DIGITS
from orgs.modes import Mode, behind
from stats.figures import Scale
from stats.pages.asking import Asked
from work.items import facts
from work.items.kind import Case, Rules
from work.items.spells import Spell, any_on, number_on
from work.items.tables import OfEnterprises


def employing(
    enterprises: QuerySet[Enterprise], day: date, least: int, below: int | None = None
) -> QuerySet[Any]:
    """The keys of those of `enterprises` that employ `least` (1 or more) full members on `day` or more.

    With `below`, fewer than that.
    """
    people = Member.objects.full_on(day).filter(employer__in=enterprises.order_by().values("pk"))
    counted = people.order_by().values("employer").annotate(number=Count("pk"))
    enough = counted.filter(number__gte=least)
    return (enough if below is None else enough.filter(number__lt=below)).values("employer")


class Unreached(OfEnterprises):
    """Enterprises whose full members ask for one thing, and that have neither it nor anything better.

    Those in scale alone; what it has counts by `orgs.modes`.
    """

    formation: ClassVar[Formation]
    suffices: ClassVar[Mode]
    """The last of the modes, in their order, that is enough."""

    def began(self, rules: Rules) -> date:
        """Also of the numbers from which on something else is asked for."""
        days = []
        for what, number in rules.formation.numbers.items():
            days.append(number.valid_from)
            if what == self.formation:
                break
        return max(days)

    def everything(self, asked: Asked, rules: Rules) -> QuerySet[Any]:
        """The enterprises in scale with as many full members as ask for this, and none of the modes that are enough."""
        enterprises = self.in_scale(asked)
        least, below = _bounds(self.formation, rules.formation)
        found = enterprises.filter(behind(self.suffices, asked.day))
        if least > 0:
            return found.filter(pk__in=employing(enterprises, asked.day, least, below))
        return found if below is None else found.exclude(pk__in=employing(enterprises, asked.day, below))

    def known(self, keys: Sequence[int], asked: Asked) -> Any:
        """Full members, what reaches them, and their scale where that is asked for; seven statements."""
        scale = facts.above_scale(keys) if asked.scale == Scale.ABOVE else None
        return facts.full_members_employed(keys), facts.reach(keys), scale

    def case(self, row: Enterprise, known: Any, asked: Asked, rules: Rules) -> Case:
        """It operates, in scale, has so many full members, and nothing that is enough reaches it."""
        employed, reached, scale = known
        life, members = Spell(row.registered_on, row.closed_on), employed[row.pk]
        above = [life] if scale is None else scale[row.pk]
        modes = list(Mode)
        enough = modes[: modes.index(self.suffices) + 1]
        reach = [spell for mode in enough for spell in reached[row.pk, mode]]

        def holds(day: date) -> bool:
            asked_for = rules.formation.asked_for(number_on(day, members))
            is_in_scale = life.holds_on(day) and any_on(day, above)
            return is_in_scale and asked_for == self.formation and not any_on(day, reach)

        fact = shown_full_members(number_on(asked.day, members))
        return Case([life, *members, *above, *reach], holds, fact)


def shown_full_members(number: int) -> str:
    """`number` full members, in words."""
    return ngettext("%(number)d full member", "%(number)d full members", number) % {"number": number}


def founding(row: Enterprise, kind: Kind) -> str:
    """The address of the form of a new organization, filled in for the enterprise."""
    known = {"kind": kind.value, "enterprise": row.uscc, "area": row.area_code}  # type: ignore[attr-defined]
    query = urlencode({name: value for name, value in known.items() if value is not None})
    return f"{reverse('admin:orgs_organization_add')}?{query}"


def _bounds(formation: Formation, rules: FormationRules) -> tuple[int, int | None]:
    """From how many full members on `formation` is asked for, and from how many on something else (None: never)."""
    below: int | None = None
    for what, number in rules.numbers.items():
        least = ceil(number.value)
        if what == formation:
            return least, below
        below = least if below is None else min(below, least)
    return 0, below


class NoOwnOrganization(Unreached):
    """As many full members as form an organization of their own, and none; in a joint branch or not."""

    code = "own_organization"
    title = _("no organization of its own")
    asks = _("An enterprise with as many full members forms an organization of its own.")
    act = _("Found an organization")
    needs = ("orgs.add_organization",)
    policies = (Policy.OWN_ORGANIZATION_FULL_MEMBERS,)
    formation = Formation.STANDALONE
    suffices = Mode.STANDALONE

    def link(self, row: Enterprise) -> str:
        """The form of a new branch."""
        return founding(row, Kind.BRANCH)


class NoInstructor(Unreached):
    """As many full members as an instructor is sent to, and neither one nor an organization."""

    code = "instructor"
    title = _("no instructor")
    asks = _("To an enterprise with as many full members and no organization an instructor is sent.")
    act = _("Assign an instructor")
    needs = ("orgs.change_enterprise", "orgs.add_instructor")
    policies = (Policy.INSTRUCTOR_FULL_MEMBERS,)
    formation = Formation.INSTRUCTOR
    suffices = Mode.INSTRUCTOR

    def link(self, row: Enterprise) -> str:
        """The page of the procedure."""
        return self.address_of(row, "assign-instructor")


class InNoJointBranch(Unreached):
    """As many full members as form jointly, and no organization."""

    code = "joint_branch"
    title = _("in no joint branch")
    asks = _("An enterprise with as many full members forms a joint branch with others.")
    act = _("Found a joint branch")
    needs = ("orgs.add_organization",)
    policies = (Policy.JOINT_FULL_MEMBERS,)
    formation = Formation.JOINT
    suffices = Mode.JOINT

    def link(self, row: Enterprise) -> str:
        """The joint branches proposed in its area; of what lies in no subdistrict none is, so the form of a new one."""
        code = row.area_code  # type: ignore[attr-defined]
        if code is None or len(code) < DIGITS[Level.SUBDISTRICT]:
            return founding(row, Kind.JOINT_BRANCH)
        return reverse("joint_proposals", query={"area": code})


class NotReached(Unreached):
    """Fewer full members than form jointly, and reached by nobody, nor by a community general branch."""

    code = "community"
    title = _("not reached")
    asks = _("An enterprise with fewer full members is reached by the general branch of its community.")
    act = _("Let a community general branch look after it")
    needs = ("orgs.change_organization",)
    policies = (Policy.JOINT_FULL_MEMBERS,)
    formation = Formation.COMMUNITY
    suffices = Mode.COMMUNITY

    def link(self, row: Enterprise) -> str:
        """The community general branches, one of which may look after it."""
        return reverse("admin:orgs_communitygeneralbranch_changelist")
