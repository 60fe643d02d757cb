"""An approved application is carried out: the organization is founded."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.actions.founding import NameIsTaken, SecretaryIsNoMember, found
from applications.actions.moving import NotOnThatDay, refuse_after
from applications.beside import community_branches
from applications.models import Application, Formation
from applications.transitions import Move, is_possible
from members.actions.incubation import IncubatesForNobody, IsNoCommunityGeneralBranch
from members.actions.relations import (
    BelongsAlready,
    DoesNotBelong,
    HasOpenTransfer,
    NotInForce,
    RelationIsSettled,
)
from members.models import Member, Membership, Post
from orgs.actions.handing import CoverageIsSettled
from orgs.actions.organization import CoversAClosedEnterprise, CoversAnotherEnterprise, what_is_unusual
from orgs.actions.refusals import Refusal
from orgs.api.organizations import COUNTED_CHOICES
from orgs.models import (
    STANDALONE_KINDS,
    Coverage,
    Enterprise,
    Kind,
    Organization,
    OrganizationArea,
    Scope,
)
from procedures.founding import refuse_outside, too_few_full_members
from procedures.inputs import ChoiceInput, DayInput, LinkInput, TextInput
from procedures.procedure import Procedure

KINDS = {
    Formation.OWN: Kind.BRANCH,
    Formation.JOINT: Kind.JOINT_BRANCH,
    Formation.OUTSIDE: Kind.BRANCH,
}
"""What is founded, as a rule, where that is asked for."""


class LiesElsewhere(Refusal):
    """The enterprise moved since it applied, or never lay where it said."""

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "In the register the enterprise lies outside your area; let who looks after it found the organization."
            )
        )


def branches_in_force(record: Application, day: date) -> QuerySet[Organization]:
    """The community general branches of `day`."""
    return Organization.objects.in_force_on(day).community_general_branches().order_by("code")


class Found(Procedure):
    """The organization of an approved application is founded, with all that belongs to it."""

    name = "found"
    label = _("Found the organization…")
    done = _("The organization was founded.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day of the new organization.")),
        "code": TextInput(_("Organization code"), max_length=30),
        "name": TextInput(_("Name"), max_length=200),
        "kind": ChoiceInput(_("Kind"), COUNTED_CHOICES),
        "area": LinkInput(OrganizationArea, "area", _("Area"), required=False),
        "place": TextInput(
            _("Place outside the district"), max_length=200, required=False,
            help_text=_("Where it sits, if that is outside the district."),
        ),
        "superior": LinkInput(Organization, "superior", _("Superior organization"), required=False),
        "incubated_by": LinkInput(
            Organization, "incubated_by", _("Incubated by"), among=branches_in_force, required=False,
            help_text=_("The community general branch that looked after the enterprises so far."),
        ),
        "neighbours": LinkInput(
            Coverage, "enterprise", _("Neighbours"), many=True, required=False,
            help_text=_("The other enterprises of a joint branch."),
        ),
        "members": LinkInput(
            Membership, "member", _("Members"), many=True, required=False,
            help_text=_("Who belongs to the new organization from that day on; who belongs elsewhere moves."),
        ),
        "secretary": LinkInput(Post, "member", _("Secretary"), required=False, help_text=_("One of the members.")),
    }  # fmt: skip
    at = {
        NotOnThatDay: "on", NameIsTaken: "name", SecretaryIsNoMember: "secretary", CoversAnotherEnterprise: "kind",
        IncubatesForNobody: "kind", IsNoCommunityGeneralBranch: "incubated_by", NotInForce: "on",
        CoverageIsSettled: "on", CoversAClosedEnterprise: "on", RelationIsSettled: "members",
        HasOpenTransfer: "members", DoesNotBelong: "members", BelongsAlready: "members",
    }  # fmt: skip
    needs = ("orgs.add_organization", "members.change_member")

    def is_offered(self, record: Application, scope: Scope, day: date) -> bool:
        """An approved one; where the site asks for two steps, one that the district filed."""
        waits = settings.TWO_STEP_APPROVAL and record.filed_on is None
        return is_possible(Move.FOUND, record.state) and not waits

    def initial(self, record: Application, day: date) -> dict[str, Any]:
        """What the application asks for, as far as the register knows it."""
        enterprise = Enterprise.objects.filter(uscc=record.uscc).first()
        branches = community_branches(record, enterprise, day)
        codes = [row.uscc for row in record.neighbours.all() if row.uscc]
        persons = list(record.members.all())
        employed = Member.objects.filter(employer=enterprise) if enterprise else Member.objects.none()
        members = list(employed.filter(name__in=[person.name for person in persons], ended_on=None))
        secretaries = {person.name for person in persons if person.is_secretary}
        proposed = [member for member in members if member.name in secretaries]
        return {
            "on": day,
            "name": record.organization_name,
            "kind": KINDS[Formation(record.formation)],
            "area": record.area,
            "place": record.place,
            "incubated_by": branches[0] if len(branches) == 1 else None,
            "neighbours": list(Enterprise.objects.filter(uscc__in=codes).order_by("uscc")),
            "members": members,
            "secretary": proposed[0] if len(proposed) == 1 else None,
        }

    def perform(self, record: Application, values: Mapping[str, Any], by: Any) -> Organization:
        """Found it."""
        today = timezone.localdate()
        refuse_after(today, values["on"])
        applicant = Enterprise.objects.filter(uscc=record.uscc)
        if applicant.exists() and not applicant.within(by.scope, today).exists():
            raise LiesElsewhere
        new = Organization(
            code=values["code"], name=values["name"], place=values["place"], superior=values["superior"],
            incubated_by=values["incubated_by"],
        )  # fmt: skip
        found(
            application=record, organization=new, kind=Kind(values["kind"]), area=values["area"],
            neighbours=values["neighbours"], members=values["members"], secretary=values["secretary"],
            on=values["on"], by=by,
        )  # fmt: skip
        refuse_outside(new, by)
        return new

    def warnings(self, record: Application, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """Where fewer full members are employed than form an organization of their own; what is unusual of it."""
        on = values["on"]
        texts = what_is_unusual(Organization.objects.get(code=values["code"]), on)
        if values["kind"] not in STANDALONE_KINDS:
            return texts
        applicants = Enterprise.objects.filter(uscc=record.uscc)
        employed = Member.objects.full_on(on).filter(employer__in=applicants)
        return [*too_few_full_members(employed.count(), on), *texts]
