"""Undoing a whole import, all or nothing, while nothing was built on it."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from members.models import Member
from orgs.batches import in_batches
from orgs.models import Enterprise, Organization
from record.log import note
from record.models import Event
from record.origin import Origin, current_origin, originating
from sheets.before import Before
from sheets.imports import UNDONE_WITHIN, NotNow, may_import, move
from sheets.models import Import, Part, State
from sheets.obstacles import Written, obstacles, owner_links
from sheets.parts import forget, keep_json, kept_json
from sheets.pipeline import take_turn
from sheets.resources import RESOURCES
from sheets.run import Run
from sheets.scoping import outside
from sheets.taking_back import take_back

_LOCKED = (Organization, Enterprise, Member)
"""In this order actions lock what they change."""


class _InTheWay(Exception):
    """Why nothing is undone, in lines."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(*reasons)


def may_undo(import_: Import, user: User) -> bool:
    """Whether `user` made `import_`, or sees the whole register, and may still change its records; and it is done."""
    return import_.state == State.DONE and _may_change_back(import_, user)


def _may_change_back(import_: Import, user: User) -> bool:
    is_theirs = import_.made_by_id == user.pk or user.scope.everything
    return user.is_active and is_theirs and may_import(user, RESOURCES[import_.resource])


def why_not_undone(import_: Import, *, by: User) -> list[str]:
    """What is in the way of an undo of `import_` by `by`, in lines; empty where nothing is.

    The number of statements does not depend on the number of rows, but for the batches in which it is looked which of
    them lie in the area of `by`.
    """
    return _reasons(import_, Before.from_json(kept_json(import_, Part.BEFORE)), by)


def _reasons(import_: Import, before: Before, by: User) -> list[str]:
    if not _may_change_back(import_, by):
        return [_("You may not change the records of this import.")]
    if import_.finished_at is None or import_.finished_at < timezone.now() - UNDONE_WITHIN:
        return [_("An import can be undone for %(days)d days.") % {"days": UNDONE_WITHIN.days}]
    written = Written.by(import_)
    # Of what lies elsewhere no more is told.
    return list(_elsewhere(import_, written, by)) or obstacles(import_, written, before)


def _elsewhere(import_: Import, written: Written, by: User) -> Iterator[str]:
    """How many records that the import was about `by` does not see today."""
    if by.scope.everything:
        return
    model = RESOURCES[import_.resource].model
    keys: set[int] = set()
    for touched in written.touched:
        names = [link.attname for link in owner_links(touched) if link.related_model is model]
        for name in ["id", *names] if touched is model else names:
            keys.update(written.rows(touched).values_list(name, flat=True))
    run = Run(area=None, by=by, day=timezone.localdate(), scope=by.scope)
    if count := len(outside(run, model, keys, run.day)):
        message = ngettext(
            "%(count)d of its records does not lie in your area today.",
            "%(count)d of its records do not lie in your area today.",
            count,
        )
        yield message % {"count": count}


def begin(import_: Import, *, by: User) -> None:
    """Let an import that is done be undone, in the name of `by`. Raises NotNow; PermissionDenied."""
    if not _may_change_back(import_, by):
        raise PermissionDenied
    origin = current_origin()
    with transaction.atomic():
        move(
            import_, (State.DONE,), State.UNDOING, undone_by=by, language=translation.get_language() or "en",
            undo_request_id=origin.request_id, client_address=origin.address,
        )  # fmt: skip
        forget(import_, Part.OBSTACLES)


def undo(import_: Import) -> None:
    """Take back all that an import wrote, all or nothing; it is `undone` then, in the same transaction.

    Where something was built on it, or the database refuses, nothing is taken back, it is `done` again, and the
    reasons are kept (Part.OBSTACLES). Raises NotNow where it is not being undone.
    """
    with translation.override(import_.language):
        because = _("undo of import %(number)d") % {"number": import_.pk}
        with originating(Origin(import_.undo_request_id, import_.client_address, because)):
            try:
                with transaction.atomic():
                    _undo(import_)
            except _InTheWay as found:
                give_up(import_, found.reasons)
            except (IntegrityError, DataError):
                reason = _(
                    "The database refused it, perhaps because somebody changed the register meanwhile."
                )
                give_up(import_, [reason])


def _undo(import_: Import) -> None:
    take_turn()
    # Locked first: a second worker waits here, and finds it undone.
    waiting = Import.objects.filter(pk=import_.pk, state=State.UNDOING).select_for_update(of=("self",))
    found = waiting.select_related("undone_by").first()
    if found is None or found.undone_by is None:
        raise NotNow
    by, before = found.undone_by, Before.from_json(kept_json(import_, Part.BEFORE))
    written = Written.by(import_)
    _lock(written)
    if reasons := _reasons(import_, before, by):
        raise _InTheWay(reasons)
    removed, changed_back = take_back(written, before, by=by)
    move(import_, (State.UNDOING,), State.UNDONE, undone_at=timezone.now())
    forget(import_, Part.BEFORE)
    detail = f"{import_.resource}: removed {removed}, changed back {changed_back}"
    note(Event.IMPORT_UNDONE, user=by, subject=import_, detail=detail)


def _lock(written: Written) -> None:
    """Lock the owners of what an import wrote, in the order of actions, then the rest: what is later waits."""
    owners: dict[type[Model], set[int]] = {model: set() for model in _LOCKED}
    for model in written.touched:
        for link in owner_links(model):
            if link.related_model in owners:
                found = written.rows(model).values_list(link.attname, flat=True)
                owners[link.related_model].update(key for key in found if key is not None)
    models: list[type[Model]] = [*_LOCKED, *(model for model in written.touched if model not in owners)]
    for model in models:
        keys = owners.get(model, set())
        if model in written.touched:
            keys = keys.union(written.rows(model).values_list("id", flat=True))
        for batch in in_batches(sorted(keys)):
            rows = model._base_manager.filter(pk__in=batch).order_by("pk").select_for_update()
            list(rows.values_list("pk"))


def give_up(import_: Import, reasons: list[str]) -> None:
    """Leave an import that was to be undone as it is, with the `reasons`. Raises NotNow."""
    with transaction.atomic():
        move(import_, (State.UNDOING,), State.DONE, undone_by=None, undo_request_id="")
        keep_json(import_, Part.OBSTACLES, reasons)
