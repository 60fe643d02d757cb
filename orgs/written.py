"""What has been written since a moment, in all tables: for who looks at a change before it is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import ForeignKey, Model, OuterRef, Subquery
from django.utils.text import capfirst

from orgs.models.named import Named
from orgs.periods import Period
from orgs.versions import FieldChange, differences, readable_value
from record.changes import tables_of_history
from record.origin import current_origin

SHOWN = 50
"""Rows per table that are told one by one; more are counted."""


@dataclass(frozen=True)
class RowChange:
    """A row that was written: what it is called, whether it is new, and what it says otherwise than before."""

    name: str
    is_new: bool
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class RowChanges:
    """The rows of a table that were written: how many, the first of them, and a digest of the keys of old ones.

    `shown` is empty where the reader may not see the table.
    """

    table: str
    label: str
    count: int
    shown: Sequence[RowChange]
    changed_keys: str

    @property
    def more(self) -> int:
        """Rows that are not told one by one."""
        return self.count - len(self.shown)


def rows_changed_since(marker: UUID, *, may_see: Callable[[type[Model]], bool]) -> list[RowChanges]:
    """The rows that this request, or command, has written since `marker`, an id of record.ids, per table.

    A row that was written several times is told once, as it was before and as it is. At most three statements
    per table.
    """
    found = []
    for history in tables_of_history():
        model: type[Model] = history.instance_type  # type: ignore[attr-defined]
        written = history._default_manager.filter(pk__gt=marker, request_id=current_origin().request_id)
        # Of each row the first and the last that were written, in the order in which they came.
        first: dict[Any, UUID] = {}
        last: dict[Any, UUID] = {}
        new = set()
        for key, version, kind in written.order_by("pk").values_list("id", "pk", "history_type"):
            first.setdefault(key, version)
            last[key] = version
            if kind == "+":
                new.add(key)
        if first:
            keys = list(first)[:SHOWN]
            versions = [(first[key], last[key]) for key in keys]
            shown = _shown(history, versions) if may_see(model) else []
            changed = " ".join(sorted(str(key) for key in first if key not in new))
            label = capfirst(str(model._meta.verbose_name_plural))
            digest = sha256(changed.encode()).hexdigest()
            found.append(RowChanges(model._meta.db_table, label, len(first), shown, digest))
    return found


def _shown(history: Any, versions: Sequence[tuple[UUID, UUID]]) -> list[RowChange]:
    """The rows of which `versions` gives the first and the last version that was written."""
    links = [link.name for link in history.tracked_fields if isinstance(link, ForeignKey)]
    rows = history._default_manager.order_by()
    earlier = rows.filter(id=OuterRef("id"), pk__lt=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    before = dict(
        rows.filter(pk__in=[first for first, _last in versions]).annotate(before=Subquery(earlier))
        .values_list("pk", "before")
    )  # fmt: skip
    wanted = [key for key in before.values() if key is not None] + [last for _first, last in versions]
    entries = rows.select_related(*links).in_bulk(wanted)
    return [_change(entries[last], entries.get(before[first]), links) for first, last in versions]


def _change(entry: Any, before: Any, links: list[str]) -> RowChange:
    model = entry.instance_type
    hidden = {"id", "name_pinyin"} | (
        set(links) if before is None and _is_called_by_its_links(model) else set()
    )
    return RowChange(
        name=_name_of(entry, model, links),
        is_new=before is None,
        fields=tuple(differences(entry, before, hidden=hidden)),
    )


def _is_called_by_its_links(model: type[Model]) -> bool:
    return issubclass(model, Period) or not issubclass(model, Named)


def _name_of(entry: Any, model: type[Model], links: list[str]) -> str:
    """What a reader calls the row: the columns that its model names, or the records that it links, or name and key."""
    if columns := getattr(model, "called_by", ()):
        return " ".join(str(getattr(entry, name) or "") for name in columns).strip()
    if _is_called_by_its_links(model):
        named = [readable_value(entry, model._meta.get_field(name)) for name in links]
        own = [entry.name] if issubclass(model, Named) else []
        return " · ".join(name for name in own + named if name)
    key = next(column.attname for column in entry.tracked_fields if column.unique and not column.primary_key)
    return f"{entry.name} {getattr(entry, key)}"
