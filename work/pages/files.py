"""The items of one kind as a file: all that the work list has, on whichever page."""

from itertools import chain

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from orgs.api.files import FORMATS, NoSheetHoldsIt, keys_of, note_export, sent
from orgs.api.tables import Cell, Column, Table
from orgs.batches import in_batches
from stats.pages.asking import scope_of, staff_page
from work.items import KIND_BY_CODE, Item, rules_on
from work.pages.work_list import WorkForm
from work.readers import Reader

_TITLES = {
    "record": _("Record"),
    "area": _("Area"),
    "fact": _("What is the case"),
    "since": _("Since"),
}


@require_GET
@staff_page
def work_file(request: HttpRequest, code: str, format_: str) -> HttpResponseBase:
    """The items of the kind `code` that the work list has for the same question, in a file of `format_`.

    What cannot be read of the question is answered by the list.
    """
    kind = KIND_BY_CODE.get(code)
    if kind is None or format_ not in FORMATS:
        raise Http404
    if not request.user.has_perm(kind.views):
        raise PermissionDenied
    form = WorkForm(request)
    asked = form.asked
    back = f"{reverse('work_list')}?{request.GET.urlencode()}"
    if not form.is_valid():
        return redirect(back)
    rules = rules_on(asked.day)
    reader = Reader(scope_of(request), timezone.localdate())
    rows = kind.with_area(kind.rows(asked, rules, reader), asked.day)
    keys = keys_of(rows)
    pieces = (kind.items(list(rows.filter(pk__in=some)), asked, rules) for some in in_batches(keys))
    columns = [Column((name,), title=str(title)) for name, title in _TITLES.items()]
    table = Table(f"work-{code}-{asked.day}", columns, map(_line, chain.from_iterable(pieces)))
    try:
        answer = sent(table, format_, count=len(keys))
    except NoSheetHoldsIt as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    asked_by = form.fields.keys() & request.GET.keys()
    note_export(request.user, f"work {code}", format_, count=len(keys), asked=asked_by)
    return answer


def _line(item: Item) -> dict[str, Cell]:
    return {
        "record": str(item.record),
        "area": item.record.area_name,
        "fact": item.fact,
        "since": item.since,
    }
