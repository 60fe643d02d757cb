"""Practices worth telling: what an enterprise's organization does well."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.models.enterprise import Enterprise, OfEnterpriseQuerySet
from record.history import History


class PracticeQuerySet(OfEnterpriseQuerySet["Practice"]):
    """Questions about practices."""

    def public_on(self, day: date) -> Self:
        """Those that the public site shows on `day`."""
        return self.filter(released_on__lte=day)


class Practice(models.Model):
    """A practice of an enterprise, or of the district where no enterprise is named."""

    title = models.CharField(pgettext_lazy("practice", "title"), max_length=200)
    text = models.TextField(_("text"))
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="practices",
        verbose_name=_("enterprise"),
    )  # fmt: skip
    day = models.DateField(_("day"))
    released_on = models.DateField(
        _("released on"), null=True, blank=True, help_text=_("From this day on the public site shows it.")
    )

    history = History()
    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")

    def __str__(self) -> str:
        return self.title


class PracticePicture(models.Model):
    """The picture of a practice, as a JPEG of ours: drawn anew, without what a camera wrote into it."""

    practice = models.OneToOneField(
        Practice, models.CASCADE, related_name="picture", verbose_name=_("practice")
    )
    jpeg = models.BinaryField(_("picture"))
    description = models.CharField(
        _("description"), max_length=200, help_text=_("What it shows, for who cannot see it.")
    )

    history = History(excluded_fields=["jpeg"])
    objects = models.Manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("picture of a practice")
        verbose_name_plural = _("pictures of practices")

    def __str__(self) -> str:
        return self.description
