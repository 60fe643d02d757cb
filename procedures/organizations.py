"""What happens to an organization by itself: it elects, appoints, relieves, and changes kind, superior and area."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from members.actions.appointments import HoldsNoPost, HoldsThePostAlready, appoint, relieve
from members.actions.committees import what_is_unusual_in_the_committee
from members.actions.elections import (
    ElectionIsSettled,
    NeedsAnApproval,
    TooEarly,
    hold_election,
    next_election_due,
    what_is_unusual_in,
)
from members.actions.posts import PostIsSettled
from members.actions.relations import NotInForce
from members.actions.sizes import what_its_size_suggests
from members.models import Election, Member, Membership, Post, PostRole
from orgs.actions.following import AreaIsSettled
from orgs.actions.organization import CoversAnotherEnterprise
from orgs.actions.restructuring import (
    ChangeIsSettled,
    ChangesAfterItsEnd,
    ChangesAtItsBeginning,
    KindDoesNotChange,
    SuperiorNotInForce,
    change_area,
    change_kind,
    change_superior,
)
from orgs.models import (
    COUNTED_KINDS,
    Kind,
    Organization,
    OrganizationArea,
    OrganizationKind,
    Scope,
)
from orgs.models.deed import DOCUMENT_LENGTH
from procedures.inputs import DOCUMENT, ChoiceInput, DayInput, LinkInput, TextInput
from procedures.procedure import Procedure


def members_ever(record: Organization, day: date) -> QuerySet[Member]:
    """Who belongs to `record` or ever did, and is or was a full member: an election may lie in the past."""
    belonging = Membership.objects.filter(organization=record)
    found = Member.objects.filter(pk__in=belonging.values("member"), full_on__isnull=False)
    return found.order_by("name_pinyin", "member_no")


def holders(record: Organization, day: date) -> QuerySet[Member]:
    """Who holds a post of `record` on `day`, or will."""
    posts = Post.objects.filter(organization=record).overlapping(day, None)
    return Member.objects.filter(pk__in=posts.values("member")).order_by("name_pinyin", "member_no")


class OfAnOrganization(Procedure):
    """A procedure of an organization that is not dissolved."""

    def is_offered(self, record: Organization, scope: Scope, day: date) -> bool:
        """One that exists today, or will."""
        return record.dissolved_on is None or record.dissolved_on > day


class HoldElection(OfAnOrganization):
    """An organization elects its committee or its secretary; former posts end."""

    name = "hold-election"
    label = _("Hold election…")
    done = _("The election was entered.")
    needs = ("members.view_member",)
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The day of the election; former posts end on it.")),
        "secretary": LinkInput(Post, "member", _("Secretary"), among=members_ever),
        "deputy": LinkInput(Post, "member", _("Deputy secretary"), among=members_ever, required=False),
        "commissioners": LinkInput(
            Post, "member", _("Commissioners"), among=members_ever, many=True, required=False
        ),
        "document": DOCUMENT,
        "approval_number": TextInput(
            Election._meta.get_field("approval_number").verbose_name,
            max_length=DOCUMENT_LENGTH,
            required=False,
            help_text=_("Needed where the election is not held on the day on which the term ends."),
        ),
    }
    at = {
        NotInForce: "on", ElectionIsSettled: "on", TooEarly: "on", PostIsSettled: "on",
        NeedsAnApproval: "approval_number",
    }  # fmt: skip

    def initial(self, record: Organization, day: date) -> dict[str, Any]:
        """The day on which the term ends, if it has ended; else today."""
        due = next_election_due(record, day)
        return {"on": due if due is not None and due <= day else day}

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> Election:
        """Hold it."""
        return hold_election(organization=record, by=by, **values)

    def warnings(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """Late by more than a year; a committee of unusual size."""
        return what_is_unusual_in(record.elections.get(held_on=values["on"]))


class Appoint(OfAnOrganization):
    """A member is appointed to a post between elections."""

    name = "appoint"
    label = _("Appoint…")
    done = _("The member was appointed.")
    needs = ("members.view_member",)
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day of the post.")),
        "member": LinkInput(Post, "member", _("Member"), among=members_ever),
        "role": ChoiceInput(
            _("Post"), PostRole.choices, help_text=_("A new secretary takes the post of the one before.")
        ),
        "duty": TextInput(
            _("Duty"), max_length=60, required=False, help_text=_("What a commissioner is responsible for.")
        ),
        "document": DOCUMENT,
    }
    at = {NotInForce: "on", PostIsSettled: "on", HoldsThePostAlready: "member"}

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> Post:
        """Appoint the member."""
        return appoint(organization=record, by=by, **{**values, "role": PostRole(values["role"])})

    def warnings(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """A committee of unusual size."""
        return what_is_unusual_in_the_committee(record, values["on"])


class Relieve(OfAnOrganization):
    """A member is relieved of a post between elections."""

    name = "relieve"
    label = _("Relieve…")
    done = _("The member was relieved.")
    needs = ("members.view_member",)
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day without the post.")),
        "member": LinkInput(Post, "member", _("Member"), among=holders),
        "document": DOCUMENT,
    }
    at = {HoldsNoPost: "member", PostIsSettled: "on"}

    def is_offered(self, record: Organization, scope: Scope, day: date) -> bool:
        """One in which somebody holds a post."""
        return super().is_offered(record, scope, day) and holders(record, day).exists()

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> Post:
        """Relieve the member."""
        return relieve(organization=record, by=by, **values)


_LATER = {ChangesAtItsBeginning: "on", ChangesAfterItsEnd: "on", ChangeIsSettled: "on"}
_FROM = DayInput(_("Day"), help_text=_("The first day on which it is so."))


class ChangeKind(OfAnOrganization):
    """An organization changes its kind."""

    name = "change-kind"
    label = _("Change kind…")
    done = _("The kind was changed.")
    inputs = {
        "on": _FROM,
        "kind": ChoiceInput(_("Kind"), [(kind.value, kind.label) for kind in COUNTED_KINDS]),
        "document": DOCUMENT,
    }
    at = {**_LATER, KindDoesNotChange: "kind", CoversAnotherEnterprise: "kind"}

    def perform(
        self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser
    ) -> OrganizationKind:
        """Change it."""
        return change_kind(organization=record, by=by, **{**values, "kind": Kind(values["kind"])})

    def warnings(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """A kind that its size does not suggest."""
        return what_its_size_suggests(record, values["on"])


class ChangeSuperior(OfAnOrganization):
    """An organization comes under another superior."""

    name = "change-superior"
    label = _("Change superior…")
    done = _("The superior was changed.")
    inputs = {
        "on": _FROM,
        "superior": LinkInput(
            Organization, "superior", _("Superior organization"), required=False,
            help_text=_("Empty: under none of the register."),
        ),
        "document": DOCUMENT,
    }  # fmt: skip
    at = {**_LATER, SuperiorNotInForce: "superior"}

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> Organization:
        """Change it."""
        return change_superior(organization=record, by=by, **values)


class ChangeArea(OfAnOrganization):
    """An organization moves to another area of its editor's."""

    name = "change-area"
    label = _("Change area…")
    done = _("The area was changed.")
    inputs = {
        "on": _FROM,
        "area": LinkInput(
            OrganizationArea, "area", _("Area"), required=False,
            help_text=_("Empty: in no area of the register."),
        ),
        "document": DOCUMENT,
    }  # fmt: skip
    at = {**_LATER, AreaIsSettled: "on"}

    def perform(self, record: Organization, values: Mapping[str, Any], by: AbstractBaseUser) -> Organization:
        """Move it."""
        return change_area(organization=record, by=by, **values)


COMMUNITY_PROCEDURES: tuple[type[Procedure], ...] = (
    HoldElection, Appoint, Relieve, ChangeSuperior, ChangeArea,
)  # fmt: skip
ORGANIZATION_PROCEDURES: tuple[type[Procedure], ...] = (
    HoldElection, Appoint, Relieve, ChangeKind, ChangeSuperior, ChangeArea,
)  # fmt: skip
