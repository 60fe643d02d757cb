"""Enterprises, their area and their above-scale status, both as periods."""

from __future__ import annotations

from datetime import date
from typing import Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from orgs.credit_codes import validate_credit_code
from orgs.models.area import Area, AreaQuerySet, displayed_name
from orgs.models.named import Named
from orgs.models.scope import ScopedQuerySet
from orgs.periods import Period, PeriodQuerySet, holds_on
from record.history import History
from secrecy.fields import BlindIndexField, ChangeCountField, PhoneField, unrecorded
from secrecy.models import HoldsProtected

_M = TypeVar("_M", bound=models.Model)
_P = TypeVar("_P", bound=Period)


class Ownership(models.TextChoices):
    """Who owns an enterprise (经济类型)."""

    PRIVATE = "private", _("private")
    HMT = "hmt", _("Hong Kong, Macao or Taiwan")
    FOREIGN = "foreign", _("foreign")
    COLLECTIVE = "collective", _("collective")
    STATE = "state", _("state")
    INDIVIDUAL = "individual", _("individual business")


NON_PUBLIC = (Ownership.PRIVATE, Ownership.HMT, Ownership.FOREIGN)
"""The ownerships that count as non-public; individual businesses are kept and not counted."""

_OWNERSHIP_BY_WORD = (
    ("集体", Ownership.COLLECTIVE),
    ("国有", Ownership.STATE),
    ("全民", Ownership.STATE),
    ("港澳台", Ownership.HMT),
    ("外商", Ownership.FOREIGN),
    ("外资", Ownership.FOREIGN),
)


def default_ownership(legal_form: str, uscc: str) -> Ownership:
    """The ownership that the legal form and the credit code tell; private where they tell nothing."""
    if "个体" in legal_form or uscc.startswith("92"):
        return Ownership.INDIVIDUAL
    return next((found for word, found in _OWNERSHIP_BY_WORD if word in legal_form), Ownership.PRIVATE)


class EnterpriseQuerySet(ScopedQuerySet["Enterprise"]):
    """Questions about enterprises."""

    whereabouts = "areas"

    def non_public(self) -> Self:
        """Private, Hong Kong/Macao/Taiwan and foreign enterprises."""
        return self.filter(ownership__in=NON_PUBLIC)

    def operating_on(self, day: date) -> Self:
        """Registered by `day` and not closed on it."""
        return self.filter(holds_on(day, start="registered_on", end="closed_on"))

    def above_scale_on(self, day: date) -> Self:
        """Above scale on `day`."""
        return self.filter(pk__in=AboveScale.objects.on(day).values("enterprise"))

    def with_area_on(self, day: date) -> Self:
        """With `area_code` and `area_name`, the displayed one, of `day`; None where it has no area."""
        places = EnterpriseArea.objects.on(day).filter(enterprise=OuterRef("pk"))
        named = places.annotate(displayed=displayed_name("area"))
        return self.annotate(
            area_code=Subquery(places.values("area__code")[:1]),
            area_name=Subquery(named.values("displayed")[:1]),
        )

    def in_any_of(self, areas: AreaQuerySet, day: date) -> Self:
        """Of one of `areas` on `day`."""
        places = EnterpriseArea.objects.on(day).filter(area__in=areas)
        return self.filter(pk__in=places.values("enterprise"))


class Enterprise(HoldsProtected, Named):
    """An enterprise known by its unified social credit code."""

    uscc = models.CharField(
        _("unified social credit code"), max_length=18, unique=True, validators=[validate_credit_code]
    )
    name = models.CharField(_("name"), max_length=200)
    ownership = models.CharField(_("ownership"), max_length=10, choices=Ownership)
    legal_form = models.CharField(_("legal form"), max_length=100, blank=True)
    address = models.CharField(_("registered address"), max_length=300, blank=True)
    registered_on = models.DateField(_("registered on"))
    closed_on = models.DateField(
        _("closed on"), null=True, blank=True, help_text=_("The first day on which it no longer operates.")
    )
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=100, blank=True)
    contact_phone_index = BlindIndexField()
    contact_phone_changes = ChangeCountField(_("contact phone"))
    contact_phone = PhoneField(_("contact phone"), max_length=30, blank=True)

    history = History(excluded_fields=["contact_name", *unrecorded("contact_phone")])
    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("registered_on")),
                name="enterprise_closes_after_it_is_registered",
                violation_error_message=_("It must close after it is registered."),
            ),
            models.CheckConstraint(
                condition=Q(ownership__in=Ownership.values), name="enterprise_ownership_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["ownership", "registered_on", "closed_on"], name="enterprise_operating"),
            models.Index(fields=["name"], name="enterprise_name"),
            models.Index(fields=["contact_phone_index"], name="enterprise_contact_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.uscc}"

    def clean(self) -> None:
        """Report a closing that does not come after the registration at its field."""
        super().clean()
        closed_on, registered_on = self.closed_on, self.registered_on
        if closed_on is not None and registered_on is not None and closed_on <= registered_on:
            raise ValidationError({"closed_on": _("It must close after it is registered.")})


class OfEnterpriseQuerySet(ScopedQuerySet[_M]):
    """Rows that belong to an enterprise each, and lie where it lies."""

    whereabouts = "enterprise__areas"

    def in_any_of(self, areas: AreaQuerySet, day: date) -> Self:
        """Those of enterprises of `areas` on `day`."""
        return self.filter(enterprise__in=Enterprise.objects.in_any_of(areas, day))


class OfEnterprisePeriodQuerySet(OfEnterpriseQuerySet[_P], PeriodQuerySet[_P]):  # type: ignore[override]
    """Periods of enterprises."""


class EnterpriseArea(Period):
    """Where an enterprise belongs, for a period; `area` empty: in no area of the register."""

    overlap_key = ("enterprise",)

    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="areas", verbose_name=_("enterprise")
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="enterprise_periods", verbose_name=_("area")
    )

    history = History()

    class Meta(Period.Meta):
        verbose_name = _("area of an enterprise")
        verbose_name_plural = _("areas of enterprises")
        indexes = [
            models.Index(
                fields=["enterprise", "valid_from", "valid_to", "area"], name="enterprise_area_by_day"
            ),
            models.Index(
                fields=["area", "valid_from", "valid_to", "enterprise"], name="area_enterprise_by_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.area_id} {self.valid_from}"


class AboveScale(Period):
    """A period in which an enterprise is above scale (规模以上), by the yearly list."""

    overlap_key = ("enterprise",)

    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="above_scale_periods", verbose_name=_("enterprise")
    )

    history = History()

    class Meta(Period.Meta):
        verbose_name = _("above-scale period")
        verbose_name_plural = _("above-scale periods")
        indexes = [
            models.Index(fields=["valid_from", "valid_to", "enterprise"], name="above_scale_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.valid_from}"
