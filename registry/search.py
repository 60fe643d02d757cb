"""One search over people, organizations and enterprises. What is typed is sent by POST: it stands in no address.

Each table is looked in only where the user may view it, and only among what the user sees of it today: for who
may not view members, nothing is asked about them. A whole identity number or telephone number is looked for by
its blind index, counted and recorded as on the lists (`orgs.actions.looking`); no part of one finds anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from orgs.actions.looking import TooManyLookups, count_lookup, having_number, note_lookup
from registry.searched import LISTED, Row, Searched, address_of, tables_for
from secrecy.numbers import may_be_whole_number


class SearchForm(forms.Form):
    """What is looked for."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("Name, pinyin, number or code"), min_length=2, max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 40, "aria-describedby": "found-by"}),
        error_messages={
            "required": _("Type what you look for."),
            "min_length": _("Type at least two characters."),
            "max_length": _("Type no more than 100 characters."),
        },
    )  # fmt: skip


@dataclass(frozen=True)
class Group:
    """What was found in one table."""

    title: str
    rows: Sequence[Row]
    has_more: bool
    """Whether more than these fit."""
    lists: Sequence[tuple[str, str]]
    """Name and address of the lists that show all of it; none where the text must not stand in an address."""


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The empty form; after it was sent, what was found in each table that the user may view."""
    request.current_app = site.name
    tables = tables_for(request, site, timezone.localdate())
    form = SearchForm(request.POST if request.method == "POST" else None)
    groups = None
    if form.is_valid() and tables:
        text = form.cleaned_data["text"]
        is_number = may_be_whole_number(text)
        groups = _found(request, tables, text, is_number=is_number)
        if is_number:
            form = SearchForm()  # a page shows no number in clear, not even to who typed it
    context = {
        **site.each_context(request),
        "title": gettext("Search the register"),
        "subtitle": None,
        "tables": tables,
        "finds_numbers": any(table.may_find_numbers for table in tables),
        "form": form,
        "groups": groups,
    }
    return TemplateResponse(request, "admin/search.html", context)


def _found(request: HttpRequest, tables: Sequence[Searched], text: str, *, is_number: bool) -> list[Group]:
    """What fits `text`, a group for each of `tables` where something does."""
    user: Any = request.user
    asked = [table for table in tables if table.may_find_numbers] if is_number else []
    if asked:
        try:
            count_lookup(by=user)
        except TooManyLookups as refusal:
            messages.warning(request, str(refusal))
            asked = []
    groups, looked = [], []
    for table in tables:
        keys = table.found(text, as_number=table in asked)
        records = table.records_of(keys[:LISTED])
        if table in asked:
            looked.append((table.model, having_number(records, text)))
        if records:
            has_more = len(keys) > LISTED
            lists = _lists(table, text) if has_more and not is_number else []
            groups.append(Group(table.title, [table.row_of(record) for record in records], has_more, lists))
    if looked:
        # On SQLite it is the write lock: only what is found by number waits for a long import.
        with transaction.atomic():
            for model, found in looked:
                note_lookup(model=model, found=found, by=user)
    return groups


def _lists(table: Searched, text: str) -> list[tuple[str, str]]:
    return [
        (
            str(capfirst(str(model._meta.verbose_name_plural))),
            f"{address_of(model, 'changelist')}?{urlencode({'q': text})}",
        )
        for model in table.lists
        if model in table.viewed
    ]
