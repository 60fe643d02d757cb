"""The work list: what the rules ask for on a day, counted by kind and area, and the items of one kind."""

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

from orgs.api.files import FORMATS
from stats.pages.asking import NO_CHOICE, Asked, AskingForm, scope_of, staff_page
from work.counting import Overview, overview
from work.items import KIND_BY_CODE, KINDS, Item, ItemKind, Rules, rules_on
from work.models import Exemption
from work.readers import Reader

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
    """An item on the page, the address of its record, and where it is acted upon, if the user may."""

    item: Item
    record_address: str
    act_address: str


@dataclass(frozen=True)
class ExemptedLine:
    """A record to which the rule does not apply for a time, its address, and why."""

    record: Any
    record_address: str
    exemption: Exemption


@require_safe
@staff_page
def work_list(request: HttpRequest) -> HttpResponse:
    """What the rules of the day ask for; what cannot be read of the question is a 400 that says where."""
    form = WorkForm(request)
    asked = form.asked
    rules = rules_on(asked.day)
    reader = Reader(scope_of(request), timezone.localdate())
    found = overview(asked, rules, reader)
    kind = form.chosen_kind(found)
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "overview": found,
        "kinds": [(each, found.whole.numbers[each], each.applies(rules)) for each in KINDS],
        **_table(found),
        "kind": kind,
        "sources": kind.sources(rules) if kind.applies(rules) else [],
        "elsewhere": kind.number_everywhere(asked, rules) - found.whole.numbers[kind],
        "formats": FORMATS,
        "may_see": request.user.has_perm(kind.views),
        "may_exempt": request.user.has_perm("work.add_exemption") and asked.day == reader.today,
    }
    if context["may_see"]:
        rows = kind.with_area(kind.rows(asked, rules, reader), asked.day)
        page = form.page_of(rows, found.whole.numbers[kind])
        context["page"] = page
        context["lines"] = _lines(request, kind, list(page), asked, rules)
        context["exempted"] = _exempted(kind, asked, rules, reader)
    return render(request, "work/list.html", context, status=200 if form.is_valid() else 400)


def _table(found: Overview) -> dict[str, Any]:
    """The numbers by subdistrict, where there are any: of the kinds of which there are items.

    With what lies in none of them, if anything does.
    """
    has_areas = any(counts.area for counts in found.by_area)
    columns = [kind for kind in KINDS if has_areas and found.whole.numbers[kind]]
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
    return [
        Line(item, kind.address_of(item.record), item.link if may_act else "")
        for item in kind.items(rows, asked, rules)
    ]


def _exempted(kind: ItemKind, asked: Asked, rules: Rules, reader: Reader) -> list[ExemptedLine]:
    """What is exempted on the day, all of it: there is no other place from which an exemption is ended."""
    rows = list(kind.with_area(kind.exempted(asked, rules, reader), asked.day))
    exemptions = Exemption.objects.on(asked.day).filter(
        **{"kind": kind.code, f"{kind.record}__in": [row.pk for row in rows]}
    )
    of_record = {getattr(row, f"{kind.record}_id"): row for row in exemptions.select_related("entered_by")}
    return [ExemptedLine(row, kind.address_of(row), of_record[row.pk]) for row in rows]
