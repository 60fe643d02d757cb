"""Deeds of members: what was done on a day, under which document."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from orgs.models.deed import Deed
from record.history import History


class MemberAct(models.TextChoices):
    """The steps of a membership."""

    APPLIED = "applied", _("applied")
    TALKED = "talked", _("was talked with")
    ACTIVIST = "activist", _("became an activist")
    CANDIDATE = "candidate", _("became a candidate for development")
    ADMITTED = "admitted", _("admitted as probationary member by the branch meeting")
    APPROVED = "approved", _("the admission was approved")
    EXTENDED = "extended", _("the probation was extended")
    CONFIRMED = "confirmed", _("became a full member")
    LEFT = "left", _("the membership ended")
    RESTORED = "restored", _("the membership was restored")
    CONTACT_LOST = "contact_lost", _("contact was lost")
    STOPPED = "stopped", _("the membership was stopped")
    CONTACT_FOUND = "contact_found", _("contact was found again")
    WENT_AWAY = "went_away", _("went away to another place")
    CAME_BACK = "came_back", _("came back")


class MemberDeed(Deed):
    """A deed of a member; the days of the stages stand in the member, its document here."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="deeds", verbose_name=_("member"))
    what = models.CharField(_("what"), max_length=16, choices=MemberAct)

    history = History()

    class Meta:
        verbose_name = _("deed of a member")
        verbose_name_plural = _("deeds of members")
        indexes = [models.Index(fields=["member", "on"], name="deed_of_member")]
        constraints = [
            models.CheckConstraint(condition=models.Q(what__in=MemberAct.values), name="memberdeed_is_known")
        ]
