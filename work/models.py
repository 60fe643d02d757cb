"""Exemptions: what the rules ask for, and need not be done for a time."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Member
from orgs.models import Enterprise, Organization
from orgs.periods import Period, overlap_message
from record.history import History

RECORDS = ("enterprise", "organization", "member")
"""The links of an exemption, of which it has one."""


def _has_one_record() -> Q:
    condition = Q()
    for name in RECORDS:
        condition |= Q(**{f"{other}__isnull": other != name for other in RECORDS})
    return condition


class Exemption(Period):
    """A period in which an item of the work list is not applicable to a record, and why.

    It ends by itself: then the item is back. `kind` is the code of the item's kind (work.items).
    """

    overlap_key = ("kind", *RECORDS)

    kind = models.CharField(_("item"), max_length=30)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="exemptions",
        verbose_name=_("enterprise"),
    )  # fmt: skip
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="exemptions",
        verbose_name=_("organization"),
    )  # fmt: skip
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="exemptions", verbose_name=_("member")
    )
    reason = models.CharField(_("reason"), max_length=300)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("entered by"),
    )  # fmt: skip

    history = History()

    class Meta(Period.Meta):
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(condition=Q(valid_to__isnull=False), name="exemption_has_an_end"),
            models.CheckConstraint(condition=~Q(reason=""), name="exemption_has_a_reason"),
            models.CheckConstraint(condition=_has_one_record(), name="exemption_is_of_one_record"),
        ]
        indexes = [
            models.Index(fields=["kind", "valid_from", "valid_to"], name="exemption_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.valid_from}"

    def clean(self) -> None:
        """As any period, of the same item and record; it has an end."""
        super().clean()
        if self.valid_to is None:
            raise ValidationError({"valid_to": _("An exemption has an end.")})
        record = {f"{name}_id": getattr(self, f"{name}_id") for name in RECORDS}
        rivals = Exemption.objects.filter(kind=self.kind, **record).exclude(pk=self.pk)
        if rivals.overlapping(self.valid_from, self.valid_to).exists():
            raise ValidationError({"valid_from": overlap_message()})
