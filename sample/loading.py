"""Saves the sample register, with a history row for everything; then its applications are made."""

from collections.abc import Iterator, Sequence

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from members.models import Member
from orgs.models import Area, Enterprise, Instructor, Organization
from orgs.pinyin import searchable_pinyin
from sample.applying import tell_applications
from sample.logins import create_logins
from sample.story import tell

REASON = "sample"
BATCH = 500


class HasData(Exception):
    """The database has data already; the sample is no addition to a real register."""

    def __init__(self, what: str) -> None:
        super().__init__(
            _("The sample register goes into an empty database only; this one has %(what)s.") % {"what": what}
        )


def refuse_data() -> None:
    """Raises HasData unless there is no area, enterprise, organization, member and user.

    What migrations make, numbers of policy and groups of users, is no data.
    """
    for model in (Area, Enterprise, Organization, Member, get_user_model()):
        if model._default_manager.exists():
            raise HasData(str(model._meta.verbose_name_plural))


@transaction.atomic
def load() -> None:
    """Put the sample register, with its users, into an empty database, or nothing where that fails.

    Raises HasData where the database is not empty.
    """
    refuse_data()
    world = tell()
    world.papers.number_letters()
    for rows in world.rows():
        for batch in _after_their_own(rows):
            _save(batch)
    create_logins()
    tell_applications()
    if connection.vendor == "postgresql":
        # It plans badly until it has counted rows, and would do so by itself only a minute later.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _after_their_own(rows: Sequence[Model]) -> Iterator[list[Model]]:
    """`rows` of one model in batches: each refers, within the model, to rows of earlier batches alone.

    Raises ValueError where rows refer to each other in a circle.
    """
    model = type(rows[0])
    references = [field.name for field in model._meta.fields if field.related_model is model]
    waiting = list(rows)
    while waiting:
        ready: list[Model] = []
        later: list[Model] = []
        for row in waiting:
            others = (getattr(row, name) for name in references)
            (ready if all(other is None or other.pk for other in others) else later).append(row)
        if not ready:
            raise ValueError(f"{len(waiting)} rows refer to each other in a circle")
        yield ready
        waiting = later


def _save(rows: Sequence[Model]) -> None:
    for row in rows:
        if isinstance(row, Area | Enterprise | Organization):
            row.name_pinyin = searchable_pinyin(row.name)
        elif isinstance(row, Member | Instructor):
            row.name_pinyin = searchable_pinyin(row.name, person=True)
    bulk_create_with_history(rows, type(rows[0]), batch_size=BATCH, default_change_reason=REASON)
