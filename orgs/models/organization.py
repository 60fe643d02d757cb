"""Party organizations; their kind and area are periods, so they keep their identity through changes."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from orgs.models.area import Area, AreaQuerySet, displayed_name
from orgs.models.named import Named
from orgs.models.scope import ScopedQuerySet
from orgs.periods import Period, holds_on
from record.history import History


class Kind(models.TextChoices):
    """The kinds of Party organizations."""

    COMMITTEE = "committee", _("Party committee")
    GENERAL_BRANCH = "general_branch", _("general Party branch")
    BRANCH = "branch", _("Party branch")
    JOINT_BRANCH = "joint_branch", _("joint Party branch")
    COMMUNITY_GENERAL_BRANCH = "community_general_branch", _("community general Party branch")


STANDALONE_KINDS = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH)
"""Kinds formed by one enterprise alone; an organization of one covers one enterprise at a time."""

COUNTED_KINDS = (*STANDALONE_KINDS, Kind.JOINT_BRANCH)
"""Kinds that figures call organizations; community general branches are counted apart."""


class Initiative(models.TextChoices):
    """Who asked for an organization."""

    ENTERPRISE = "enterprise", _("the enterprise")
    ORGANIZER = "organizer", _("the organizers")


class OrganizationQuerySet(ScopedQuerySet["Organization"]):
    """Questions about organizations."""

    whereabouts = "areas"

    def in_force_on(self, day: date) -> Self:
        """Established by `day` and not yet dissolved on it; the end day is exclusive."""
        return self.filter(holds_on(day, start="established_on", end="dissolved_on"))

    def community_general_branches(self) -> Self:
        """Community general branches alone."""
        return self.filter(_is_community_general_branch())

    def without_community_general_branches(self) -> Self:
        """Organizations of the four counted kinds."""
        return self.exclude(_is_community_general_branch())

    def with_kind_on(self, day: date) -> Self:
        """With `kind`: the one of `day`, or the first one where it starts later."""
        return self.annotate(kind=_kind_on(day))

    def with_area_on(self, day: date) -> Self:
        """With `area_code` and `area_name`, the displayed one, of `day`; None where it has no area."""
        places = OrganizationArea.objects.on(day).filter(organization=OuterRef("pk"))
        named = places.annotate(displayed=displayed_name("area"))
        return self.annotate(
            area_code=Subquery(places.values("area__code")[:1]),
            area_name=Subquery(named.values("displayed")[:1]),
        )

    def in_any_of(self, areas: AreaQuerySet, day: date) -> Self:
        """Of one of `areas` on `day`."""
        places = OrganizationArea.objects.on(day).filter(area__in=areas)
        return self.filter(pk__in=places.values("organization"))


class Organization(Named):
    """A Party organization: one identity through changes of kind, area and superior.

    An organization is never deleted; it is dissolved. A community general branch stays one, and no
    other organization becomes one.
    """

    code = models.CharField(_("organization code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=200)
    place = models.CharField(
        _("place outside the district"),
        max_length=200,
        blank=True,
        help_text=_("Where it sits, if outside the district; its area is then the founding enterprise's."),
    )
    superior = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subordinates",
        verbose_name=_("superior organization"),
    )  # fmt: skip
    established_on = models.DateField(_("established on"))
    approval_number = models.CharField(_("approval number"), max_length=100, blank=True)
    initiated_by = models.CharField(_("initiated by"), max_length=10, choices=Initiative, blank=True)
    incubated_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="incubated",
        verbose_name=_("incubated by"), help_text=_("The community general branch that brought it about."),
    )  # fmt: skip
    dissolved_on = models.DateField(
        _("dissolved on"), null=True, blank=True, help_text=_("The first day on which it no longer exists.")
    )
    dissolution_reason = models.CharField(_("reason of dissolution"), max_length=300, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors",
        verbose_name=_("successor"),
    )  # fmt: skip

    history = History()
    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Party organization")
        verbose_name_plural = _("Party organizations")
        constraints = [
            models.CheckConstraint(
                condition=Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=F("established_on")),
                name="organization_does_not_end_before_it_starts",
                violation_error_message=_("It must be dissolved after it is established."),
            ),
            models.CheckConstraint(
                condition=~Q(superior=F("id")), name="organization_is_not_its_own_superior",
                violation_error_message=_("An organization is not its own superior."),
            ),
            models.CheckConstraint(
                condition=~Q(incubated_by=F("id")), name="organization_does_not_incubate_itself",
                violation_error_message=_("An organization does not incubate itself."),
            ),
            models.CheckConstraint(
                condition=~Q(successor=F("id")), name="organization_does_not_succeed_itself",
                violation_error_message=_("An organization does not succeed itself."),
            ),
            models.CheckConstraint(
                condition=Q(dissolved_on__isnull=False) | Q(dissolution_reason="", successor=None),
                name="organization_in_force_has_no_end_reason_or_successor",
                violation_error_message=_("Reason and successor belong to a dissolved organization."),
            ),
            models.CheckConstraint(
                condition=Q(initiated_by__in=["", *Initiative.values]),
                name="organization_initiative_is_known",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["established_on", "dissolved_on"], name="organization_in_force"),
            models.Index(fields=["name"], name="organization_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"

    def clean(self) -> None:
        """Report what does not fit at its field: an end, a link to itself, one to an incubator of another kind.

        A link to an incubator that an import brought stays.
        """
        super().clean()
        if self.pk is not None and self.superior_id == self.pk:
            raise ValidationError({"superior": _("An organization is not its own superior.")})
        if self.pk is not None and self.incubated_by_id == self.pk:
            raise ValidationError({"incubated_by": _("An organization does not incubate itself.")})
        if self.dissolved_on is None:
            if self.dissolution_reason or self.successor_id is not None:
                message = _("Reason and successor belong to a dissolved organization.")
                raise ValidationError({"dissolved_on": message})
        elif self.established_on is not None and self.dissolved_on <= self.established_on:
            raise ValidationError({"dissolved_on": _("It must be dissolved after it is established.")})
        elif self.pk is not None and self.successor_id == self.pk:
            raise ValidationError({"successor": _("An organization does not succeed itself.")})
        branches = Organization.objects.community_general_branches()
        if self.incubated_by_id is None or branches.filter(pk=self.incubated_by_id).exists():
            return
        if not Organization.objects.filter(pk=self.pk, incubated_by=self.incubated_by_id).exists():
            message = _("Only a community general branch incubates organizations.")
            raise ValidationError({"incubated_by": message})


class CommunityGeneralBranchManager(models.Manager["CommunityGeneralBranch"]):
    """Sees community general branches alone."""

    def get_queryset(self) -> models.QuerySet[CommunityGeneralBranch]:
        """Those that have been of that kind, whenever."""
        return super().get_queryset().filter(_is_community_general_branch())


class CommunityGeneralBranch(Organization):
    """The organizations of kind `community_general_branch`, for their own admin entry."""

    objects = CommunityGeneralBranchManager.from_queryset(OrganizationQuerySet)()  # type: ignore[assignment, misc, arg-type]

    class Meta:
        proxy = True
        verbose_name = _("community general Party branch")
        verbose_name_plural = _("community general Party branches")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save as the organization that it is: history listens to that model, not to a proxy of it."""
        organization = Organization()
        organization.__dict__ = self.__dict__
        organization.save(*args, **kwargs)


class OrganizationKind(Period):
    """The kind of an organization for a period; the first one starts when it is established."""

    overlap_key = ("organization",)

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="kinds", verbose_name=_("organization")
    )
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)

    history = History()

    class Meta(Period.Meta):
        verbose_name = _("kind of an organization")
        verbose_name_plural = _("kinds of organizations")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="organizationkind_is_known"),
        ]
        indexes = [
            models.Index(fields=["organization", "valid_from", "valid_to", "kind"], name="kind_by_day"),
            models.Index(
                fields=["organization"], name="kind_community",
                condition=Q(kind=Kind.COMMUNITY_GENERAL_BRANCH),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organization_id} {self.get_kind_display()} {self.valid_from}"


class OrganizationArea(Period):
    """Where an organization counts, for a period; `area` empty: in no area of the register."""

    overlap_key = ("organization",)

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="areas", verbose_name=_("organization")
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="organization_periods",
        verbose_name=_("area"),
    )  # fmt: skip

    history = History()

    class Meta(Period.Meta):
        verbose_name = _("area of an organization")
        verbose_name_plural = _("areas of organizations")
        indexes = [
            models.Index(fields=["organization", "valid_from", "valid_to", "area"], name="org_area_by_day"),
            models.Index(fields=["area", "valid_from", "valid_to", "organization"], name="area_org_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.area_id} {self.valid_from}"


def _is_community_general_branch() -> Exists:
    return Exists(
        OrganizationKind.objects.filter(organization=OuterRef("pk"), kind=Kind.COMMUNITY_GENERAL_BRANCH)
    )


def _kind_on(day: date) -> Coalesce:
    kinds = OrganizationKind.objects.filter(organization=OuterRef("pk"))
    return Coalesce(
        Subquery(kinds.on(day).values("kind")[:1]),
        Subquery(kinds.order_by("valid_from").values("kind")[:1]),
    )
