"""Party-building instructors, sent to enterprises that cannot form an organization alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.models.enterprise import Enterprise, OfEnterprisePeriodQuerySet
from orgs.models.named import Named
from orgs.periods import Period
from record.history import History
from secrecy.fields import BlindIndexField, ChangeCountField, PhoneField, unrecorded
from secrecy.models import HoldsProtected


class Instructor(HoldsProtected, Named, Period):
    """A period in which an instructor is assigned to an enterprise."""

    is_person = True

    overlap_key = ("name", "enterprise")

    name = models.CharField(pgettext_lazy("person", "name"), max_length=100)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="instructors", verbose_name=_("enterprise")
    )
    phone_index = BlindIndexField()
    phone_changes = ChangeCountField(_("phone"))
    phone = PhoneField(_("phone"), max_length=30, blank=True)
    employer = models.CharField(_("employer"), max_length=200, blank=True)
    days_per_month = models.PositiveSmallIntegerField(
        _("days a month"),
        null=True,
        blank=True,
        help_text=_("The days that the instructor gives the enterprise."),
    )

    history = History(excluded_fields=unrecorded("phone"))
    objects = OfEnterprisePeriodQuerySet.as_manager()  # type: ignore[assignment, misc]  # narrower than the base's

    class Meta(Period.Meta):
        verbose_name = _("Party-building instructor")
        verbose_name_plural = _("Party-building instructors")
        indexes = [
            models.Index(fields=["enterprise", "valid_from", "valid_to"], name="instructor_of_enterprise"),
            models.Index(fields=["phone_index"], name="instructor_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}"
