"""What the guide answers: what an enterprise without an organization needs, and who would take it in."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, IntegerField, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Length

from orgs.formation import Formation, formation_rules_on
from orgs.models import (
    Area,
    Coverage,
    Kind,
    Organization,
    OrganizationArea,
    OrganizationKind,
    Policy,
    PolicyNumber,
)
from orgs.models.area import DIGITS, Level
from orgs.models.organization import OrganizationQuerySet

MOST_NAMED = 20
"""Organizations that an answer names."""


@dataclass(frozen=True)
class Advice:
    """What fits an enterprise, by which number of policy (None: by none), and who would take it in."""

    area: Area | None
    formation: Formation
    number: PolicyNumber | None
    joint_branches: list[Organization]
    community_branches: list[Organization]


def advice(full_members: int, area: Area | None, day: date) -> Advice:
    """What fits an enterprise with `full_members` that lies in `area`, by the rules of `day`.

    Whoever forms alone needs nobody to be taken in by.
    """
    rules = formation_rules_on(day)
    formation = rules.asked_for(full_members)
    joint: list[Organization] = []
    community: list[Organization] = []
    if area is not None and formation != Formation.STANDALONE:
        if formation != Formation.COMMUNITY:
            joint = list(joint_branches_with_room(area, day)[:MOST_NAMED])
        community = list(community_branches_of(area, day)[:MOST_NAMED])
    return Advice(area, formation, rules.numbers.get(formation), joint, community)


def community_branches_of(area: Area, day: date) -> OrganizationQuerySet:
    """The community general branches in force on `day` whose area is `area`, contains it or is a community of it.

    The nearest come first: that of the area itself, then those within it, then those around it.
    """
    codes = [area.code[:digits] for digits in DIGITS.values() if digits <= len(area.code)]
    places = Q(area__code__in=codes)
    if area.level == Level.SUBDISTRICT:
        places |= Q(area__in=Area.objects.subtree_of(area))
    is_own = Case(When(area_code=area.code, then=0), default=1)
    return (
        _of_kind(Kind.COMMUNITY_GENERAL_BRANCH, day, places)
        .with_area_on(day)
        .order_by(is_own, Length("area_code").desc(), "code")
    )


def joint_branches_with_room(area: Area, day: date) -> OrganizationQuerySet:
    """The joint branches in force in `area` on `day` that have room for one more enterprise (domain rule 2)."""
    covered = Coverage.objects.on(day).filter(organization=OuterRef("pk")).order_by().values("organization")
    units = Subquery(covered.annotate(units=Count("pk")).values("units"), output_field=IntegerField())
    found = _of_kind(Kind.JOINT_BRANCH, day, Q(area__in=Area.objects.subtree_of(area)))
    most = PolicyNumber.objects.whole_on(Policy.JOINT_BRANCH_UNITS, day)
    if most is not None:
        found = found.annotate(units=Coalesce(units, 0)).filter(units__lt=most)
    return found.with_area_on(day).order_by("code")


def _of_kind(kind: Kind, day: date, whereabouts: Q) -> OrganizationQuerySet:
    """Organizations in force on `day`, then of `kind`, and then in an area with `whereabouts`."""
    kinds = OrganizationKind.objects.on(day).filter(kind=kind)
    places = OrganizationArea.objects.on(day).filter(whereabouts)
    return Organization.objects.in_force_on(day).filter(
        Q(pk__in=kinds.values("organization")), Q(pk__in=places.values("organization"))
    )
