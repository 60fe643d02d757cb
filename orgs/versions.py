"""The version of a record, how many changes it has had; and what changed since a version, and by whom.

A record changes with its periods. Both are read from django-simple-history's rows, which every way of
writing adds inside its transaction.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, ForeignKey, Model, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from orgs.periods import Period
from secrecy.fields import ChangeCountField

LATEST = 1000
"""History rows that are read per table; a record with more shows its latest ones."""

Periods = Sequence[tuple[type[Model], str]]
"""The tables of a record's periods, each with the field that points to the record."""


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, as a reader calls it; an empty text is no value.

    Of a protected value `new` tells only that it changed.
    """

    name: str
    label: str
    old: str
    new: str
    is_protected: bool = False


@dataclass(frozen=True)
class Change:
    """One change of a row: when, by whom (None: by nobody who signed in), and what it changed.

    `order` tells the order of changes at one moment. `row` tells which of the periods it is, by
    what is in it and its first day. `is_of_protected` tells that only columns changed of which history
    keeps nothing. `reason` is the author's, or names the command that made the change.
    """

    at: datetime
    order: Any
    by: Any
    model: type[Model]
    row: str
    deed: str
    fields: tuple[FieldChange, ...]
    is_of_protected: bool
    reason: str

    @property
    def record(self) -> str:
        """What kind of row it is."""
        return capfirst(str(self.model._meta.verbose_name))


def version_of(record: Model, periods: Periods) -> int:
    """How many changes of `record` and its `periods` there have been, in one statement."""
    own, *others = [
        history_of(model, owner, record.pk).order_by().values("pk")
        for model, owner in [(type(record), "id"), *periods]
    ]
    return own.union(*others, all=True).count()


def versions_of(model: type[Model], keys: Collection[Any], periods: Periods) -> dict[Any, int]:
    """`version_of` of each row of `model` with one of `keys`; at most two statements per table."""
    versions = dict.fromkeys(keys, 0)
    for table, owner in [(model, "id"), *periods]:
        history: Any = table.history.order_by()  # type: ignore[attr-defined]
        theirs = table._meta.get_field(owner).attname  # type: ignore[union-attr]
        counts = list(history.filter(**{f"{theirs}__in": keys}).values_list(theirs).annotate(Count("pk")))
        if owner != "id":
            left = _with_owner_before(history, theirs, keys).filter(owner_before__in=keys)
            left = left.exclude(**{theirs: F("owner_before")})
            counts += left.values_list("owner_before").annotate(Count("pk"))
        for key, count in counts:
            versions[key] += count
    return versions


def changes_since(record: Model, periods: Periods, version: int) -> list[Change]:
    """The changes of `record` and its `periods` after `version`, newest first; one statement per table.

    Fewer than there were, where some table had more than LATEST since.
    """
    missed = version_of(record, periods) - version
    if missed <= 0:
        return []
    changes = changes_of(type(record), "id", record.pk)
    for model, owner in periods:
        changes += changes_of(model, owner, record.pk)
    return newest_first(changes)[:missed]


def newest_first(changes: Iterable[Change]) -> list[Change]:
    """`changes` in the order in which a reader looks for them."""
    return sorted(changes, key=lambda change: (change.at, change.order), reverse=True)


def history_of(model: type[Model], owner: str, key: Any) -> QuerySet[Any]:
    """The history rows of those rows of `model` whose `owner` is `key`, or was until that change."""
    history: Any = model.history  # type: ignore[attr-defined]
    if owner == "id":
        return history.filter(id=key)  # type: ignore[no-any-return]
    field: Any = model._meta.get_field(owner)
    rows = _with_owner_before(history, field.attname, [key])
    return rows.filter(Q(**{field.attname: key}) | Q(owner_before=key))


def _with_owner_before(history: Any, owner: str, keys: Collection[Any]) -> QuerySet[Any]:
    """History of the rows that ever belonged to one of `keys`, with `owner_before`: whose each was before."""
    earlier = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    before = Subquery(earlier.order_by("-history_id").values(owner)[:1])
    theirs = history.filter(**{f"{owner}__in": keys})
    return history.filter(id__in=theirs.values("id")).annotate(owner_before=before)  # type: ignore[no-any-return]


def changes_of(model: type[Model], owner: str, key: Any) -> list[Change]:
    """The latest changes of the rows of `model` whose `owner` is `key`, in one statement."""
    history = history_of(model, owner, key)
    links = [link.name for link in history.model.tracked_fields if isinstance(link, ForeignKey)]
    entries = list(
        history.select_related("history_user", *links).order_by("-history_date", "-history_id")[:LATEST]
    )
    before: dict[Any, Any] = {}
    changes = []
    for entry in reversed(entries):
        previous = before.get(entry.id)
        fields = tuple(differences(entry, previous, hidden={"id", "name_pinyin"}, owner=(owner, key)))
        kept = history.model.tracked_fields
        withheld = entry.history_type != "-" and len(model._meta.concrete_fields) > len(kept)
        changes.append(
            Change(
                at=timezone.localtime(entry.history_date),
                order=entry.history_id,
                by=entry.history_user,
                model=model,
                row=_name_of(entry, model, owner),
                deed=entry.get_history_type_display(),
                fields=fields,
                is_of_protected=withheld and previous is not None and not fields,
                reason=entry.history_change_reason or "",
            )
        )
        before[entry.id] = entry
    return changes


def _name_of(entry: Any, model: type[Model], owner: str) -> str:
    """Which of the periods of one owner `entry` is about; empty for the record itself."""
    if not issubclass(model, Period):
        return ""
    names = [name for name in (*model.overlap_key, "valid_from") if name != owner]
    values = (readable_value(entry, model._meta.get_field(name)) for name in names)
    return ", ".join(value for value in values if value)


def differences(
    entry: Any, previous: Any, *, hidden: set[str], owner: tuple[str, Any] = ("", None)
) -> Iterable[FieldChange]:
    """What `entry`, a row of history, changed against `previous`; without one, what the row began with.

    The owner, a link and its key, shows only where the row was moved to another, or from it.
    """
    for field in entry.tracked_fields:
        if field.name in hidden:
            continue
        is_owner = field.name == owner[0]
        if is_owner and previous is None and getattr(entry, field.attname) == owner[1]:
            continue
        if isinstance(field, ChangeCountField):  # it stands for a value that the history does not keep
            before = getattr(previous, field.attname) if previous is not None else 0
            new, old = _("changed") if getattr(entry, field.attname) != before else "", ""
        else:
            new = readable_value(entry, field)
            old = readable_value(previous, field) if previous is not None else ""
        if old != new:
            protected = isinstance(field, ChangeCountField)
            yield FieldChange(field.name, capfirst(str(field.verbose_name)), old, new, protected)


def readable_value(entry: Any, field: Any) -> str:
    """The value of `field` in a row of history: a choice by its label, a link by its name."""
    value = getattr(entry, field.attname)
    if value is None or value == "":
        return ""
    if isinstance(field, ForeignKey):
        return str(getattr(entry, field.name, None) or value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(localize(value))
