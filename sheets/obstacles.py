"""What was built on an import since: why it is not undone.

These are later changes of the records that it wrote, rows that refer to records that it created, and later
changes of what must fit to records as they were before it. What was itself taken back is not in the way.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, DateField, ForeignKey, Min, Model, Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.periods import Period
from record.changes import tables_of_history
from record.ids import least_id
from sheets.before import Before
from sheets.models import Import, State

NAMED = 5
"""So many of the changes in the way, and of the records that are referred to, are named; more are counted."""

Change = tuple[type[Model], Any, type[Model], UUID]
"""A later change: the record that it is in the way of, by model and key, and the row of history that tells it."""


@dataclass(slots=True)
class Written:
    """The rows of history that an import wrote, by the models that they are about."""

    request_id: str
    first: UUID | None = None
    """No earlier row of history is one of them, and none of another that came before them is later; None: no row."""
    histories: dict[type[Model], Any] = field(default_factory=dict)
    """The models of all histories, by the models that they are about."""
    touched: list[type[Model]] = field(default_factory=list)
    """The models of which it wrote rows."""

    @classmethod
    def by(cls, import_: Import) -> "Written":
        """What `import_` wrote."""
        found = cls(import_.request_id)
        begun = []
        for history in tables_of_history():
            model: type[Model] = history.instance_type  # type: ignore[attr-defined]
            found.histories[model] = history
            first = found.rows(model).aggregate(first=Min("history_date"))["first"]
            if first is not None:
                found.touched.append(model)
                begun.append(first)
        if begun:
            found.first = least_id(min(begun))
        return found

    def rows(self, model: type[Model]) -> QuerySet[Any]:
        """The rows of history of `model`."""
        found: QuerySet[Any] = self.histories[model]._default_manager.filter(request_id=self.request_id)
        return found.order_by()

    def created(self, model: type[Model]) -> QuerySet[Any]:
        """The keys of the rows of `model` that it created."""
        return self.rows(model).filter(history_type="+").values_list("id", flat=True)


def obstacles(import_: Import, written: Written, before: Before) -> list[str]:
    """What was built on the rows that `import_` has `written`, in lines; `before` is what it changed of them.

    Empty where nothing was. The number of statements does not depend on the number of rows.
    """
    if written.first is None:
        return []
    changes = list(_later_changes(import_, written, before))
    lines = list(_told(written, changes[:NAMED]))
    if more := len(changes) - len(lines):
        message = ngettext("and %(count)d more change", "and %(count)d more changes", more)
        lines.append(message % {"count": more})
    return lines + list(_referring(written))


def _later_changes(import_: Import, written: Written, before: Before) -> Iterator[Change]:
    """The latest change, by others, of each row that is in the way."""
    ours = _taken_back(import_) | {import_.request_id}
    for model, history in written.histories.items():
        later = (
            history._default_manager.filter(pk__gt=written.first).exclude(request_id__in=ours).order_by("pk")
        )
        found: dict[Any, Change] = {}
        if model in written.touched and not issubclass(model, Period):
            own = later.filter(id__in=written.rows(model).values("id"))
            found |= {key: (model, key, model, row) for key, row in own.values_list("id", "pk")}
        for link in _links(model):
            owner: Any = link.related_model
            near = later.filter(_belongs_to_touched_periods(written, model, link))
            for key, row, owned in near.values_list("id", "pk", link.attname):
                found[key] = (owner, owned, model, row)
            if owners := _with_other_days(before, owner):
                for key, row, owned in later.values_list("id", "pk", link.attname).iterator():
                    if owned in owners:
                        found[key] = (owner, owned, model, row)
        yield from found.values()


def _taken_back(import_: Import) -> set[str]:
    """The requests by which other imports wrote, and were undone, since `import_` did."""
    undone = Import.objects.filter(state=State.UNDONE, undone_at__gte=import_.finished_at)
    return {request for pair in undone.values_list("request_id", "undo_request_id") for request in pair}


def _links(model: type[Model]) -> list[ForeignKey[Any, Any]]:
    return [link for link in model._meta.concrete_fields if isinstance(link, ForeignKey)]


def owner_links(model: type[Model]) -> list[ForeignKey[Any, Any]]:
    """The links of periods to the records that they are periods of; none of other models."""
    return [link for link in _links(model) if link.name in getattr(model, "overlap_key", ())]


def _belongs_to_touched_periods(written: Written, model: type[Model], link: ForeignKey[Any, Any]) -> Q:
    """That a period has the same owner, in `link`, as one that the import wrote: they may have to fit each other."""
    condition = Q(pk__in=[])
    if link not in owner_links(model):
        return condition
    for other in written.touched:
        for theirs in owner_links(other):
            if theirs.related_model is link.related_model:
                condition |= Q(**{f"{link.attname}__in": written.rows(other).values(theirs.attname)})
    return condition


def _with_other_days(before: Before, model: type[Model]) -> set[int]:
    """The rows of `model` of which the import changed a day: what belongs to them has to fit it."""
    days = {column.attname for column in model._meta.concrete_fields if isinstance(column, DateField)}
    return {key for key, values in before.of(model).items() if not days.isdisjoint(values)}


def _told(written: Written, changes: Collection[Change]) -> Iterator[str]:
    """`changes` by the names of the records that they are in the way of, with who made them and when."""
    for model, key, changed, row in changes:
        entry = written.histories[changed]._default_manager.select_related("history_user").get(pk=row)
        words = {
            "record": model._base_manager.filter(pk=key).first() or _("a record that is gone"),
            "what": changed._meta.verbose_name,
            "who": entry.history_user or _("a command"),
            "when": date_format(localtime(entry.history_date), "DATETIME_FORMAT"),
        }
        yield _("%(record)s: %(what)s changed by %(who)s, %(when)s") % words


def _referring(written: Written) -> Iterator[str]:
    """The rows of others that refer to what the import created: counted, for they may lie elsewhere."""
    for model in written.touched:
        for relation in model._meta.get_fields(include_hidden=True):
            link: Any = getattr(relation, "field", None)
            if not relation.auto_created or relation.concrete or not link.db_constraint:
                continue  # not a row of another table, or a history's, which keeps the keys of what is gone
            other: Any = relation.related_model
            rows = other._base_manager.filter(**{f"{link.attname}__in": written.created(model)})
            if other in written.touched:
                rows = rows.exclude(pk__in=written.rows(other).values("id"))
            counts = dict(rows.order_by().values_list(link.attname).annotate(Count("pk")))
            first = list(counts)[:NAMED]
            for key, record in model._base_manager.in_bulk(first).items():
                words = {"record": record, "what": other._meta.verbose_name_plural, "count": counts[key]}
                yield _("%(record)s: others refer to it (%(what)s: %(count)d)") % words
            if more := len(counts) - len(first):
                message = ngettext(
                    "and to %(count)d more record that it created",
                    "and to %(count)d more records that it created",
                    more,
                )
                yield message % {"count": more}
