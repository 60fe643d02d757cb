"""Issued reports: what was said of a day, when and by whom, as it will always have been said."""

from collections.abc import Mapping
from datetime import UTC, date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from orgs.models import Area, ScopedQuerySet
from reports.freezing import KeyLists, digest_of, unpacked
from stats.contents import Contents
from stats.figures import Scale

DIGEST_LENGTH = 64


class ReportQuerySet(ScopedQuerySet["Report"]):
    """Questions about reports."""

    def in_area(self, area: Area, day: date) -> Self:
        """Those on `area`, or an area in it, whatever the day; those on the whole register lie in no area."""
        return self.filter(area__in=Area.objects.subtree_of(area))

    def comparable_with(self, report: "Report") -> Self:
        """The others on the same area and against the same enterprises."""
        return self.filter(area=report.area_id, scale=report.scale).exclude(pk=report.pk)

    def without_bodies(self) -> Self:
        """With what a list shows of them."""
        return self.defer("contents", "figures", "definitions", "bulletins")


class Report(models.Model):
    """The figures of a day with their definitions, and which records they counted, frozen when it was issued.

    Written once: the database refuses to change or delete it (record.guards).
    """

    written_at = "issued_at"
    kept_forever = True

    number = models.CharField(_("report number"), max_length=12, unique=True)
    form_key = models.UUIDField(editable=False)
    as_of = models.DateField(_("day"))
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("area")
    )
    scale = models.CharField(_("Enterprises to cover"), max_length=10, choices=Scale)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reports", verbose_name=_("issued by")
    )
    issuer = models.CharField(_("issued by"), max_length=150)
    figures = models.JSONField(_("figures"))
    definitions = models.JSONField(_("definitions"))
    bulletins = models.JSONField(_("bulletin"))
    contents = models.BinaryField(_("contents"))
    digest = models.CharField(_("digest"), max_length=DIGEST_LENGTH)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        default_permissions = ("add", "view")
        indexes = [models.Index(fields=["area", "scale", "as_of"], name="report_by_area")]
        constraints = [
            models.UniqueConstraint(fields=["issued_by", "form_key"], name="a_form_issues_one_report"),
            models.CheckConstraint(condition=Q(scale__in=Scale.values), name="report_scale_is_known"),
            models.CheckConstraint(
                condition=Q(digest__length=DIGEST_LENGTH), name="report_digest_is_a_sha256"
            ),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(issuer=""), name="report_says_which_and_by_whom"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def area_name(self) -> str:
        """The area as it was called at issue, in the reader's language; empty for the whole register."""
        area = self.figures["area"]
        if area is None:
            return ""
        reads_english = (get_language() or "").startswith("en")
        return str((reads_english and area["name_en"]) or area["name"])

    @property
    def key_lists(self) -> KeyLists:
        """The keys of the records that were counted, each list with its salt, as the digest is of them."""
        return unpacked(bytes(self.contents))

    @property
    def counted(self) -> Contents:
        """The keys of the records that were counted, by the code of the figure that counted them."""
        return {code: one["keys"] for code, one in self.key_lists.items()}

    @property
    def document(self) -> Mapping[str, Any]:
        """What the digest is of; which records were counted by digests, so that it is checked without seeing them."""
        return {
            "number": self.number,
            "as_of": self.as_of.isoformat(),
            "area_id": self.area_id,
            "scale": self.scale,
            "issued_at": self.issued_at.astimezone(UTC).isoformat(),
            "issued_by": self.issuer,
            "issued_by_id": self.issued_by_id,
            "figures": self.figures,
            "definitions": self.definitions,
            "bulletins": self.bulletins,
            "contents": {code: digest_of(one) for code, one in self.key_lists.items()},
        }

    @property
    def is_intact(self) -> bool:
        """Whether it says what it said when it was issued."""
        try:
            return digest_of(self.document) == self.digest
        except ValueError:  # nobody can tell from its contents what was counted
            return False
