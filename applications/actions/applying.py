"""What the applicant does: begins, says one thing after the other, submits, supplements, withdraws."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.actions.moving import NotInThatState, locked_for, make
from applications.actions.reviewing import may_review
from applications.models import (
    Application,
    ApplicationFile,
    ApplicationMember,
    ApplicationNeighbour,
    Formation,
    State,
)
from applications.secrets import access_code, digest_of
from applications.transitions import Move
from orgs.actions.numbering import next_number
from orgs.actions.recording import save_by, save_if_changed
from orgs.actions.refusals import Refusal
from orgs.calendar import months_later
from orgs.models import Area, Enterprise, Policy, PolicyNumber

WRITTEN = (State.DRAFT, State.RETURNED)
"""States in which the applicant changes what the application says."""

MOST_MEMBERS = 60
MOST_NEIGHBOURS = 10
MOST_FILES = 10
MOST_BYTES = 4 * 1024 * 1024
"""Of one file: with the form around it, it stays below what a request may have."""
MOST_BYTES_TOGETHER = 20 * 1024 * 1024
"""Of all files of an application."""


class IsIncomplete(Refusal):
    """Something is missing without which nobody could decide; `missing` names the topics."""

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = missing
        super().__init__(_("Some answers are still missing."))


class HasAnOpenApplication(Refusal):
    """An enterprise has one application at a time."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "An application of this enterprise is under way already. Follow it with its reference number, "
                "or withdraw it before you submit another one."
            )
        )


class TooManyFiles(Refusal):
    """An application has a few files."""

    def __init__(self) -> None:
        super().__init__(
            _("There are %(most)d files already, which is as many as fit.") % {"most": MOST_FILES}
        )


class TooLargeTogether(Refusal):
    """The files of an application may not be too large together."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "With this file, all files together would have more than %(megabytes)d megabytes. Remove another "
                "one, or make this one smaller."
            )
            % {"megabytes": MOST_BYTES_TOGETHER >> 20}
        )


def begin(*, language: str, on: date) -> Application:
    """A new draft, begun on `on` by somebody who reads `language`."""
    application = Application(language=language, begun_on=on)
    save_by(application, None)
    return application


def _locked_to_write(application: Application) -> Application:
    found = Application.objects.select_for_update().get(pk=application.pk)
    if found.state not in WRITTEN:
        raise NotInThatState(found)
    return found


@transaction.atomic
def say(*, application: Application, values: Mapping[str, Any]) -> Application:
    """Keep `values`, by the names of fields of what the applicant says.

    Raises NotInThatState; HasAnOpenApplication where one that was submitted gets the credit code of another one.
    """
    application = _locked_to_write(application)
    for name, value in values.items():
        setattr(application, name, value)
    others = Application.objects.open().filter(uscc=application.uscc).exclude(pk=application.pk)
    if application.state != State.DRAFT and others.exists():
        raise HasAnOpenApplication
    try:
        with transaction.atomic():
            save_if_changed(application, None)
    except IntegrityError as error:
        raise HasAnOpenApplication from error
    return application


def found_in_register(uscc: str, day: date) -> tuple[Enterprise | None, Area | None]:
    """The enterprise with `uscc` that the register has, and where it lies on `day`."""
    enterprise = Enterprise.objects.filter(uscc=uscc).first()
    place = None if enterprise is None else enterprise.areas.on(day).select_related("area").first()
    return enterprise, None if place is None else place.area


@transaction.atomic
def say_who(*, application: Application, members: Collection[Mapping[str, Any]]) -> Application:
    """The persons of the application are `members` (`name`, `stage`, `since`, `is_secretary`), and nobody else."""
    application = _locked_to_write(application)
    application.members.all().delete()
    ApplicationMember.objects.bulk_create(
        ApplicationMember(application=application, **member) for member in members
    )
    return application


@transaction.atomic
def say_with_whom(*, application: Application, neighbours: Collection[Mapping[str, Any]]) -> Application:
    """The neighbours of a joint branch are `neighbours` (`name`, `uscc`), and no others."""
    application = _locked_to_write(application)
    application.neighbours.all().delete()
    ApplicationNeighbour.objects.bulk_create(
        ApplicationNeighbour(application=application, **neighbour) for neighbour in neighbours
    )
    return application


@transaction.atomic
def ask_for(
    *, application: Application, values: Mapping[str, Any], neighbours: Collection[Mapping[str, Any]]
) -> Application:
    """Keep what is asked for (`values`, as in `say`), and with whom (as in `say_with_whom`)."""
    application = say(application=application, values=values)
    return say_with_whom(application=application, neighbours=neighbours)


@transaction.atomic
def propose_secretary(*, application: Application, member: ApplicationMember) -> None:
    """`member`, one of the persons of `application`, is proposed as secretary. Raises NotInThatState."""
    members = _locked_to_write(application).members
    members.filter(is_secretary=True).exclude(pk=member.pk).update(is_secretary=False)
    members.filter(pk=member.pk).update(is_secretary=True)


@transaction.atomic
def add_file(*, application: Application, title: str, media_type: str, content: bytes) -> ApplicationFile:
    """Keep a file, whose type `applications.files.media_type_of` told; the same again is the one that is kept.

    Raises NotInThatState; TooManyFiles; TooLargeTogether.
    """
    application = _locked_to_write(application)
    for kept in application.files.filter(title=title, size=len(content)):
        if bytes(kept.content) == content:
            return kept
    if application.files.count() >= MOST_FILES:
        raise TooManyFiles
    kept_bytes = application.files.aggregate(total=Sum("size"))["total"] or 0
    if kept_bytes + len(content) > MOST_BYTES_TOGETHER:
        raise TooLargeTogether
    return ApplicationFile.objects.create(
        application=application, title=title, media_type=media_type, content=content, size=len(content),
        added_at=timezone.now(),
    )  # fmt: skip


@transaction.atomic
def remove_file(*, application: Application, key: Any) -> None:
    """The file of `application` with `key` is not to be kept. Raises NotInThatState."""
    _locked_to_write(application).files.filter(key=key).delete()


def missing_topics(application: Application) -> list[str]:
    """The topics of the form on which something that is needed is not said yet, in their order."""
    missing = []
    if not (application.uscc and application.enterprise_name and application.area_id):
        missing.append("enterprise")
    formation = application.formation
    if (
        not formation
        or not application.organization_name
        or (formation == Formation.OUTSIDE and not application.place)
        or (formation == Formation.JOINT and not application.neighbours.exists())
    ):
        missing.append("organization")
    if not application.members.exists():
        missing.append("members")
    elif not application.members.filter(is_secretary=True).exists():
        missing.append("secretary")
    if not (application.contact_name and (application.contact_phone or application.contact_mail)):
        missing.append("contact")
    return missing


@transaction.atomic
def submit(*, application: Application, on: date) -> Application:
    """Submit the draft on `on`: it gets the next reference number of the year, and a day by which it is decided.

    Submitted already by the same applicant it is given as it is, so that a second click makes no second one.
    Raises IsIncomplete; HasAnOpenApplication; NotInThatState.
    """
    application = Application.objects.select_for_update().get(pk=application.pk)
    if application.state == State.SUBMITTED:
        return application
    application = locked_for(Move.SUBMIT, application)
    if missing := missing_topics(application):
        raise IsIncomplete(missing)
    # One that waits for the other to end sees what the other did.
    number = next_number(f"application-{on.year}")
    if Application.objects.open().filter(uscc=application.uscc).exists():
        raise HasAnOpenApplication
    application.reference = f"SQ{on.year}-{number:04d}"
    application.submitted_on = on
    application.due_on = due_on(on)
    application.code_digest = digest_of(access_code(application))
    try:
        with transaction.atomic():
            make(Move.SUBMIT, application, by=None)
    except IntegrityError as error:
        raise HasAnOpenApplication from error
    return application


def due_on(submitted: date) -> date:
    """The last day on which an application of `submitted` is decided in time (domain rule 4: within a month)."""
    months = PolicyNumber.objects.whole_on(Policy.DECISION_MONTHS, submitted)
    return months_later(submitted, months or 1)


@transaction.atomic
def renew_code(*, application: Application) -> str:
    """A new access code in place of the old one, which is void; for who has the link, and lost the code.

    Raises NotInThatState for a draft, which has none.
    """
    application = Application.objects.select_for_update().get(pk=application.pk)
    if application.state == State.DRAFT:
        raise NotInThatState(application)
    application.code_round += 1
    code = access_code(application)
    application.code_digest = digest_of(code)
    save_by(application, None)
    return code


@transaction.atomic
def supplement(*, application: Application, answer: str, on: date) -> Application:
    """What was asked for is answered on `on`, and said; the reviewer goes on, or nobody where that one may not.

    The days since it was returned are added to the day by which it is decided: the applicant had them. Raises
    IsIncomplete; NotInThatState.
    """
    application = locked_for(Move.SUPPLEMENT, application)
    if missing := missing_topics(application):
        raise IsIncomplete(missing)
    asked = application.events.filter(move=Move.RETURN).latest("number")
    waited = on - timezone.localdate(asked.at)
    if application.due_on is not None and waited > timedelta():
        application.due_on += waited
    reviewer = application.assigned_to
    if reviewer is not None and not may_review(reviewer, application, on):  # its area is another one now
        application.assigned_to = None
    make(Move.SUPPLEMENT, application, by=None, note=answer)
    return application


@transaction.atomic
def withdraw(*, application: Application, reason: str) -> Application:
    """The applicant gives it up. Raises NotInThatState once it was decided."""
    application = locked_for(Move.WITHDRAW, application)
    make(Move.WITHDRAW, application, by=None, note=reason)
    return application


def remove_old_drafts(*, before: date) -> int:
    """Remove the drafts that were begun before `before` and not changed since; gives how many."""
    changes = Application.history.filter(id=OuterRef("pk"), history_date__date__gte=before)
    files = ApplicationFile.objects.filter(application=OuterRef("pk"), added_at__date__gte=before)
    drafts = Application.objects.filter(
        ~Exists(changes), ~Exists(files), state=State.DRAFT, begun_on__lt=before
    )
    count = drafts.count()
    drafts.delete()
    return count
