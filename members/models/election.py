"""Elections of organizations, and the posts that members hold."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from orgs.models import Organization
from orgs.periods import Period
from record.history import History


class ElectionQuerySet(models.QuerySet["Election"]):
    """Questions about elections."""

    def running_on(self, day: date) -> Self:
        """The latest election by `day` of each organization in force that day, also where its term has ended."""
        later = Election.objects.filter(
            organization=OuterRef("organization"), held_on__gt=OuterRef("held_on"), held_on__lte=day
        )
        return self.filter(
            ~Exists(later), held_on__lte=day, organization__in=Organization.objects.in_force_on(day)
        )


class Election(models.Model):
    """An election of an organization's committee or secretary (换届选举), and until when its term runs.

    `term_ends_on` is empty where no rule of the day set a term. An election a year early or late has the
    number of the approval.
    """

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="elections", verbose_name=_("organization")
    )
    held_on = models.DateField(_("held on"))
    term_ends_on = models.DateField(_("term ends on"), null=True, blank=True)
    document = models.CharField(_("document number"), max_length=100, blank=True)
    approval_number = models.CharField(_("approval of another day"), max_length=100, blank=True)

    history = History()
    objects = ElectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("election")
        verbose_name_plural = _("elections")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "held_on"], name="organization_elects_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(term_ends_on__isnull=True) | Q(term_ends_on__gt=F("held_on")),
                name="election_term_ends_after_it_is_held",
            ),
        ]

    def __str__(self) -> str:
        return gettext("election of %(day)s") % {"day": date_format(self.held_on)}


class PostRole(models.TextChoices):
    """The posts of an organization's committee."""

    SECRETARY = "secretary", _("secretary")
    DEPUTY = "deputy", _("deputy secretary")
    COMMISSIONER = "commissioner", _("commissioner")


class Post(Period):
    """A period in which a member holds a post of an organization; an organization has one secretary at a time.

    `election` is empty where somebody was appointed between elections. `duty` tells what a commissioner is
    responsible for (组织, 宣传, 纪检).
    """

    overlap_key = ("organization", "member")

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="posts", verbose_name=_("organization")
    )
    member = models.ForeignKey(Member, models.PROTECT, related_name="posts", verbose_name=_("member"))
    role = models.CharField(_("post"), max_length=12, choices=PostRole)
    duty = models.CharField(_("duty"), max_length=60, blank=True)
    election = models.ForeignKey(
        Election, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("election")
    )

    history = History()

    class Meta(Period.Meta):
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(condition=Q(role__in=PostRole.values), name="post_role_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "valid_from", "valid_to", "role"], name="post_of_organization"
            ),
            models.Index(fields=["member", "valid_from", "valid_to"], name="post_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.get_role_display()} {self.valid_from}"
