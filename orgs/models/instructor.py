"""Party-building instructors, sent to enterprises that cannot form an organization alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.models.enterprise import Enterprise, OfEnterprisePeriodQuerySet
from orgs.models.named import Named
from orgs.periods import Period
from record.history import History
from secrecy.fields import BlindIndexField, ChangeCountField, PhoneField, unrecorded
from secrecy.models import HoldsProtected

LONGEST_MONTH = 31
"""Days of the longest month: nobody gives an enterprise more."""


@dataclass(frozen=True)
class Workload:
    """What one instructor does on a day: `enterprises` looked after, and the `days_per_month` given to them.

    Assignments that do not say their days add none; `days_per_month` is None where none says them.
    """

    enterprises: int = 0
    days_per_month: int | None = None


def workload_of(assignments: Collection["Instructor"]) -> Workload:
    """What `assignments` of one person at one time come to."""
    days = [row.days_per_month for row in assignments if row.days_per_month is not None]
    return Workload(len({row.enterprise_id for row in assignments}), sum(days) if days else None)


class InstructorQuerySet(OfEnterprisePeriodQuerySet["Instructor"]):  # type: ignore[override]
    """Questions about instructors; those of the same name count as one person."""

    def workloads_on(self, day: date, names: Collection[str]) -> dict[str, Workload]:
        """What those with each of `names` do on `day`, in one statement."""
        rows = self.on(day).filter(name__in=names).order_by()
        told = rows.values_list("name").annotate(
            enterprises=Count("enterprise", distinct=True), days=Sum("days_per_month")
        )
        return dict.fromkeys(names, Workload()) | {name: Workload(count, days) for name, count, days in told}


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
    objects = InstructorQuerySet.as_manager()  # type: ignore[assignment, misc]  # narrower than the base's

    class Meta(Period.Meta):
        verbose_name = _("Party-building instructor")
        verbose_name_plural = _("Party-building instructors")
        indexes = [
            models.Index(fields=["enterprise", "valid_from", "valid_to"], name="instructor_of_enterprise"),
            models.Index(fields=["phone_index"], name="instructor_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {date_format(self.valid_from)}"

    def clean(self) -> None:
        """As any period; nor has a month more days than the longest."""
        super().clean()
        if self.days_per_month is not None and self.days_per_month > LONGEST_MONTH:
            raise ValidationError(
                {"days_per_month": _("A month has at most %(days)d days.") % {"days": LONGEST_MONTH}}
            )
