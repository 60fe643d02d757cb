"""What the coverage figures of a day count: the key of every record, by the code of the figure that counts it.

Asked by QuerySets, as lists and filters ask; tests/stats/test_contents.py holds that as many keys stand under a
code as `stats.figures` counts there.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from members.models import Member
from orgs.models import (
    COUNTED_KINDS,
    Area,
    Designation,
    DesignationLevel,
    Enterprise,
    Initiative,
    Kind,
    Organization,
    OrganizationKind,
    Title,
)
from orgs.modes import Mode, mode_on
from orgs.periods import holds_on
from stats.figures import Scale

Contents = Mapping[str, Sequence[str]]
"""Keys, sorted, by the code of a figure (`organizations.by_kind.branch`): organization codes, members' numbers,
credit codes of enterprises, also of those that hold a title. Figures that are sums or shares have none."""

COMMUNITY_GENERAL_BRANCHES = "community_general_branches"


def contents_on(day: date, area: Area | None, scale: Scale) -> Contents:
    """What `coverage_figures(day, area, scale)` counts. Seven statements at any size."""
    found: dict[str, list[str]] = {code: [] for code in _codes()}
    _add_organizations(found, day, area)
    _add_members(found, day, area)
    _add_enterprises(found, day, area, scale)
    _add_titles(found, day, area)
    return {code: sorted(keys) for code, keys in found.items()}


def _codes() -> Iterable[str]:
    """The codes of the figures that count records, in the order of the answer of the API."""
    yield from (f"organizations.by_kind.{kind}" for kind in COUNTED_KINDS)
    yield "organizations.established_this_year"
    yield "organizations.established_last_year"
    yield "organizations.initiated_by_enterprise"
    yield COMMUNITY_GENERAL_BRANCHES
    yield "members.full"
    yield "members.probationary"
    yield "enterprises.operating"
    yield from (f"enterprises.by_mode.{mode}" for mode in Mode)
    yield from (f"designations.{title}.{level}" for title in Title for level in DesignationLevel)


def _within(rows: Any, day: date, area: Area | None) -> Any:
    return rows if area is None else rows.in_area(area, day)


def _add_organizations(found: dict[str, list[str]], day: date, area: Area | None) -> None:
    in_force = _within(Organization.objects.in_force_on(day), day, area)
    kinds = OrganizationKind.objects.on(day).filter(organization__in=in_force)
    for code, kind, initiative in kinds.values_list(
        "organization__code", "kind", "organization__initiated_by"
    ):
        if kind == Kind.COMMUNITY_GENERAL_BRANCH:
            found[COMMUNITY_GENERAL_BRANCHES].append(code)
            continue
        found[f"organizations.by_kind.{kind}"].append(code)
        if initiative == Initiative.ENTERPRISE:
            found["organizations.initiated_by_enterprise"].append(code)
    first = date(max(day.year - 1, 1), 1, 1)
    established = _within(Organization.objects.filter(established_on__range=(first, day)), day, area)
    for code, on in _without_community_general_branches(established, day).values_list(
        "code", "established_on"
    ):
        year = "this" if on.year == day.year else "last"
        found[f"organizations.established_{year}_year"].append(code)


def _without_community_general_branches(rows: QuerySet[Organization], day: date) -> QuerySet[Organization]:
    """By the kind of the day, as figures count; those without one are none if they never are."""
    kinds = OrganizationKind.objects.filter(organization=OuterRef("pk"))
    of_the_day = kinds.on(day)
    is_another = Exists(of_the_day.exclude(kind=Kind.COMMUNITY_GENERAL_BRANCH))
    is_none_ever = ~Exists(of_the_day) & ~Exists(kinds.filter(kind=Kind.COMMUNITY_GENERAL_BRANCH))
    return rows.filter(is_another | is_none_ever)


def _add_members(found: dict[str, list[str]], day: date, area: Area | None) -> None:
    counted = _within(Organization.objects.in_force_on(day), day, area).filter(
        holds_on(day, prefix="kinds__"), kinds__kind__in=COUNTED_KINDS
    )
    members: dict[str, QuerySet[Member]] = {
        "members.full": Member.objects.full_on(day),
        "members.probationary": Member.objects.probationary_on(day),
    }
    for code, those in members.items():
        # A member has one relation a day at most, so the join repeats nobody.
        related = those.filter(holds_on(day, prefix="memberships__"), memberships__organization__in=counted)
        found[code] += related.values_list("member_no", flat=True)


def _add_enterprises(found: dict[str, list[str]], day: date, area: Area | None, scale: Scale) -> None:
    operating = _within(Enterprise.objects.non_public().operating_on(day), day, area)
    found["enterprises.operating"] += operating.values_list("uscc", flat=True)
    in_scale = operating.above_scale_on(day) if scale == Scale.ABOVE else operating
    for uscc, mode in in_scale.annotate(mode=mode_on(day)).values_list("uscc", "mode"):
        found[f"enterprises.by_mode.{mode}"].append(uscc)


def _add_titles(found: dict[str, list[str]], day: date, area: Area | None) -> None:
    held = _within(Designation.objects.on(day), day, area)
    for uscc, title, level in held.values_list("enterprise__uscc", "title", "level"):
        found[f"designations.{title}.{level}"].append(uscc)
