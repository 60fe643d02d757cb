"""Members and their organizational relations."""

from members.models.member import EndReason, Member, Sex, Stage
from members.models.membership import Membership

__all__ = ["EndReason", "Member", "Membership", "Sex", "Stage"]
