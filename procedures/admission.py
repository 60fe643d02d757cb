"""The steps from applicant to full member."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.actions.admission import (
    ApprovedTooLate,
    ExtensionDoesNotFit,
    NoMemberThen,
    ProbationLasts,
    StepOutOfOrder,
    VoucherDoesNotCount,
    admit,
    approve_admission,
    confirm,
    end_probation,
    extend_probation,
    record_application,
    record_talk,
    take_as_activist,
    take_as_candidate,
)
from members.actions.leaving import EndsBeforeItsSteps
from members.deadlines import PROBATION, end_of, unusual_days
from members.models import STEP_DAYS, Member, Membership
from orgs.actions.endings import OutlastsItsOwner
from orgs.models import Scope
from procedures.inputs import DOCUMENT, DOCUMENT_IF_ANY, DayInput, LinkInput
from procedures.procedure import Procedure


class Step(Procedure):
    """A step of an admission, possible until it or a later one is taken.

    A subclass names the field with its day and the action, whose arguments its inputs are.
    """

    step: ClassVar[str]
    action: ClassVar[Callable[..., Member]]
    at = {StepOutOfOrder: "on", NoMemberThen: "on"}

    def is_offered(self, record: Member, scope: Scope, day: date) -> bool:
        """Who has not come as far."""
        later = STEP_DAYS[STEP_DAYS.index(self.step) :]
        return record.ended_on is None and all(getattr(record, name) is None for name in later)

    def perform(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> Member:
        """Take the step."""
        return type(self).action(member=record, by=by, **values)

    def warnings(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """Steps that are missing before, and days that the rules would have otherwise."""
        member = Member.objects.get(pk=record.pk)
        found = unusual_days(member, self.step)
        missing = [name for name in STEP_DAYS[: STEP_DAYS.index(self.step)] if getattr(member, name) is None]
        if missing:
            names = ", ".join(str(Member._meta.get_field(name).verbose_name) for name in missing)  # type: ignore[union-attr]
            found.append(gettext("Earlier stages are missing: %(names)s") % {"names": names})
        return found


class OfProbation(Step):
    """A step of who is a probationary member."""

    def is_offered(self, record: Member, scope: Scope, day: date) -> bool:
        """Who was admitted and not confirmed, and has not taken it."""
        return record.probationary_on is not None and super().is_offered(record, scope, day)


class RecordApplication(Step):
    """Somebody applies."""

    name = "apply"
    label = _("Application…")
    done = _("The application was recorded.")
    inputs = {"on": DayInput(_("Day of the application")), "document": DOCUMENT_IF_ANY}
    step = "applied_on"
    action = staticmethod(record_application)


class RecordTalk(Step):
    """Somebody sent by the organization talks with an applicant."""

    name = "talk"
    label = _("Talk…")
    done = _("The talk was recorded.")
    inputs = {"on": DayInput(_("Day of the talk")), "document": DOCUMENT_IF_ANY}
    step = "talked_on"
    action = staticmethod(record_talk)


class TakeAsActivist(Step):
    """An applicant becomes an activist."""

    name = "activist"
    label = _("Take as activist…")
    done = _("An activist now.")
    inputs = {"on": DayInput(_("Day")), "document": DOCUMENT_IF_ANY}
    step = "activist_on"
    action = staticmethod(take_as_activist)


class TakeAsCandidate(Step):
    """An activist becomes a candidate for development."""

    name = "candidate"
    label = _("Take as candidate…")
    done = _("A candidate for development now.")
    inputs = {"on": DayInput(_("Day")), "document": DOCUMENT}
    step = "candidate_on"
    action = staticmethod(take_as_candidate)


class Admit(Step):
    """The branch meeting admits a probationary member."""

    name = "admit"
    label = _("Admit…")
    done = _("A probationary member now.")
    inputs = {
        "on": DayInput(_("Day of the branch meeting")),
        "first_voucher": LinkInput(Member, "first_voucher", _("Vouched for by")),
        "second_voucher": LinkInput(Member, "second_voucher", _("And by")),
        "document": DOCUMENT,
    }
    at = {**Step.at, VoucherDoesNotCount: "second_voucher"}
    step = "probationary_on"
    action = staticmethod(admit)

    def warnings(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """As of any step, and that nobody counts who belongs to no organization."""
        found = super().warnings(record, values, by)
        if not Membership.objects.on(values["on"]).filter(member=record.pk).exists():
            found.append(gettext("Belongs to no organization on that day, so that no figure counts it."))
        return found


class ApproveAdmission(OfProbation):
    """The committee above approves an admission."""

    name = "approve"
    label = _("Approve admission…")
    done = _("The approval was recorded.")
    inputs = {"on": DayInput(_("Day of the approval")), "document": DOCUMENT}
    at = {**Step.at, ApprovedTooLate: "on"}
    step = "approved_on"
    action = staticmethod(approve_admission)


class ExtendProbation(OfProbation):
    """A probation is extended, once."""

    name = "extend-probation"
    label = _("Extend probation…")
    done = _("The probation was extended.")
    inputs = {
        "on": DayInput(_("Day of the branch meeting")),
        "until": DayInput(_("Until"), help_text=_("The first day after the extended probation.")),
        "document": DOCUMENT,
    }
    at = {**Step.at, ExtensionDoesNotFit: "until"}
    step = "full_on"
    action = staticmethod(extend_probation)

    def is_offered(self, record: Member, scope: Scope, day: date) -> bool:
        """A probationary member whose probation was not extended."""
        return record.probation_until is None and super().is_offered(record, scope, day)

    def warnings(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """None."""
        return []


class Confirm(OfProbation):
    """A probationary member becomes a full member."""

    name = "confirm"
    label = _("Confirm as full member…")
    done = _("A full member now.")
    inputs = {
        "on": DayInput(_("Full on"), help_text=_("The day on which the probation ends, or later.")),
        "document": DOCUMENT,
    }
    at = {**Step.at, ProbationLasts: "on"}
    step = "full_on"
    action = staticmethod(confirm)

    def initial(self, record: Member, day: date) -> dict[str, Any]:
        """The day on which the probation ends."""
        ends = end_of(PROBATION, record)
        return {"on": ends[0] if ends is not None else day}


class EndProbation(OfProbation):
    """A probationary member is not confirmed, and is no member any more."""

    name = "end-probation"
    label = _("Do not confirm…")
    done = _("The probationary membership was ended.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day without membership.")),
        "document": DOCUMENT,
    }
    at = {**Step.at, OutlastsItsOwner: "on", EndsBeforeItsSteps: "on"}
    step = "full_on"
    action = staticmethod(end_probation)

    def warnings(self, record: Member, values: Mapping[str, Any], by: AbstractBaseUser) -> list[str]:
        """None."""
        return []


ADMISSION_PROCEDURES: tuple[type[Procedure], ...] = (
    RecordApplication, RecordTalk, TakeAsActivist, TakeAsCandidate, Admit, ApproveAdmission, ExtendProbation, Confirm,
    EndProbation,
)  # fmt: skip
