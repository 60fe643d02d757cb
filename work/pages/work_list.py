"""The work list: what the rules ask for on a day, counted by kind and area, and the items of one kind."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from orgs.models import Scope
from stats.pages.asking import NO_CHOICE, Asked, AskingForm, scope_of, staff_page
from work.counting import Overview, overview
from work.items import KIND_BY_CODE, KINDS, Item, ItemKind, Rules, rules_on
from work.models import Exemption

ITEMS = 50
"""Items on a page."""


def _kinds_to_choose() -> list[tuple[str, str]]:
    first = gettext("the first there is")
    return [("", first), *((kind.code, capfirst(str(kind.title))) for kind in KINDS)]


class WorkForm(AskingForm):
    """A day, an area and a scale, and of which kind the items are shown, from which page on."""

    kind = forms.ChoiceField(
        label=_("Items"),
        required=False,
        choices=_kinds_to_choose,
        error_messages={"invalid_choice": NO_CHOICE},
    )
    page = forms.IntegerField(
        required=False,
        min_value=1,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("invalid", "min_value"), _("This is not the number of a page.")),
    )

    def chosen_kind(self, found: Overview) -> ItemKind:
        """The kind that is asked for; without one, the first of which there are items, or the first of all."""
        first = next((kind for kind in KINDS if found.whole.numbers[kind]), KINDS[0])
        return KIND_BY_CODE.get(self.cleaned_data.get("kind", ""), first)

    def page_of(self, rows: Any, number: int) -> Page[Any]:
        """The page of `rows`, of which there are `number`, that is asked for; the last where there are fewer."""
        paginator = Paginator(rows, ITEMS)
        paginator.count = number  # known already
        return paginator.get_page(self.cleaned_data.get("page") or 1)


@dataclass(frozen=True)
class Line:
    """An item on the page, with the links that the user may follow; an exempted one with its exemption."""

    item: Item
    record_address: str
    act_address: str
    exemption: Exemption | None = None


@require_safe
@staff_page
def work_list(request: HttpRequest) -> HttpResponse:
    """What the rules of the day ask for; what cannot be read of the question is a 400 that says where."""
    form = WorkForm(request)
    asked = form.asked
    rules = rules_on(asked.day)
    found = overview(asked, rules)
    kind = form.chosen_kind(found)
    context: dict[str, Any] = {
        "here": "work_list",
        "form": form,
        "asked": asked,
        "overview": found,
        "kinds": [(each, found.whole.numbers[each], each.applies(rules)) for each in KINDS],
        **_table(found),
        "kind": kind,
        "sources": kind.sources(rules) if kind.applies(rules) else [],
        "may_see": request.user.has_perm(kind.views),
        "may_exempt": request.user.has_perm("work.add_exemption") and asked.day == timezone.localdate(),
    }
    if context["may_see"]:
        rows = kind.with_area(kind.rows(asked, rules), asked.day)
        page = form.page_of(rows, found.whole.numbers[kind])
        context["page"] = page
        context["lines"] = _lines(request, kind, list(page), asked, rules)
        context["exempted"] = _exempted(request, kind, asked, rules)
    return render(request, "work/list.html", context, status=200 if form.is_valid() else 400)


def _table(found: Overview) -> dict[str, Any]:
    """The numbers by area: of the kinds of which there are any, and of what lies nowhere if anything does."""
    columns = [kind for kind in KINDS if found.whole.numbers[kind]]
    return {
        "columns": columns,
        "table": [
            (counts.area, [(kind, counts.numbers[kind]) for kind in columns], counts.total)
            for counts in found.by_area
            if counts.area or counts.total
        ],
        "totals": [found.whole.numbers[kind] for kind in columns],
    }


def _lines(request: HttpRequest, kind: ItemKind, rows: list[Any], asked: Asked, rules: Rules) -> list[Line]:
    may_act = request.user.has_perms(kind.needs)
    within = _within(kind, [row.pk for row in rows], scope_of(request))
    return [
        Line(
            item,
            kind.address_of(item.record) if item.record.pk in within else "",
            item.link if may_act and item.record.pk in within else "",
        )
        for item in kind.items(rows, asked, rules)
    ]


def _within(kind: ItemKind, keys: Collection[int], scope: Scope) -> Collection[int]:
    """Those of the records with `keys` whose pages the user finds: they lie in `scope` today, not only on the day."""
    if scope.everything:
        return keys
    seen: Any = kind.table().filter(pk__in=keys)
    return set(seen.within(scope, timezone.localdate()).values_list("pk", flat=True))


def _exempted(request: HttpRequest, kind: ItemKind, asked: Asked, rules: Rules) -> list[Line]:
    """What is exempted on the day, the first ones, each with its exemption."""
    rows = list(kind.with_area(kind.exempted(asked, rules), asked.day)[:ITEMS])
    exemptions = Exemption.objects.on(asked.day).filter(
        **{"kind": kind.code, f"{kind.record}__in": [row.pk for row in rows]}
    )
    of_record = {getattr(row, f"{kind.record}_id"): row for row in exemptions.select_related("entered_by")}
    return [
        Line(line.item, line.record_address, "", of_record[line.item.record.pk])
        for line in _lines(request, kind, rows, asked, rules)
    ]
