"""Coverage: which organization reaches which enterprise, and when."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from orgs.models.area import AreaQuerySet
from orgs.models.enterprise import Enterprise
from orgs.models.organization import STANDALONE_KINDS, Organization, OrganizationKind
from orgs.models.scope import ScopedQuerySet
from orgs.periods import Period, PeriodQuerySet, shares_a_day_with_outer
from record.history import History


class CoverageQuerySet(ScopedQuerySet["Coverage"], PeriodQuerySet["Coverage"]):  # type: ignore[override]
    """Questions about coverage, which lies where the organization lies."""

    whereabouts = "organization__areas"

    def in_any_of(self, areas: AreaQuerySet, day: date) -> Self:
        """That of organizations of `areas` on `day`."""
        return self.filter(organization__in=Organization.objects.in_any_of(areas, day))

    def beside_another_enterprise_of_a_standalone_organization(self) -> Self:
        """Rows that break the rule that a standalone organization covers one enterprise at a time.

        On at least one day of such a row its organization is of a standalone kind and covers another
        enterprise too.
        """
        # Three periods that overlap in pairs have a day in common.
        kind = OrganizationKind.objects.filter(
            shares_a_day_with_outer(),
            shares_a_day_with_outer(depth=2),
            organization=OuterRef("organization"),
            kind__in=STANDALONE_KINDS,
        )
        beside = (
            Coverage.objects.filter(shares_a_day_with_outer(), organization=OuterRef("organization"))
            .exclude(enterprise=OuterRef("enterprise"))
            .filter(Exists(kind))
        )
        return self.filter(Exists(beside))


class Coverage(Period):
    """A period in which `organization` covers `enterprise`.

    A standalone organization covers one enterprise at a time, a joint branch several; a community
    general branch covers what has no organization of its own.
    """

    overlap_key = ("organization", "enterprise")

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="coverage", verbose_name=_("organization")
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="coverage", verbose_name=_("enterprise")
    )

    history = History()
    objects = CoverageQuerySet.as_manager()  # type: ignore[assignment, misc]  # narrower than the base's

    class Meta(Period.Meta):
        verbose_name = _("coverage")
        verbose_name_plural = _("coverage")
        indexes = [
            models.Index(
                fields=["organization", "enterprise", "valid_from", "valid_to"],
                name="coverage_of_organization",
            ),
            models.Index(
                fields=["enterprise", "organization", "valid_from", "valid_to"], name="coverage_of_enterprise"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organization_id} {self.enterprise_id} {self.valid_from}"
