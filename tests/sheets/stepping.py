"""An import in the admin, step by step, as its pages lead through it."""

from django.core.files.base import ContentFile

from record.origin import Origin, originating
from sheets import imports, tasks
from sheets.resources import RESOURCES
from tests.factories.accounts import UserFactory
from tests.factories.tasks import run_tasks
from tests.sheets.files import as_bytes


def organizer(area=None):
    """An organizer of `area`; without one, an administrator."""
    return UserFactory(role="organizer" if area else "administrator", area=area)


def uploaded(rows, *, by, resource="enterprises", **options):
    """An import whose columns are chosen and whose file is checked."""
    file = ContentFile(as_bytes(rows), name="list.csv")
    found = imports.upload(by=by, resource=RESOURCES[resource], file=file, **options)
    imports.choose_columns(found, {})
    tasks.check_soon(found)
    found.refresh_from_db()
    return found


def run(found):
    """Confirm an import by a request of its own, and let the worker run it."""
    with originating(Origin(f"request-{found.pk:08d}", "203.0.113.7")):
        tasks.run_soon(found, seen=found.seen)
    run_tasks()
    found.refresh_from_db()
    return found


def undone(found, *, by):
    """Ask for the undo of an import by a request of its own, and let the worker undo it."""
    with originating(Origin(f"undo-{found.pk:08d}", "203.0.113.8")):
        tasks.undo_soon(found, by=by)
    run_tasks()
    found.refresh_from_db()
    return found
