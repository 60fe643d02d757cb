"""What was done to a member, kept with the number of its document."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser

from members.models import Member, MemberAct, MemberDeed
from orgs.actions.recording import save_by


def keep_deed(
    member: Member, what: MemberAct, *, on: date, document: str, by: AbstractBaseUser | None
) -> None:
    """Keep that `what` was done to `member` on `on`, under `document` (empty: under none)."""
    save_by(MemberDeed(member=member, what=what, on=on, document=document), by)
