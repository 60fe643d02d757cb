"""Standing: what keeps a member apart from the organization for a time."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from orgs.periods import Period
from record.history import History


class StandingKind(models.TextChoices):
    """Why a member is apart (domain rules 11 and 12)."""

    AWAY = "away", _("away at another place")
    LOST_CONTACT = "lost_contact", _("contact lost")
    STOPPED = "stopped", _("membership stopped")
    NO_MEMBER = "no_member", _("no member between an end and its restoration")


class Standing(Period):
    """A period in which a member is apart, in one way at a time; `place` tells where somebody away is.

    A stopped membership counts in the figures, for only an end of the membership takes it out of them.
    Somebody who was restored was no member from the end until then.
    """

    overlap_key = ("member",)

    member = models.ForeignKey(Member, models.PROTECT, related_name="standings", verbose_name=_("member"))
    kind = models.CharField(_("standing"), max_length=12, choices=StandingKind)
    place = models.CharField(_("place"), max_length=200, blank=True)

    history = History()

    class Meta(Period.Meta):
        verbose_name = _("standing of a member")
        verbose_name_plural = _("standings of members")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=StandingKind.values), name="standing_is_known"),
            models.CheckConstraint(
                condition=Q(kind="away") | Q(place=""), name="standing_place_is_of_who_is_away"
            ),
            models.CheckConstraint(
                condition=~Q(kind="no_member") | Q(valid_to__isnull=False),
                name="standing_no_member_was_restored",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "valid_from", "valid_to", "kind"], name="standing_of_member")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.get_kind_display()} {self.valid_from}"
