"""Designations: titles awarded to enterprises."""

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from orgs.models.enterprise import Enterprise, OfEnterprisePeriodQuerySet
from orgs.periods import Period
from record.history import History


class Title(models.TextChoices):
    """The titles that are counted."""

    VIGOROUS_HARMONIOUS = "vigorous_harmonious", _("vigorous and harmonious enterprise")


class DesignationLevel(models.TextChoices):
    """Who awards a title."""

    CITY = "city", _("city level")
    DISTRICT = "district", _("district level")


class Designation(Period):
    """A title that an enterprise holds from its award (`valid_from`) until it is revoked (`valid_to`)."""

    overlap_key = ("enterprise", "title", "level")

    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="designations", verbose_name=_("enterprise")
    )
    title = models.CharField(_("title"), max_length=30, choices=Title, default=Title.VIGOROUS_HARMONIOUS)
    level = models.CharField(_("level"), max_length=10, choices=DesignationLevel)
    valid_from = models.DateField(_("awarded on"))
    valid_to = models.DateField(
        _("revoked on"),
        null=True,
        blank=True,
        help_text=_("The first day without the title; empty while held."),
    )

    history = History()
    objects = OfEnterprisePeriodQuerySet.as_manager()  # type: ignore[assignment, misc]  # narrower than the base's

    class Meta(Period.Meta):
        verbose_name = _("designation")
        verbose_name_plural = _("designations")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(title__in=Title.values, level__in=DesignationLevel.values),
                name="designation_title_and_level_are_known",
            ),
        ]
        indexes = [models.Index(fields=["valid_from", "valid_to"], name="designation_by_day")]

    def __str__(self) -> str:
        return f"{self.get_title_display()} {self.get_level_display()} {date_format(self.valid_from)}"
