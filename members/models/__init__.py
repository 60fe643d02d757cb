"""Members and their organizational relations."""

from members.models.member import STAGE_DAYS, EndReason, Member, Sex, Stage
from members.models.membership import Membership

__all__ = ["STAGE_DAYS", "EndReason", "Member", "Membership", "Sex", "Stage"]
