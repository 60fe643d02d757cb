"""What happens to enterprises: they close, move and merge."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.actions.dissolution import ChangedLater, TakesNobody
from members.actions.enterprise import (
    EndsBeforeADeed,
    MembersGoNowhere,
    MembersGoToWhatEnds,
    WouldCoverNothing,
    close,
    names_of,
    what_a_closing_leaves,
)
from members.actions.relations import NotInForce, RelationIsSettled
from members.actions.takeover import (
    MergesIntoItself,
    TwoOrganizationsOfOneEnterprise,
    merge_enterprises,
    what_a_merger_leaves,
)
from members.models import Member, Membership
from orgs.actions.endings import OutlastsItsOwner
from orgs.actions.enterprise import AlreadyClosed, ClosesBeforeItIsRegistered
from orgs.actions.following import AreaIsSettled, coverage_and_kinds, covering_alone
from orgs.actions.handing import CoverageIsSettled
from orgs.actions.moving import (
    DoesNotOperate,
    LiesThereAlready,
    MovesWhenItIsRegistered,
    move_enterprise,
    what_a_move_leaves,
)
from orgs.actions.refusals import Refusal
from orgs.models import COUNTED_KINDS, Coverage, Enterprise, EnterpriseArea, Organization, Scope
from procedures.inputs import DOCUMENT_IF_ANY, DayInput, LinkInput, YesNoInput
from procedures.instructors import INSTRUCTOR_PROCEDURES
from procedures.procedure import Procedure


class OrganizationsOfOthers(Refusal):
    """Organizations that lie outside the user's area would change with the enterprise."""

    def __init__(self, organizations: Sequence[Organization]) -> None:
        super().__init__(
            gettext(
                "This would change organizations outside your area: %(names)s. Let an administrator do it, or those "
                "who look after them decide first."
            )
            % {"names": names_of(organizations)}
        )


def _refuse_others(organizations: Iterable[Organization], by: Any) -> None:
    """Raise OrganizationsOfOthers where `by` does not see all of `organizations`."""
    found = list(organizations)
    rows = Organization.objects.filter(pk__in=[row.pk for row in found])
    seen = set(rows.within(by.scope, timezone.localdate()).values_list("pk", flat=True))
    others = [row for row in found if row.pk not in seen]
    if others:
        raise OrganizationsOfOthers(others)


class Close(Procedure):
    """An enterprise closes, with its coverage, instructors and above-scale status."""

    name = "close"
    label = _("Close…")
    done = _("The enterprise was closed.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day on which it no longer operates.")),
        "document": DOCUMENT_IF_ANY,
        "dissolve_organizations": YesNoInput(
            _("Dissolve organizations without another enterprise"),
            help_text=_("Those that would cover no enterprise any more; the document number is needed then."),
        ),
        "members_to": LinkInput(
            Membership, "organization", _("Members go to"), required=False,
            help_text=_("The organization to which the members of dissolved ones belong from that day on."),
        ),
    }  # fmt: skip
    at = {
        AlreadyClosed: "on", ClosesBeforeItIsRegistered: "on", OutlastsItsOwner: "on", AreaIsSettled: "on",
        RelationIsSettled: "on", WouldCoverNothing: "dissolve_organizations", MembersGoNowhere: "members_to",
        MembersGoToWhatEnds: "members_to", NotInForce: "members_to", TakesNobody: "members_to",
        OrganizationsOfOthers: "dissolve_organizations", EndsBeforeADeed: "on", ChangedLater: "on",
    }  # fmt: skip
    needs = ("orgs.change_organization", "members.change_membership")

    def is_offered(self, record: Enterprise, scope: Scope, day: date) -> bool:
        """One that was not closed."""
        return record.closed_on is None

    def perform(self, record: Enterprise, values: Mapping[str, Any], by: AbstractBaseUser) -> Enterprise:
        """Close it."""
        if values["dissolve_organizations"] and not values["document"]:
            raise ValidationError({"document": gettext("An organization is dissolved by a document.")})
        if values["dissolve_organizations"]:
            _refuse_others(covering_alone(record, values["on"]), by)
        return close(enterprise=record, by=by, **values)

    def warnings(self, record: Enterprise, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """Who is employed there still, and what is left with few enterprises."""
        return what_a_closing_leaves(record, values["on"])


class Move(Procedure):
    """An enterprise moves to another area, or out of the district; its own organizations go along."""

    name = "move"
    label = _("Move…")
    done = _("The enterprise was moved.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day in the new area.")),
        "document": DOCUMENT_IF_ANY,
        "area": LinkInput(
            EnterpriseArea, "area", _("New area"), required=False, anywhere=True,
            help_text=_("The division code, also of an area that is not yours."),
        ),
        "leaves_district": YesNoInput(
            _("Leaves the district"), help_text=_("It then lies in none of the register's areas.")
        ),
    }  # fmt: skip
    at = {
        DoesNotOperate: "on", MovesWhenItIsRegistered: "on", AreaIsSettled: "on", CoverageIsSettled: "on",
        LiesThereAlready: "area",
    }  # fmt: skip
    may_leave = True
    needs = ("orgs.change_organization",)

    def is_offered(self, record: Enterprise, scope: Scope, day: date) -> bool:
        """One that operates."""
        return record.closed_on is None or record.closed_on > day

    def perform(self, record: Enterprise, values: Mapping[str, Any], by: AbstractBaseUser) -> Enterprise:
        """Move it."""
        if values["leaves_district"] == (values["area"] is not None):
            message = gettext("Either name the new area, or say that it leaves the district.")
            raise ValidationError({"area": message})
        _refuse_others(covering_alone(record, values["on"]), by)
        return move_enterprise(
            enterprise=record, area=values["area"], on=values["on"], document=values["document"], by=by
        )

    def warnings(self, record: Enterprise, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """What did not go along."""
        return what_a_move_leaves(record, values["on"])


class MergeEnterprise(Procedure):
    """An enterprise merges into another one, which takes over its organizations and employees."""

    name = "merge"
    label = _("Merge…")
    done = _("The enterprise was merged.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day on which it no longer operates.")),
        "document": DOCUMENT_IF_ANY,
        "into": LinkInput(Coverage, "enterprise", _("Into enterprise")),
    }
    at = {
        AlreadyClosed: "on", ClosesBeforeItIsRegistered: "on", OutlastsItsOwner: "on", AreaIsSettled: "on",
        CoverageIsSettled: "on", DoesNotOperate: "into", MergesIntoItself: "into",
        TwoOrganizationsOfOneEnterprise: "into", EndsBeforeADeed: "on",
    }  # fmt: skip
    needs = ("orgs.change_organization", "members.change_member")

    def is_offered(self, record: Enterprise, scope: Scope, day: date) -> bool:
        """One that was not closed."""
        return record.closed_on is None

    def perform(self, record: Enterprise, values: Mapping[str, Any], by: AbstractBaseUser) -> Enterprise:
        """Merge it; employees who lie outside the area of `by` keep it as their employer."""
        rows = coverage_and_kinds(record, values["on"])
        _refuse_others((row.organization for row, kind in rows if kind in COUNTED_KINDS), by)
        seen = Member.objects.within(by.scope, timezone.localdate())  # type: ignore[attr-defined]
        return merge_enterprises(enterprise=record, by=by, among=seen, **values)

    def warnings(self, record: Enterprise, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """Whom it still employs, and what covers the other one beside its own organization."""
        return what_a_merger_leaves(record, values["into"], values["on"])


ENTERPRISE_PROCEDURES: tuple[type[Procedure], ...] = (
    Close,
    Move,
    MergeEnterprise,
    *INSTRUCTOR_PROCEDURES,
)
