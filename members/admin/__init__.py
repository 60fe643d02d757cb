"""The admin of members, and of the enterprises and organizations that show them; procedures registers them."""

from members.admin import enterprise, member, organization, transfer

__all__ = ["enterprise", "member", "organization", "transfer"]
