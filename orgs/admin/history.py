"""The history of a record: its own changes and those of its periods, in one list."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from orgs.admin.scoping import DiscreetAdmin
from secrecy.fields import ChangeCountField

LATEST = 1000
"""History rows that are read per table; a record with more shows its latest ones."""


class HistoryAdmin(DiscreetAdmin):
    """Each change of a record and of its periods: when, by whom, and what it changed.

    `history_of_periods` names the tables of periods, each with the field that points to the record.
    Made from django-simple-history's rows. Unlike its own admin class this one shows no old version as a
    form, which would reveal personal columns that history leaves out, and offers no way back to one, which
    would pass by the actions.
    """

    history_per_page = 50
    history_of_periods: ClassVar[Sequence[tuple[type[Model], str]]] = ()

    def count_of_changes(self, record: Model) -> int:
        """How many changes of `record` and its periods there have been, in one statement."""
        own, *others = [
            history_of(model, owner, record.pk).order_by().values("pk")
            for model, owner in [(self.model, "id"), *self.history_of_periods]
        ]
        return own.union(*others, all=True).count()

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, newest first."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        changes = changes_of(self.model, "id", record.pk)
        for model, owner in self.history_of_periods:
            if not _may_see(request, model):
                continue
            changes += changes_of(model, owner, record.pk)
        changes.sort(key=lambda change: (change["at"], change["order"]), reverse=True)
        page = Paginator(changes, self.history_per_page).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %s") % record,
            "subtitle": None,
            "opts": self.opts,
            "object": record,
            "original": record,
            "page": page,
            "has_view_permission": self.has_view_permission(request, record),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/record_history.html", context)


def _may_see(request: HttpRequest, model: type[Model]) -> bool:
    label, name = model._meta.app_label, model._meta.model_name
    return any(request.user.has_perm(f"{label}.{action}_{name}") for action in ("view", "change"))


def history_of(model: type[Model], owner: str, key: Any) -> QuerySet[Any]:
    """The history rows of those rows of `model` whose `owner` is `key`."""
    field = model._meta.get_field(owner)
    return model.history.filter(**{field.attname: key})  # type: ignore[attr-defined, no-any-return, union-attr]


def changes_of(model: type[Model], owner: str, key: Any) -> list[dict[str, Any]]:
    """The latest changes of the rows of `model` whose `owner` is `key`, in one statement.

    Each is a dictionary with `at`, `order` (of changes at one moment), `by`, `record` (what kind of row),
    `deed` and `fields`: name, old and new value as an organizer reads them.
    """
    history = history_of(model, owner, key)
    links = [link.name for link in history.model.tracked_fields if isinstance(link, ForeignKey)]
    entries = list(
        history.select_related("history_user", *links).order_by("-history_date", "-history_id")[:LATEST]
    )
    before: dict[Any, Any] = {}
    changes = []
    for entry in reversed(entries):
        changes.append(
            {
                "at": timezone.localtime(entry.history_date),
                "order": entry.history_id,
                "by": entry.history_user,
                "record": capfirst(str(model._meta.verbose_name)),
                "deed": entry.get_history_type_display(),
                "fields": list(
                    _differences(entry, before.get(entry.id), hidden={"id", owner, "name_pinyin"})
                ),
            }
        )
        before[entry.id] = entry
    return changes


def _differences(entry: Any, previous: Any, *, hidden: set[str]) -> Iterable[dict[str, str]]:
    """What `entry` changed against `previous`; without one, what the row began with."""
    for field in entry.tracked_fields:
        if field.name in hidden:
            continue
        if isinstance(field, ChangeCountField):  # it stands for a value that the history does not keep
            before = getattr(previous, field.attname) if previous is not None else 0
            new, old = _("changed") if getattr(entry, field.attname) != before else "", ""
        else:
            new = readable_value(entry, field)
            old = readable_value(previous, field) if previous is not None else ""
        if old != new:
            yield {"name": capfirst(str(field.verbose_name)), "old": old, "new": new}


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
