"""Party organizations, read and written: one that has members is not dissolved."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError

from members.actions.dissolution import (
    DissolvedBeforeItIsEstablished,
    HasMembers,
    HasOpenTransfers,
    SucceedsItself,
    correct_dissolution,
    dissolve,
)
from orgs.api import organizations
from orgs.api.schema import described
from orgs.models import Organization


class DissolvableViewSet(organizations.OrganizationViewSet):
    refusals = {
        **organizations.OrganizationViewSet.refusals,
        DissolvedBeforeItIsEstablished: "dissolved_on",
        HasMembers: "dissolved_on",
        HasOpenTransfers: "dissolved_on",
        SucceedsItself: "successor",
    }

    def end(self, record: Organization, ending: Mapping[str, Any]) -> None:
        """Dissolve the organization, or correct its end."""
        day, reason, successor = (ending[name] for name in organizations.ENDING)
        if record.dissolved_on is not None:
            correct_dissolution(
                organization=record, on=day, reason=reason, successor=successor, by=self.writer
            )
        elif day is not None:
            dissolve(organization=record, on=day, reason=reason, successor=successor, by=self.writer)
        elif reason or successor is not None:
            message = _("Reason and successor belong to a dissolved organization.")
            raise ValidationError({"dissolved_on": [message]})


@described(
    gettext_lazy("Party committees, general branches, branches and joint branches, also dissolved ones.")
)
class OrganizationViewSet(DissolvableViewSet):
    """The four counted kinds."""


@described(gettext_lazy("General Party branches of enterprise communities, also dissolved ones."))
class CommunityGeneralBranchViewSet(DissolvableViewSet, organizations.CommunityGeneralBranchViewSet):
    """Community general branches."""
