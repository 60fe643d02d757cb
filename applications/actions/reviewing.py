"""What reviewers do with an application until it is decided."""

from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from applications.actions.moving import locked_for, make, refuse_before
from applications.models import Application, Reason
from applications.reviewers import BELOW_THE_DISTRICT
from applications.transitions import Move
from orgs.actions.numbering import next_number
from orgs.actions.refusals import Refusal
from orgs.models import Organization, Scope


class IsNotSaidWhy(Refusal):
    """Who returns or rejects says why."""

    def __init__(self) -> None:
        super().__init__(_("Choose a reason, and write to the applicant what is wrong."))


class CannotReview(Refusal):
    """The colleague does not see the application, or may not change it."""

    def __init__(self) -> None:
        super().__init__(_("This colleague cannot review the application: another area, or another role."))


class IsNotTheDistrict(Refusal):
    """Who approves and who files are two offices (domain rule 4)."""

    def __init__(self) -> None:
        super().__init__(_("The department of the district files; the subdistrict that approved does not."))


class IsFiled(Refusal):
    """An approval is filed once."""

    def __init__(self, on: date) -> None:
        super().__init__(_("It was filed on %(day)s already.") % {"day": on})


def may_review(user: AbstractBaseUser, application: Application, on: date) -> bool:
    """Whether `user` sees `application`, and may change it."""
    return (
        user.is_active
        and user.has_perm("applications.change_application")  # type: ignore[attr-defined]
        and Application.objects.within(user.scope, on).filter(pk=application.pk).exists()  # type: ignore[attr-defined]
    )


def is_of_the_district(user: AbstractBaseUser) -> bool:
    """Whether `user` files approvals for the district: who sees no smaller area."""
    return is_district(user.scope)  # type: ignore[attr-defined]  # of accounts.User


def is_district(scope: Scope) -> bool:
    """Whether `scope` is no smaller than the district."""
    return scope.everything or (scope.area is not None and scope.area.level not in BELOW_THE_DISTRICT)


@transaction.atomic
def take_up(*, application: Application, by: AbstractBaseUser) -> Application:
    """`by` reviews it from now on. Raises NotInThatState where somebody took it up before."""
    application = locked_for(Move.TAKE_UP, application)
    application.assigned_to = by  # type: ignore[assignment]
    make(Move.TAKE_UP, application, by=by)
    return application


@transaction.atomic
def assign(
    *, application: Application, to: AbstractBaseUser, note: str, on: date, by: AbstractBaseUser
) -> Application:
    """`to` reviews it from now on. Raises NotInThatState; CannotReview."""
    application = locked_for(Move.ASSIGN, application)
    if not may_review(to, application, on):
        raise CannotReview
    application.assigned_to = to  # type: ignore[assignment]
    make(Move.ASSIGN, application, by=by, staff_note=note)
    return application


@transaction.atomic
def hand_back(*, application: Application, note: str, by: AbstractBaseUser) -> Application:
    """Nobody reviews it; it waits in the queue again. Raises NotInThatState."""
    application = locked_for(Move.HAND_BACK, application)
    application.assigned_to = None
    make(Move.HAND_BACK, application, by=by, staff_note=note)
    return application


@transaction.atomic
def return_application(
    *, application: Application, reasons: Collection[Reason], note: str, staff_note: str, by: AbstractBaseUser
) -> Application:
    """Ask the applicant for a supplement: `note` says what. Raises NotInThatState; IsNotSaidWhy."""
    application = locked_for(Move.RETURN, application)
    _refuse_without_reason(reasons, note)
    make(Move.RETURN, application, by=by, reasons=reasons, note=note, staff_note=staff_note)
    return application


@transaction.atomic
def reject(
    *,
    application: Application,
    reasons: Collection[Reason],
    note: str,
    staff_note: str,
    on: date,
    by: AbstractBaseUser,
) -> Application:
    """Decide on `on` that no organization is founded; `note` tells the applicant why.

    Raises NotInThatState; IsNotSaidWhy; NotOnThatDay before it was submitted.
    """
    application = locked_for(Move.REJECT, application)
    refuse_before(application.submitted_on, on)
    _refuse_without_reason(reasons, note)
    application.decided_on = on
    make(Move.REJECT, application, by=by, reasons=reasons, note=note, staff_note=staff_note)
    return application


@transaction.atomic
def approve(
    *, application: Application, note: str, staff_note: str, on: date, by: AbstractBaseUser
) -> Application:
    """Decide on `on` that the organization is founded; the approval gets the next number of that year.

    An application that was approved before, and taken up again, keeps its number. Raises NotInThatState;
    NotOnThatDay before it was submitted.
    """
    application = locked_for(Move.APPROVE, application)
    refuse_before(application.submitted_on, on)
    application.decided_on = on
    application.approval_number = application.approval_number or next_approval_number(on)
    make(Move.APPROVE, application, by=by, note=note, staff_note=staff_note)
    return application


def next_approval_number(on: date) -> str:
    """The next number of an approval of the year of `on`; taken as orgs.actions.numbering says.

    A number under which an organization of the register was approved already is left out.
    """
    while True:
        number = f"{settings.APPROVAL_PREFIX}〔{on.year}〕{next_number(f'approval-{on.year}')}号"
        if not Organization.objects.filter(approval_number=number).exists():
            return number


@transaction.atomic
def file(*, application: Application, staff_note: str, on: date, by: AbstractBaseUser) -> Application:
    """The department of the district takes the approval to its files on `on` (domain rule 4).

    Raises NotInThatState; IsNotTheDistrict; IsFiled; NotOnThatDay before the decision.
    """
    application = locked_for(Move.FILE, application)
    if not is_of_the_district(by):
        raise IsNotTheDistrict
    if application.filed_on is not None:
        raise IsFiled(application.filed_on)
    refuse_before(application.decided_on, on)
    application.filed_on = on
    make(Move.FILE, application, by=by, staff_note=staff_note)
    return application


@transaction.atomic
def reopen(*, application: Application, note: str, staff_note: str, by: AbstractBaseUser) -> Application:
    """Take up again what was approved and cannot be founded as it is. Raises NotInThatState."""
    application = locked_for(Move.REOPEN, application)
    application.decided_on = None
    application.filed_on = None
    application.assigned_to = by  # type: ignore[assignment]
    make(Move.REOPEN, application, by=by, note=note, staff_note=staff_note)
    return application


def _refuse_without_reason(reasons: Collection[Reason], note: str) -> None:
    if not reasons or not note.strip():
        raise IsNotSaidWhy
