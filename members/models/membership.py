"""Organizational relations (组织关系): which organization a member belongs to, and when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from orgs.models import Organization
from orgs.periods import Period
from record.history import History


class Membership(Period):
    """A period in which `member` belongs to `organization`; a member belongs to one at a time."""

    overlap_key = ("member",)

    member = models.ForeignKey(Member, models.PROTECT, related_name="memberships", verbose_name=_("member"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name=_("organization")
    )

    history = History()

    class Meta(Period.Meta):
        verbose_name = _("organizational relation")
        verbose_name_plural = _("organizational relations")
        indexes = [
            models.Index(
                fields=["member", "valid_from", "valid_to", "organization"], name="membership_of_member"
            ),
            models.Index(
                fields=["organization", "valid_from", "valid_to", "member"], name="membership_of_organization"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.organization_id} {self.valid_from}"
