"""An import in the admin, step by step: upload, columns, check, confirmation, run.

The check is the run itself, rolled back. The run is confirmed for what the check showed, and writes in one
transaction with the state that says so: whatever kills it leaves an import that runs again from its start, or one
that is done.
"""

import io
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from orgs.actions.looking import note_lookup
from orgs.models import Area
from record.origin import Origin, current_origin, originating
from sheets.before import Before
from sheets.choosing import read_head
from sheets.findings import Findings
from sheets.models import IDLE, Failure, Import, Part, SealedPart, State
from sheets.parts import forget, keep, keep_json, kept, kept_json
from sheets.pipeline import all_or_nothing, load, read_file
from sheets.problems import KEPT
from sheets.progress import telling
from sheets.resources import RESOURCES
from sheets.run import RegisterChanged, Resource, Row, Run

MOST_BYTES = 20 << 20
"""A file may have so many bytes in the admin; `import_data` takes larger ones."""

MOST_ROWS = 200_000
"""So many rows it may have there."""

FORGOTTEN_AFTER = timedelta(days=7)
"""So long a file waits for its confirmation."""

MOST_WAITING = 20
"""So many imports of a user may wait: each holds its file."""

UNDONE_WITHIN = timedelta(days=90)
"""So long what an import changed is kept, for its undo: protected values are in it, which no history keeps."""


class TooLarge(Exception):
    """The file has more bytes than the admin takes."""

    def __init__(self) -> None:
        super().__init__(
            _("The file has more than %(megabytes)d megabytes; divide it, or load it with import_data.")
            % {"megabytes": MOST_BYTES >> 20}
        )


class TooManyWait(Exception):
    """The user has let so many imports wait that there is no room for another."""

    def __init__(self) -> None:
        message = _("%(count)d of your imports wait already; confirm or discard some of them first.")
        super().__init__(message % {"count": MOST_WAITING})


class NotNow(Exception):
    """The import is not in the state in which this may be done: somebody did something else meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("The import has moved on meanwhile; look at it again."))


def may_import(user: User, resource: type[Resource]) -> bool:
    """Whether `user` may add and change all that rows of `resource` add and change."""
    return all(user.has_perm(permission) for permission in resource.permissions())


def upload(
    *, by: User, resource: type[Resource], file: File[bytes], area: Area | None = None, reason: str = ""
) -> Import:
    """Keep `file`, of rows of `resource`, until its columns are chosen.

    `area` is that of new rows that name none. Raises TooLarge; TooManyWait; Unreadable where the file has no
    header; PermissionDenied.
    """
    if not may_import(by, resource):
        raise PermissionDenied
    if Import.objects.filter(made_by=by, state__in=IDLE).count() >= MOST_WAITING:
        raise TooManyWait
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TooLarge
    head = [(header.name, header.examples) for header in read_head(content)]
    now = timezone.now()
    with transaction.atomic():
        new = Import.objects.create(
            resource=resource.name, area=area, reason=reason, file_name=(file.name or "")[:200], size=len(content),
            language=_language(), made_by=by, made_at=now, state=State.COLUMNS,
        )  # fmt: skip
        keep(new, Part.FILE, content)
        keep_json(new, Part.HEAD, head)
    return new


def forget_old(now: datetime) -> None:
    """Remove files that nobody confirmed for `FORGOTTEN_AFTER`, and what served an undo until `UNDONE_WITHIN`."""
    waiting = Import.objects.filter(made_at__lt=now - FORGOTTEN_AFTER, state__in=IDLE)
    with transaction.atomic():
        for found in waiting.select_for_update():
            found.delete()
        SealedPart.objects.filter(part=Part.BEFORE, of__finished_at__lt=now - UNDONE_WITHIN).delete()


def _language() -> str:
    return translation.get_language() or "en"


def choose_columns(import_: Import, chosen: Mapping[str, str]) -> None:
    """Take headers for columns (their English names, "" for none), and let the file be checked. Raises NotNow."""
    _ask_for_check(import_, State.COLUMNS, State.CHECKED, chosen=dict(chosen), left_out=[])


def check_again(import_: Import) -> None:
    """Let the file be checked once more, also after it failed: on the register and in the language of now.

    Raises NotNow.
    """
    _ask_for_check(import_, State.CHECKED, State.FAILED, failure="")


def leave_out_wrong_rows(import_: Import) -> None:
    """Let the file be checked without the rows that have errors. Raises NotNow."""
    wrong = (kept_json(import_, Part.FINDINGS) or {}).get("wrong", [])
    left_out = sorted({*import_.left_out, *wrong})
    _ask_for_check(import_, State.CHECKED, left_out=left_out)


def _ask_for_check(import_: Import, *before: State, **changes: Any) -> None:
    """Let it be checked, in the language of this request, to which belongs what the check leaves in the access log."""
    origin = current_origin()
    move(
        import_, before, State.CHECKING, **changes, language=_language(), is_stale=False,
        request_id=origin.request_id, client_address=origin.address,
    )  # fmt: skip


def confirm(import_: Import, *, seen: str) -> None:
    """Let the import run, for what its user was shown: `seen`, the digest of it. Raises NotNow.

    What it writes gives this request as its own.
    """
    origin = current_origin()
    with transaction.atomic():
        # Locked first: another check may have shown something else since.
        shown = Import.objects.select_for_update().filter(pk=import_.pk, wrong=0, seen=seen)
        if not shown.exists():
            raise NotNow
        move(
            import_, (State.CHECKED,), State.RUNNING,
            request_id=origin.request_id, client_address=origin.address, is_stale=False,
        )  # fmt: skip


def discard(import_: Import) -> None:
    """Remove an import that wrote nothing, with its file. Raises NotNow."""
    with transaction.atomic():
        found = Import.objects.select_for_update().filter(pk=import_.pk, state__in=IDLE).first()
        if found is None:
            raise NotNow
        found.delete()


def check(import_: Import, *, waits: bool = True) -> None:
    """Do all that the import does, keep nothing of it but what was found; it is `checked` then.

    Raises NotNow where it is not to be checked; NotItsTurn where another import is at work and it `waits` for none.
    """
    if import_.state != State.CHECKING:
        raise NotNow
    resource = RESOURCES[import_.resource]
    with _as_its_user(import_):
        run = _run_of(import_)
        rows = _rows_of(import_, run)
        findings = Findings(run, resource)
        now = timezone.now()
        if rows is not None:
            all_or_nothing(run, lambda: _load_and_look(rows, findings, import_), dry_run=True, waits=waits)
            findings.look_before()
        problems = [(problem.line, problem.column, problem.message) for problem in run.errors.first(KEPT)]
        with transaction.atomic():
            keep_json(
                import_, Part.FINDINGS, findings.as_json() | {"is_read": rows is not None and not run.is_cut}
            )
            keep_json(import_, Part.PROBLEMS, problems)
            if run.looked_up:
                found = list(resource.model._default_manager.filter(pk__in=run.looked_up))
                note_lookup(model=resource.model, found=found, by=import_.made_by)
            move(
                import_, (State.CHECKING,), State.CHECKED, **_counts(run),
                wrong=len(run.errors.lines), seen=run.digest(rows or []), checked_at=now,
            )  # fmt: skip


def _rows_of(import_: Import, run: Run) -> list[Row] | None:
    return read_file(io.BytesIO(kept(import_, Part.FILE)), RESOURCES[import_.resource], run)


def _load_and_look(rows: list[Row], findings: Findings, import_: Import) -> str:
    told = load(findings.resource(findings.run), rows, telling(import_))
    findings.look(rows)
    return told


def run(import_: Import) -> None:
    """Write what was confirmed, all or nothing; it is `done` then, in the same transaction.

    Raises RegisterChanged where the register changed meanwhile, so that it would do something else, or is refused:
    then it wrote nothing. Raises NotNow where it is not to run.
    """
    if import_.state != State.RUNNING:
        raise NotNow
    with _as_its_user(import_):
        done = _run_of(import_, before=Before())
        rows = _rows_of(import_, done)
        if rows is None or done.errors:
            raise RegisterChanged
        all_or_nothing(done, lambda: _write(rows, done, import_), subject=import_)
        if done.errors:
            raise RegisterChanged


def turn_back(import_: Import) -> None:
    """Let an import that ran into a changed register be checked again, for its user to see. Raises NotNow."""
    move(import_, (State.RUNNING,), State.CHECKING, is_stale=True)


def _write(rows: list[Row], done: Run, import_: Import) -> str:
    # Locked first: a second worker that took this one for dead waits here, and finds it done.
    if not Import.objects.select_for_update().filter(pk=import_.pk, state=State.RUNNING).exists():
        raise NotNow
    told = load(RESOURCES[import_.resource](done), rows, telling(import_))
    if done.errors or done.digest(rows) != import_.seen:
        raise RegisterChanged
    if import_.checked_at is not None:  # as it is of whatever was confirmed
        done.refuse_what_changed_since(import_.checked_at)
    if done.before:
        keep_json(import_, Part.BEFORE, done.before.as_json())
    move(import_, (State.RUNNING,), State.DONE, **_counts(done), chosen={}, finished_at=timezone.now())
    forget(import_, Part.FILE, Part.HEAD, Part.FINDINGS, Part.PROBLEMS)
    return told


def fail(import_: Import, why: Failure) -> None:
    """Stop an import, which wrote nothing. Raises NotNow."""
    move(import_, (State.CHECKING, State.RUNNING), State.FAILED, failure=why)


def _counts(done: Run) -> dict[str, int]:
    good = done.outcomes.without(done.errors.lines)
    return {str(outcome): count for outcome, count in good.counts.items()}


def move(import_: Import, before: Collection[State], after: State, **changes: Any) -> None:
    """Bring an import from one of the states `before` to `after`, with `changes`. Raises NotNow."""
    changes |= {"state": after, "moved_at": timezone.now(), "tries": 0}
    if not Import.objects.filter(pk=import_.pk, state__in=before).update(**changes):
        raise NotNow
    for name, value in changes.items():
        setattr(import_, name, value)


def _run_of(import_: Import, *, before: Before | None = None) -> Run:
    user = import_.made_by
    if not user.is_active or not may_import(user, RESOURCES[import_.resource]):
        raise PermissionDenied
    return Run(
        area=import_.area, by=user, day=timezone.localdate(), scope=user.scope, chosen=import_.chosen,
        left_out=frozenset(import_.left_out), most_rows=MOST_ROWS, before=before,
    )  # fmt: skip


@contextmanager
def _as_its_user(import_: Import) -> Iterator[None]:
    """In the user's language, and recorded as what the request that confirmed it did."""
    origin = Origin(import_.request_id, import_.client_address, import_.reason)
    with translation.override(import_.language), originating(origin):
        yield
