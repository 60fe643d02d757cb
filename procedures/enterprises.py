"""What happens to enterprises."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from orgs.actions.endings import OutlastsItsOwner
from orgs.actions.enterprise import AlreadyClosed, ClosesBeforeItIsRegistered, close_enterprise
from orgs.models import Enterprise, Scope
from procedures.inputs import DayInput
from procedures.procedure import Procedure


class Close(Procedure):
    """An enterprise closes; its coverage, instructors and above-scale status end."""

    name = "close"
    label = _("Close…")
    done = _("The enterprise was closed.")
    inputs = {"on": DayInput(_("Day"), help_text=_("The first day on which it no longer operates."))}
    at = {AlreadyClosed: "on", ClosesBeforeItIsRegistered: "on", OutlastsItsOwner: "on"}

    def is_offered(self, record: Enterprise, scope: Scope, day: date) -> bool:
        """One that was not closed."""
        return record.closed_on is None

    def perform(self, record: Enterprise, values: Mapping[str, Any], by: AbstractBaseUser) -> Enterprise:
        """Close it."""
        return close_enterprise(enterprise=record, on=values["on"], by=by)


ENTERPRISE_PROCEDURES: tuple[type[Procedure], ...] = (Close,)
