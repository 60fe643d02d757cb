"""What is done to organizations among each other: they are dissolved."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from members.actions.dissolution import (
    AlreadyDissolved,
    DissolvedBeforeItIsEstablished,
    HasMembers,
    SucceedsItself,
    dissolve,
)
from orgs.actions.endings import OutlastsItsOwner
from orgs.models import Organization, Scope
from procedures.inputs import DayInput, LinkInput, TextInput
from procedures.procedure import Procedure


class Dissolve(Procedure):
    """An organization is dissolved, with its coverage."""

    name = "dissolve"
    label = _("Dissolve…")
    done = _("The organization was dissolved.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day on which it no longer exists.")),
        "reason": TextInput(_("Reason"), max_length=300),
        "successor": LinkInput(Organization, "successor", _("Successor"), required=False),
    }
    at = {
        AlreadyDissolved: "on", DissolvedBeforeItIsEstablished: "on", HasMembers: "on", OutlastsItsOwner: "on",
        SucceedsItself: "successor",
    }  # fmt: skip

    def is_offered(self, record: Organization, scope: Scope, day: date) -> bool:
        """One that was not dissolved."""
        return record.dissolved_on is None

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> Organization:
        """Dissolve it."""
        return dissolve(
            organization=record,
            on=values["on"],
            by=by,
            reason=values["reason"],
            successor=values["successor"],
        )


ORGANIZATION_PROCEDURES: tuple[type[Procedure], ...] = (Dissolve,)
COMMUNITY_PROCEDURES: tuple[type[Procedure], ...] = (Dissolve,)
