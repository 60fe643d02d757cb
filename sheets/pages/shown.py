"""Lists of the admin as tables in the columns that they show, for what no import knows."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from orgs.admin.base import EditableAdmin
from orgs.admin.filters import chosen_day
from orgs.api.tables import Cell, Column, Table
from orgs.batches import in_batches


def as_shown(listing: ModelAdmin[Any], request: HttpRequest, keys: Iterable[Any], *, name: str) -> Table:
    """The rows with `keys` in a file called `name`, their columns as `listing` shows them, protected ones masked."""
    shown = [column for column in listing.get_list_display(request) if column != "action_checkbox"]
    columns = [
        Column((str(column),), title=capfirst(str(label_for_field(column, listing.model, listing))))
        for column in shown
    ]
    return Table(name, columns, _rows(listing, request, keys, [str(column) for column in shown]))


def _rows(
    listing: ModelAdmin[Any], request: HttpRequest, keys: Iterable[Any], columns: list[str]
) -> Iterator[dict[str, Cell]]:
    everything, links = listing.get_queryset(request), listing.list_select_related
    for some in in_batches(keys):
        found = everything.filter(pk__in=some)
        if isinstance(listing, EditableAdmin):
            found = listing.with_columns(found, chosen_day(request))
        elif not isinstance(links, bool):
            found = found.select_related(*links)
        by_key = {record.pk: record for record in found}
        for key in some:
            if key in by_key:
                yield {column: _cell(column, by_key[key], listing) for column in columns}


def _cell(column: str, record: Any, listing: ModelAdmin[Any]) -> Cell:
    """What the list shows of `record` in `column`; numbers and days as such."""
    field, _attribute, value = lookup_field(column, record, listing)
    if field is not None and field.is_relation:
        value = getattr(record, field.name)
    elif field is not None and field.choices:
        value = getattr(record, f"get_{field.name}_display")()
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if value is None or isinstance(value, int | float | date):
        return value
    return strip_tags(value) if isinstance(value, SafeString) else str(value)
