"""What is done to organizations among each other: they merge, are split, are dissolved."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.actions.committees import what_is_unusual_in_the_committee
from members.actions.dissolution import (
    AlreadyDissolved,
    ChangedLater,
    DissolvedBeforeItIsEstablished,
    HasMembers,
    HasOpenTransfers,
    MembersStay,
    SucceedsItself,
    SuccessorNotInForce,
    TakesNobody,
    belonging_on,
    dissolve,
)
from members.actions.merging import (
    IsSubordinate,
    MergesWithAnotherSort,
    NeedsAnotherKind,
    merge,
)
from members.actions.posts import PostWithoutRelation
from members.actions.relations import NotInForce
from members.actions.splitting import BelongsElsewhere, IsNoJointBranch, split, stand_alone
from members.models import Member, Membership
from orgs.actions.endings import OutlastsItsOwner
from orgs.actions.handing import DoesNotCover
from orgs.actions.organization import CoversAnotherEnterprise, what_is_unusual
from orgs.api.organizations import COUNTED_CHOICES
from orgs.models import (
    Coverage,
    Kind,
    Organization,
    OrganizationArea,
    Scope,
)
from procedures.founding import (
    area_of,
    covered_today,
    refuse_outside,
    too_few_full_members,
)
from procedures.incubation import INCUBATION_PROCEDURES
from procedures.inputs import DOCUMENT, ChoiceInput, DayInput, LinkInput, TextInput
from procedures.procedure import Procedure

MOVES_MEMBERS = ("members.change_member",)
"""The permissions of whom it takes to move members."""


class OfOrganization(Procedure):
    """What may be done to an organization that was not dissolved."""

    def is_offered(self, record: Organization, scope: Scope, day: date) -> bool:
        """One that was not dissolved."""
        return record.dissolved_on is None


class Dissolve(OfOrganization):
    """An organization is dissolved, with its coverage; its members may go to another one."""

    name = "dissolve"
    label = _("Dissolve…")
    done = _("The organization was dissolved.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day on which it no longer exists.")),
        "document": DOCUMENT,
        "reason": TextInput(_("Reason"), max_length=300),
        "members_to": LinkInput(
            Membership, "organization", _("Members go to"), required=False,
            help_text=_("The organization to which all its members belong from that day on."),
        ),
        "successor": LinkInput(Organization, "successor", _("Successor"), required=False),
    }  # fmt: skip
    at = {
        AlreadyDissolved: "on", DissolvedBeforeItIsEstablished: "on", OutlastsItsOwner: "on",
        HasMembers: "on", HasOpenTransfers: "on", PostWithoutRelation: "on",
        MembersStay: "members_to", TakesNobody: "members_to", NotInForce: "members_to",
        SucceedsItself: "successor", SuccessorNotInForce: "successor", ChangedLater: "on",
    }  # fmt: skip

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> Organization:
        """Dissolve it. Raises PermissionDenied where members go along and `by` may not change members."""
        if values["members_to"] is not None and not by.has_perms(MOVES_MEMBERS):  # type: ignore[attr-defined]
            raise PermissionDenied
        return dissolve(organization=record, by=by, **values)


class MergeCommunity(OfOrganization):
    """A community general branch merges into another one, with all that it has."""

    name = "merge"
    label = _("Merge…")
    done = _("The organization was merged into the other one.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day on which there is one organization only.")),
        "document": DOCUMENT,
        "into": LinkInput(
            Organization, "successor", _("Into"),
            help_text=_("The organization that goes on, with members, enterprises, posts and subordinates of both."),
        ),
    }  # fmt: skip
    at = {
        AlreadyDissolved: "on", DissolvedBeforeItIsEstablished: "on", OutlastsItsOwner: "on", HasMembers: "on",
        ChangedLater: "on", SucceedsItself: "into", NotInForce: "into", TakesNobody: "into", IsSubordinate: "into",
        MergesWithAnotherSort: "into",
    }  # fmt: skip
    needs = MOVES_MEMBERS

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> Organization:
        """Merge it."""
        return merge(organization=record, by=by, **values)

    def warnings(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """What is unusual about the one that goes on, and about its committee."""
        into, on = values["into"], values["on"]
        return [*what_is_unusual(into, on), *what_is_unusual_in_the_committee(into, on)]


class Merge(MergeCommunity):
    """An organization merges into another one, with all that it has."""

    inputs = {
        **MergeCommunity.inputs,
        "kind": ChoiceInput(
            _("Kind of the other one from then on"), COUNTED_CHOICES, required=False,
            help_text=_("If it changes; an organization of several enterprises is a joint branch."),
        ),
    }  # fmt: skip
    at = {**MergeCommunity.at, NeedsAnotherKind: "kind", CoversAnotherEnterprise: "kind"}

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> Organization:
        """Merge it."""
        return super().perform(
            record, {**values, "kind": Kind(values["kind"]) if values["kind"] else None}, by
        )


class SplitCommunity(OfOrganization):
    """A new community general branch takes a part of the enterprises and members of another one."""

    name = "split"
    label = _("Split…")
    done = _("The new organization was established.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day of the new organization.")),
        "document": DOCUMENT,
        "code": TextInput(_("Organization code"), max_length=30),
        "name": TextInput(_("Name"), max_length=200),
        "area": LinkInput(OrganizationArea, "area", _("Area"), required=False),
        "enterprises": LinkInput(
            Coverage, "enterprise", _("Enterprises that go along"), required=False, many=True, among=covered_today,
        ),
        "members": LinkInput(
            Membership, "member", _("Members who go along"), required=False, many=True,
            help_text=_("Left empty: those whom these enterprises employ."),
        ),
    }  # fmt: skip
    at = {NotInForce: "on", DoesNotCover: "enterprises", BelongsElsewhere: "members"}
    needs = ("orgs.add_organization", *MOVES_MEMBERS)
    kind = Kind.COMMUNITY_GENERAL_BRANCH

    def initial(self, record: Organization, day: date) -> dict[str, Any]:
        """The new one lies where the old one lies."""
        return {"on": day, "area": area_of(record, day)}

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> Organization:
        """Split it."""
        new = split(
            organization=record,
            new=Organization(code=values["code"], name=values["name"]),
            kind=Kind(values.get("kind", self.kind)),
            area=values["area"],
            enterprises=values["enterprises"],
            members=values["members"] or None,
            on=values["on"],
            document=values["document"],
            by=by,
        )
        refuse_outside(new, by)
        return new

    def warnings(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """What the split leaves to be decided."""
        new = Organization.objects.get(code=values["code"])
        return [*what_is_left(record, values["on"]), *what_is_unusual(new, values["on"])]


class Split(SplitCommunity):
    """A new organization takes a part of the enterprises and members of another one."""

    inputs = {**SplitCommunity.inputs, "kind": ChoiceInput(_("Kind"), COUNTED_CHOICES)}
    at = {**SplitCommunity.at, CoversAnotherEnterprise: "kind"}


class StandAlone(OfOrganization):
    """An enterprise leaves a joint branch and has a branch of its own."""

    name = "stand-alone"
    label = _("Form a branch of its own…")
    done = _("The enterprise has a branch of its own.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day of the new branch.")),
        "document": DOCUMENT,
        "enterprise": LinkInput(Coverage, "enterprise", _("Enterprise"), among=covered_today),
        "code": TextInput(_("Organization code"), max_length=30),
        "name": TextInput(_("Name"), max_length=200),
    }
    at = {NotInForce: "on", IsNoJointBranch: "on", DoesNotCover: "enterprise"}
    needs = ("orgs.add_organization", *MOVES_MEMBERS)

    def is_offered(self, record: Organization, scope: Scope, day: date) -> bool:
        """A joint branch."""
        is_joint = record.kinds.on(day).filter(kind=Kind.JOINT_BRANCH).exists
        return super().is_offered(record, scope, day) and is_joint()

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> Organization:
        """Let it go."""
        new = stand_alone(organization=record, by=by, **values)
        refuse_outside(new, by)
        return new

    def warnings(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """Where fewer full members go than form an organization of their own; what is left behind."""
        on = values["on"]
        going = belonging_on(on, Organization.objects.get(code=values["code"])).values("member")
        full = Member.objects.full_on(on).filter(pk__in=going)
        return [*too_few_full_members(full.count(), on), *what_is_left(record, on)]


def what_is_left(organization: Organization, on: date) -> list[str]:
    """What is to be decided of `organization`, from which something went on `on`."""
    said = {"organization": organization}
    texts = []
    if not organization.coverage.on(on).exists():
        texts.append(gettext("%(organization)s covers no enterprise from then on.") % said)
    if not belonging_on(on, organization).exists():
        text = gettext(
            "Nobody belongs to %(organization)s from then on: dissolve it, or merge it into another one."
        )
        texts.append(text % said)
    return texts or what_is_unusual(organization, on)


ORGANIZATION_PROCEDURES: tuple[type[Procedure], ...] = (Merge, Split, StandAlone, Dissolve)
COMMUNITY_PROCEDURES: tuple[type[Procedure], ...] = (
    *INCUBATION_PROCEDURES,
    MergeCommunity,
    SplitCommunity,
    Dissolve,
)
