"""What is done to members."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from members.actions.leaving import AlreadyEnded, end_membership
from members.models import EndReason, Member
from orgs.actions.endings import OutlastsItsOwner
from orgs.models import Scope
from procedures.inputs import ChoiceInput, DayInput
from procedures.procedure import Procedure


class EndMembership(Procedure):
    """A membership ends, with the relation."""

    name = "end"
    label = _("End membership…")
    done = _("The membership was ended.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day without membership.")),
        "reason": ChoiceInput(_("Reason"), EndReason.choices),
    }
    at = {AlreadyEnded: "on", OutlastsItsOwner: "on"}

    def is_offered(self, record: Member, scope: Scope, day: date) -> bool:
        """Whoever is a member, or on the way to it."""
        return record.ended_on is None

    def perform(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> Member:
        """End it."""
        return end_membership(member=record, on=values["on"], reason=EndReason(values["reason"]), by=by)


MEMBER_PROCEDURES: tuple[type[Procedure], ...] = (EndMembership,)
