"""What happens to enterprises: they close, move and merge, and instructors come and go."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from members.actions.dissolution import TakesNobody
from members.actions.enterprise import (
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
from orgs.actions.instructor import DoesNotWorkThere, assign_instructor, busiest_workload, end_assignment
from orgs.actions.moving import (
    DoesNotOperate,
    LiesThereAlready,
    MovesWhenItIsRegistered,
    move_enterprise,
    what_a_move_leaves,
)
from orgs.admin.instructor import also_assigned
from orgs.api.bodies import Whole
from orgs.actions.refusals import Refusal
from orgs.models import COUNTED_KINDS, Coverage, Enterprise, EnterpriseArea, Instructor, Organization, Scope
from orgs.models.deed import DOCUMENT_LENGTH
from procedures.inputs import DayInput, Input, LinkInput, NumberInput, TextInput, YesNoInput
from procedures.procedure import Procedure


def _document() -> TextInput:
    return TextInput(_("Document number"), max_length=DOCUMENT_LENGTH, required=False)


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


class PhoneInput(TextInput):
    """A telephone number, which no browser keeps; what is stored of it shows nowhere."""

    def form_field(self, record: Model) -> forms.Field:
        """A line."""
        field = super().form_field(record)
        field.widget.attrs["autocomplete"] = "off"
        return field


class Close(Procedure):
    """An enterprise closes, with its coverage, instructors and above-scale status."""

    name = "close"
    label = _("Close…")
    done = _("The enterprise was closed.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day on which it no longer operates.")),
        "document": _document(),
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
        OrganizationsOfOthers: "dissolve_organizations",
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
        "document": _document(),
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
        "document": _document(),
        "into": LinkInput(Coverage, "enterprise", _("Into enterprise")),
    }
    at = {
        AlreadyClosed: "on", ClosesBeforeItIsRegistered: "on", OutlastsItsOwner: "on", AreaIsSettled: "on",
        CoverageIsSettled: "on", DoesNotOperate: "into", MergesIntoItself: "into",
        TwoOrganizationsOfOneEnterprise: "into",
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


class AssignInstructor(Procedure):
    """A Party-building instructor is sent to an enterprise."""

    name = "assign-instructor"
    label = _("Assign an instructor…")
    done = _("The instructor was assigned.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day of the work there.")),
        "name": TextInput(pgettext_lazy("person", "name"), max_length=100),
        "phone": PhoneInput(_("Phone"), max_length=30, required=False),
        "employer": TextInput(_("Employer"), max_length=200, required=False),
        "days_per_month": NumberInput(
            _("Days a month"), required=False,
            help_text=_("The days that the instructor gives the enterprise."),
        ),
    }  # fmt: skip
    needs = ("orgs.add_instructor",)

    def is_offered(self, record: Enterprise, scope: Scope, day: date) -> bool:
        """One that operates."""
        return record.closed_on is None or record.closed_on > day

    def perform(self, record: Enterprise, values: Mapping[str, Any], by: AbstractBaseUser) -> Instructor:
        """Send the instructor."""
        said = {name: value for name, value in values.items() if name != "on"}
        instructor = Instructor(enterprise=record, valid_from=values["on"], **said)
        return assign_instructor(instructor=instructor, by=by)

    def warnings(self, record: Enterprise, values: Mapping[str, Any], by: Any) -> list[str]:
        """For how many others somebody of that name works, as far as the user sees."""
        sent = record.instructors.get(name=values["name"], valid_from=values["on"])
        load = busiest_workload(sent, scope=by.scope, day=timezone.localdate())
        return [also_assigned(load)] if load.enterprises > 1 else []


class InstructorOfTheEnterprise(Whole):
    """An instructor who works for the record of the body today, by the number."""

    default_error_messages = {"absent": _("There is none with this key.")}

    def to_internal_value(self, data: Any) -> Any:
        """The instructor."""
        number = super().to_internal_value(data)
        found = self.context["record"].instructors.on(timezone.localdate()).filter(pk=number).first()
        if found is None:
            self.fail("absent")
        return found

    def run_validators(self, value: Any) -> None:
        """None: those of its parent are for numbers, and this is a record."""


class InstructorInput(Input):
    """One of the instructors who work for the enterprise today; in the API by the number."""

    def form_field(self, record: Model) -> forms.Field:
        """A list to choose from."""
        rows: Any = record.instructors.on(timezone.localdate())  # type: ignore[attr-defined]
        return forms.ModelChoiceField(queryset=rows.order_by("name_pinyin", "pk"), **self._said())

    def body_field(self) -> serializers.Field[Any, Any, Any, Any]:
        """The number."""
        return InstructorOfTheEnterprise(**self._optional())


class EndInstructor(Procedure):
    """The work of an instructor for an enterprise ends."""

    name = "end-instructor"
    label = _("End an assignment…")
    done = _("The assignment was ended.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day without the instructor.")),
        "instructor": InstructorInput(_("Instructor")),
    }
    at = {DoesNotWorkThere: "on"}
    needs = ("orgs.change_instructor",)

    def is_offered(self, record: Enterprise, scope: Scope, day: date) -> bool:
        """One for which somebody works."""
        return record.instructors.on(day).exists()

    def perform(self, record: Enterprise, values: Mapping[str, Any], by: AbstractBaseUser) -> Instructor:
        """End it."""
        return end_assignment(instructor=values["instructor"], on=values["on"], by=by)


ENTERPRISE_PROCEDURES: tuple[type[Procedure], ...] = (
    Close,
    Move,
    MergeEnterprise,
    AssignInstructor,
    EndInstructor,
)
