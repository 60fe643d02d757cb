"""Deeds: what was done to a record on a day, and the document that says so.

What a deed changes stands in the record and its periods; a deed adds which document ordered it. It is not
counted by any figure.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models.enterprise import Enterprise, OfEnterpriseQuerySet
from orgs.models.organization import Organization
from record.history import History

DOCUMENT_LENGTH = 100
"""Characters of a document's number."""


class Deed(models.Model):
    """A deed of a record: what, on which day it took effect, and the number of its document, if there is one."""

    on = models.DateField(_("day"))
    document = models.CharField(_("document number"), max_length=DOCUMENT_LENGTH, blank=True)

    what: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.on} {self.what}"


class OrganizationAct(models.TextChoices):
    """What is done to an organization."""

    ESTABLISHED = "established", _("established")
    KIND_CHANGED = "kind_changed", _("changed its kind")
    SUPERIOR_CHANGED = "superior_changed", _("came under another superior")
    AREA_CHANGED = "area_changed", _("moved to another area")
    MERGED_INTO = "merged_into", _("merged into another organization")
    TOOK_IN = "took_in", _("took in another organization")
    SPLIT_OFF = "split_off", _("was split off from another organization")
    GAVE_OFF = "gave_off", _("gave off a new organization")
    MEMBERS_MOVED = "members_moved", _("handed its members to another organization")
    INCUBATED = "incubated", _("brought about an organization")
    DISSOLVED = "dissolved", _("dissolved")


class OrganizationDeed(Deed):
    """A deed of an organization; `other` is the other organization that it is about, `enterprise` the enterprise."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="deeds", verbose_name=_("organization")
    )
    what = models.CharField(_("what"), max_length=20, choices=OrganizationAct)
    other = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("other organization"),
    )  # fmt: skip
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("enterprise")
    )

    history = History()

    class Meta:
        verbose_name = _("deed of an organization")
        verbose_name_plural = _("deeds of organizations")
        indexes = [models.Index(fields=["organization", "on"], name="deed_of_organization")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(what__in=OrganizationAct.values), name="organizationdeed_is_known"
            )
        ]


class EnterpriseAct(models.TextChoices):
    """What happens to an enterprise."""

    MOVED = "moved", _("moved to another area")
    LEFT_THE_DISTRICT = "left_the_district", _("left the district")
    MERGED_INTO = "merged_into", _("merged into another enterprise")
    TOOK_IN = "took_in", _("took in another enterprise")
    CLOSED = "closed", _("closed")


class EnterpriseDeed(Deed):
    """A deed of an enterprise; `other` is the other enterprise that it is about."""

    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="deeds", verbose_name=_("enterprise")
    )
    what = models.CharField(_("what"), max_length=20, choices=EnterpriseAct)
    other = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("other enterprise"),
    )

    history = History()
    objects = OfEnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("deed of an enterprise")
        verbose_name_plural = _("deeds of enterprises")
        indexes = [models.Index(fields=["enterprise", "on"], name="deed_of_enterprise")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(what__in=EnterpriseAct.values), name="enterprisedeed_is_known"
            )
        ]
