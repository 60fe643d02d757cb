"""What procedures that bring about an organization have in common."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from orgs.actions.scoping import keep_within
from orgs.incubation import looked_after_on
from orgs.models import Area, Enterprise, Organization, OrganizationArea, Policy, PolicyNumber


def covered_today(organization: Organization, day: date) -> QuerySet[Enterprise]:
    """The enterprises that `organization` covers on `day`."""
    return looked_after_on(day, organization.pk)


def area_of(organization: Organization, day: date) -> Area | None:
    """Where `organization` counts on `day`."""
    place = (
        OrganizationArea.objects.on(day).filter(organization=organization.pk).select_related("area").first()
    )
    return None if place is None else place.area


def refuse_outside(organization: Organization, by: AbstractBaseUser) -> None:
    """Raise LeavesTheScope where `organization`, a new one, does not lie in the area that `by` sees."""
    day = max(organization.established_on, timezone.localdate())
    keep_within(organization, scope=by.scope, day=day)  # type: ignore[attr-defined]  # of accounts.User


def too_few_full_members(count: int, on: date) -> list[str]:
    """A warning where `count` full members are fewer than form an organization of their own on `on` (domain rule 1)."""
    rule = PolicyNumber.objects.on(on).filter(policy=Policy.OWN_ORGANIZATION_FULL_MEMBERS).first()
    if rule is None or count >= rule.value:
        return []
    text = ngettext(
        "%(count)d full member only: an organization of its own is formed from %(least)d on (%(source)s).",
        "%(count)d full members only: an organization of its own is formed from %(least)d on (%(source)s).",
        count,
    )
    return [text % {"count": count, "least": rule.value, "source": rule.source}]
