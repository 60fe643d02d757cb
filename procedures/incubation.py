"""What community general branches do for enterprises without an organization."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from members.actions.incubation import (
    HasItsOwnOrganization,
    LooksAfterAlready,
    incubate,
    look_after,
    stop_looking_after,
)
from members.actions.relations import NotInForce
from members.actions.splitting import BelongsElsewhere
from members.models import Member, Membership
from orgs.actions.handing import CoverageIsSettled, DoesNotCover
from orgs.actions.organization import CoversAClosedEnterprise, CoversAnotherEnterprise
from orgs.api.organizations import COUNTED_CHOICES
from orgs.models import (
    DOCUMENT_LENGTH,
    STANDALONE_KINDS,
    Coverage,
    Initiative,
    Kind,
    Organization,
    OrganizationArea,
    Scope,
)
from procedures.founding import area_of, covered_today, refuse_outside, too_few_full_members
from procedures.inputs import DOCUMENT_IF_ANY, ChoiceInput, DayInput, LinkInput, TextInput
from procedures.procedure import Procedure


class OfBranch(Procedure):
    """What may be done by a community general branch that was not dissolved."""

    def is_offered(self, record: Organization, scope: Scope, day: date) -> bool:
        """One that was not dissolved."""
        return record.dissolved_on is None


class LookAfter(OfBranch):
    """A community general branch looks after an enterprise without an organization."""

    name = "look-after"
    label = _("Look after an enterprise…")
    done = _("The branch looks after the enterprise.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day on which it looks after the enterprise.")),
        "document": DOCUMENT_IF_ANY,
        "enterprise": LinkInput(Coverage, "enterprise", _("Enterprise")),
    }
    at = {
        NotInForce: "on", LooksAfterAlready: "enterprise", HasItsOwnOrganization: "enterprise",
        CoverageIsSettled: "on",
    }  # fmt: skip
    needs = ("orgs.add_coverage",)

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> Coverage:
        """Let it look after the enterprise."""
        return look_after(branch=record, by=by, **values)


class StopLookingAfter(OfBranch):
    """A community general branch looks after an enterprise no longer."""

    name = "stop-looking-after"
    label = _("No longer look after an enterprise…")
    done = _("The branch no longer looks after the enterprise.")
    inputs = {
        "on": DayInput(
            _("Day"), help_text=_("The first day on which it no longer looks after the enterprise.")
        ),
        "enterprise": LinkInput(Coverage, "enterprise", _("Enterprise"), among=covered_today),
    }
    at = {NotInForce: "on", CoverageIsSettled: "on", DoesNotCover: "enterprise"}
    needs = ("orgs.change_coverage",)

    def is_offered(self, record: Organization, scope: Scope, day: date) -> bool:
        """One that looks after an enterprise."""
        return super().is_offered(record, scope, day) and covered_today(record, day).exists()

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> None:
        """Let it stop."""
        stop_looking_after(branch=record, by=by, **values)


class Incubate(OfBranch):
    """A community general branch brings enterprises to an organization of their own."""

    name = "incubate"
    label = _("Incubate an organization…")
    done = _("The new organization was established.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day of the new organization.")),
        "document": TextInput(_("Approval number"), max_length=DOCUMENT_LENGTH),
        "code": TextInput(_("Organization code"), max_length=30),
        "name": TextInput(_("Name"), max_length=200),
        "kind": ChoiceInput(_("Kind"), COUNTED_CHOICES),
        "area": LinkInput(OrganizationArea, "area", _("Area"), required=False),
        "enterprises": LinkInput(Coverage, "enterprise", _("Enterprises"), many=True),
        "initiated_by": ChoiceInput(_("Initiated by"), Initiative.choices, required=False),
        "members": LinkInput(
            Membership, "member", _("Members who go along"), required=False, many=True,
            help_text=_("Members of the branch who belong to the new organization from that day on."),
        ),
    }  # fmt: skip
    at = {
        NotInForce: "on", HasItsOwnOrganization: "enterprises", CoverageIsSettled: "on", BelongsElsewhere: "members",
        CoversAClosedEnterprise: "enterprises", CoversAnotherEnterprise: "kind",
    }  # fmt: skip
    needs = ("orgs.add_organization", "members.change_member")

    def initial(self, record: Organization, day: date) -> dict[str, Any]:
        """The new one lies where the branch lies."""
        return {"on": day, "area": area_of(record, day)}

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> Organization:
        """Establish it."""
        given = dict(values)
        new = Organization(code=given.pop("code"), name=given.pop("name"))
        kind, initiative = Kind(given.pop("kind")), given.pop("initiated_by")
        incubate(
            branch=record, organization=new, kind=kind, initiated_by=Initiative(initiative) if initiative else None,
            by=by, **given,
        )  # fmt: skip
        refuse_outside(new, by)
        return new

    def warnings(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """Where fewer full members are employed than form an organization of their own."""
        if values["kind"] not in STANDALONE_KINDS:
            return []
        employed = Member.objects.full_on(values["on"]).filter(employer__in=values["enterprises"])
        return too_few_full_members(employed.count(), values["on"])


INCUBATION_PROCEDURES: tuple[type[Procedure], ...] = (LookAfter, StopLookingAfter, Incubate)
