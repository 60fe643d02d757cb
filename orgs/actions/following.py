"""Organizations that follow an enterprise: which cover it, which would cover nothing without it, where they lie."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from orgs.actions.locking import locked
from orgs.actions.recording import clash_message, save_by
from orgs.actions.refusals import Refusal
from orgs.models import Area, Coverage, Enterprise, EnterpriseArea, Kind, Organization, OrganizationArea
from orgs.periods import PeriodQuerySet


class CoveredMeanwhile(Refusal):
    """While this waited, another organization came to cover the enterprise."""

    def __init__(self) -> None:
        super().__init__(clash_message())


class AreaIsSettled(Refusal):
    """What is stored already says where the record lies on the day or later."""

    def __init__(self, record: Enterprise | Organization, day: date) -> None:
        super().__init__(
            _(
                "The area of %(record)s is already set from %(day)s on; choose a later day or correct that first."
            )
            % {"record": record, "day": day}
        )


@dataclass(frozen=True)
class Locked:
    """What an action on enterprises has locked, by key."""

    organizations: dict[int, Organization]
    enterprises: dict[int, Enterprise]


def lock_with_organizations(
    enterprises: Collection[Enterprise], *, on: date, also: Iterable[Organization | None] = ()
) -> Locked:
    """Lock the organizations that cover `enterprises` on `on` or later, those of `also`, then `enterprises`.

    Call it inside a transaction. Raises CoveredMeanwhile.
    """
    rows = Coverage.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), enterprise__in=[row.pk for row in enterprises]
    )
    keys = set(rows.values_list("organization", flat=True))
    keys.update(row.pk for row in also if row is not None)
    organizations = locked(Organization.objects.filter(pk__in=keys))
    found = locked(enterprises)
    # An organization is locked before its enterprise: one that has come too late cannot be waited for now.
    if not keys.issuperset(rows.values_list("organization", flat=True)):
        raise CoveredMeanwhile
    return Locked({row.pk: row for row in organizations}, {row.pk: row for row in found})


def covering_alone(enterprise: Enterprise, on: date) -> list[Organization]:
    """Organizations in force that cover `enterprise`, and nothing else, on `on`; in the order of their codes.

    Without community general branches, which reach what lies in their community. Each has its `kind` of the day.
    """
    here = Coverage.objects.on(on).filter(organization=OuterRef("pk"))
    rows = Organization.objects.in_force_on(on).with_kind_on(on).without_community_general_branches()
    return list(
        rows.filter(Exists(here.filter(enterprise=enterprise)))
        .exclude(Exists(here.exclude(enterprise=enterprise)))
        .order_by("code")
    )


def coverage_and_kinds(enterprise: Enterprise, on: date) -> list[tuple[Coverage, Kind]]:
    """What covers `enterprise` on `on`, each with the kind of its organization that day; in the order of codes."""
    rows = enterprise.coverage.on(on).select_related("organization", "enterprise")
    organizations: Any = Organization.objects.with_kind_on(on).filter(coverage__in=rows.values("pk"))
    kinds = {row.pk: Kind(row.kind) for row in organizations}
    return [(row, kinds[row.organization_id]) for row in rows.order_by("organization__code")]


def lie_from(
    record: Enterprise | Organization, area: Area | None, *, on: date, by: AbstractBaseUser | None
) -> bool:
    """Let `record`, a locked one, lie in `area` (None: in none of the register) from `on` on.

    Gives False where it does so already. Raises AreaIsSettled where its area changes on `on` or later.
    """
    periods: PeriodQuerySet[Any] = record.areas.all()
    rows = list(periods.select_for_update().order_by("valid_from"))
    before = [row for row in rows if row.valid_from < on]
    later = rows[len(before) :]
    key = area.pk if area is not None else None
    if [(row.valid_from, row.valid_to, row.area_id) for row in later] == [(on, None, key)]:
        return False
    if later:
        raise AreaIsSettled(record, later[0].valid_from)
    current = before[-1] if before else None
    if current is not None and current.valid_to is not None and current.valid_to > on:
        raise AreaIsSettled(record, current.valid_to)
    lasts = current is not None and current.valid_to is None
    if (current.area_id if lasts else None) == key:  # type: ignore[union-attr]
        return False
    if lasts:
        current.valid_to = on  # type: ignore[union-attr]
        save_by(current, by)  # type: ignore[arg-type]
    if isinstance(record, Organization):
        save_by(OrganizationArea(organization=record, area=area, valid_from=on), by)
    else:
        save_by(EnterpriseArea(enterprise=record, area=area, valid_from=on), by)
    return True


def area_on(record: Enterprise | Organization, day: date) -> Area | None:
    """Where `record` lies on `day`; None in no area of the register."""
    period = record.areas.on(day).select_related("area").first()
    return period.area if period is not None else None


def looks_after(branch: Organization, area: Area | None, day: date) -> bool:
    """Whether the community of the general branch `branch` is, or contains, `area` on `day`.

    A branch that lies in no area of the register looks after whatever it covers.
    """
    seat = area_on(branch, day)
    return seat is None or (area is not None and area.code.startswith(seat.code))
