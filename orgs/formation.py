"""What an enterprise without an organization needs, by the number of its full members (domain rules 1 and 2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models import Policy, PolicyNumber


class Formation(models.TextChoices):
    """How an enterprise is reached, as the numbers of policy ask for it."""

    STANDALONE = "standalone", _("an organization of its own")
    INSTRUCTOR = "instructor", _("an instructor")
    JOINT = "joint", _("a joint branch")
    COMMUNITY = "community", _("the community general branch")


_POLICIES = {
    Formation.STANDALONE: Policy.OWN_ORGANIZATION_FULL_MEMBERS,
    Formation.INSTRUCTOR: Policy.INSTRUCTOR_FULL_MEMBERS,
    Formation.JOINT: Policy.JOINT_FULL_MEMBERS,
}


@dataclass(frozen=True)
class FormationRules:
    """The numbers of one day, each with its source, by what they ask for; COMMUNITY has none."""

    numbers: Mapping[Formation, PolicyNumber]

    def asked_for(self, full_members: int) -> Formation:
        """What `full_members` full members ask for: the first whose number they reach, else COMMUNITY."""
        reached = (
            what for what in _POLICIES if what in self.numbers and full_members >= self.numbers[what].value
        )
        return next(reached, Formation.COMMUNITY)


def formation_rules_on(day: date) -> FormationRules:
    """The rules of `day`, in one statement."""
    rows = {row.policy: row for row in PolicyNumber.objects.on(day).filter(policy__in=_POLICIES.values())}
    return FormationRules({what: rows[policy] for what, policy in _POLICIES.items() if policy in rows})
