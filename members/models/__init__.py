"""Members: who they are, where they belong, what they do there."""

from members.models.deed import MemberAct, MemberDeed
from members.models.election import Election, Post, PostRole
from members.models.member import STAGE_DAYS, STEP_DAYS, EndReason, Member, Sex, Stage
from members.models.membership import Membership
from members.models.standing import Standing, StandingKind
from members.models.transfer import Transfer, TransferState

__all__ = [
    "STAGE_DAYS",
    "STEP_DAYS",
    "Election",
    "EndReason",
    "Member",
    "MemberAct",
    "MemberDeed",
    "Membership",
    "Post",
    "PostRole",
    "Sex",
    "Stage",
    "Standing",
    "StandingKind",
    "Transfer",
    "TransferState",
]
