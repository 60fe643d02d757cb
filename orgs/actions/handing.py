"""Coverage changes hands: on every day it is clear which organization covers an enterprise."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from orgs.actions.recording import BATCH
from orgs.actions.refusals import Refusal
from orgs.actions.timelines import end_without_owner
from orgs.models import Coverage, Enterprise, Organization


class CoverageIsSettled(Refusal):
    """What is stored already says who covers the enterprise on the day or later."""

    def __init__(self, coverage: Coverage, day: date) -> None:
        super().__init__(
            _(
                "The coverage of %(enterprise)s by %(organization)s already changes on %(day)s; "
                "choose a later day or correct it first."
            )
            % {"enterprise": coverage.enterprise, "organization": coverage.organization, "day": day}
        )


class DoesNotCover(Refusal):
    """The organization does not cover the enterprise on the day."""

    def __init__(self, organization: Organization, enterprise: Enterprise, on: date) -> None:
        super().__init__(
            _("%(organization)s does not cover %(enterprise)s on %(day)s.")
            % {"organization": organization, "enterprise": enterprise, "day": on}
        )


def lasting_coverage(
    organization: Organization, on: date, *, enterprises: Collection[Enterprise] | None = None
) -> list[Coverage]:
    """The coverage of `organization` (of `enterprises` alone, if given) that goes on from `on`, locked.

    Call it inside a transaction, with the organization and then the enterprises locked. Raises
    CoverageIsSettled where one begins after `on`, or is known to end.
    """
    rows: Any = Coverage.objects.select_for_update(of=("self",)).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), organization=organization
    )
    if enterprises is not None:
        rows = rows.filter(enterprise__in=[enterprise.pk for enterprise in enterprises])
    found: list[Coverage] = list(rows.select_related("organization", "enterprise").order_by("pk"))
    for row in found:
        if row.valid_from > on:
            raise CoverageIsSettled(row, row.valid_from)
        ends = [day for day in (row.enterprise.closed_on, row.organization.dissolved_on) if day is not None]
        known = end_without_owner(row, min(ends, default=None))
        if known is not None:
            raise CoverageIsSettled(row, known)
    return found


def coverage_of_each(
    organization: Organization, enterprises: Collection[Enterprise], on: date
) -> list[Coverage]:
    """The coverage of `enterprises` by `organization`, as `lasting_coverage` gives it; raises DoesNotCover too."""
    rows = lasting_coverage(organization, on, enterprises=enterprises)
    covered = {row.enterprise_id for row in rows}
    for enterprise in enterprises:
        if enterprise.pk not in covered:
            raise DoesNotCover(organization, enterprise, on)
    return rows


def end_coverage(rows: Collection[Coverage], *, on: date, by: AbstractBaseUser | None) -> None:
    """End `rows`, of `lasting_coverage`, on `on`. Raises CoverageIsSettled where one begins that day."""
    for row in rows:
        if row.valid_from >= on:
            raise CoverageIsSettled(row, row.valid_from)
        row.valid_to = on
    if rows:
        bulk_update_with_history(rows, Coverage, ["valid_to"], default_user=by, batch_size=BATCH)


def take_over_coverage(
    rows: Collection[Coverage], *, to: Organization, on: date, by: AbstractBaseUser | None
) -> None:
    """From `on` on, `to`, which has no end, covers what `rows` cover, and they end; what it covers it goes on covering.

    Call it inside a transaction, with both organizations and then the enterprises locked. Raises
    CoverageIsSettled.
    """
    enterprises = [row.enterprise for row in rows]
    covered = {row.enterprise_id for row in lasting_coverage(to, on, enterprises=enterprises)}
    end_coverage(rows, on=on, by=by)
    new = [
        Coverage(
            organization=to, enterprise=enterprise, valid_from=on, valid_to=enterprise.closed_on
        )
        for enterprise in enterprises
        if enterprise.pk not in covered
    ]  # fmt: skip
    if new:
        bulk_create_with_history(new, Coverage, default_user=by, batch_size=BATCH)
