"""A report as a file: all of it that its reader may see. The access log tells who took it."""

import json
from collections.abc import Iterator

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from record.log import note
from record.models import Event
from reports.comparing import Difference, subject_of
from reports.figures import figures_of
from reports.freezing import KeyLists
from reports.models import Report
from reports.pages.comparing import CompareForm, comparison_page
from reports.pages.seeing import reader_of, report_page
from reports.states import chain
from reports.telling import Reader
from reports.workbooks import MIME_TYPE, Row, Sheet, workbook


@report_page
def report_json(request: HttpRequest, report: Report) -> HttpResponse:
    """The document that the digest is of, the digest, and the keys of the records counted, with their salts."""
    body = {
        "digest": {"algorithm": "sha256", "of": "document", "value": report.digest},
        "document": report.document,
        "contents": _seen(report, reader_of(request, report)),
    }
    text = json.dumps(body, ensure_ascii=False, indent=1)
    return _handed_out(request, report, text.encode(), "json", f"{report.number}.json", "application/json")


@report_page
def report_workbook(request: HttpRequest, report: Report) -> HttpResponse:
    """What the report says, its figures with their definitions, and the records that were counted."""
    reader = reader_of(request, report)
    content = workbook([_about(report), _figures(report), _counted(report, reader)])
    return _handed_out(request, report, content, "xlsx", f"{report.number}.xlsx", MIME_TYPE)


@report_page
def comparison_workbook(request: HttpRequest, report: Report) -> HttpResponse:
    """The comparison that the page of the same query shows, with every record that is counted otherwise."""
    form = CompareForm(request, report)
    if not form.is_valid():
        return comparison_page(request, report, form)
    found = chain(report, **form.chain_from)
    reader = reader_of(request, report)
    bodies = [state.body for state in found.states]
    figures: Sheet = (
        _("Figures"),
        [_("Code of the figure"), _("Figure"), *(state.title for state in found.states)],
        [
            (one.code, one.label, *one.numbers)
            for one in figures_of(report.definitions, *bodies, language=_language())
        ],
    )
    records: Sheet = (
        _("Records"),
        ["", _("What is counted"), _("Key of the record"), _("Counted before as"), _("Counted after as")],
        [
            (step.title, *row)
            for step in found.steps
            for difference in step.differences
            if reader.may_see(difference.subject)
            for row in _differing(difference, reader)
        ],
    )
    content = workbook([figures, records])
    return _handed_out(request, report, content, "comparison", f"{report.number}-compared.xlsx", MIME_TYPE)


def _seen(report: Report, reader: Reader) -> KeyLists:
    return {code: one for code, one in report.key_lists.items() if reader.may_see(subject_of(code))}


def _about(report: Report) -> Sheet:
    rows: list[Row] = [
        (_("Report number"), report.number),
        (_("Day"), report.as_of.isoformat()),
        (_("Area"), report.area_name or _("the whole register")),
        (_("Enterprises to cover"), str(report.get_scale_display())),
        (_("Issued at"), date_format(report.issued_at, "c")),
        (_("Issued by"), report.issuer),
        (_("Digest (SHA-256)"), report.digest),
        (_("Bulletin"), report.bulletins[_language()]),
    ]
    return _("Report"), ["", ""], rows


def _figures(report: Report) -> Sheet:
    header = [
        _("Code of the figure"),
        _("Figure"),
        _("Value"),
        _("Unit"),
        _("Definition"),
        _("Rule and source"),
    ]
    rows = [
        (one.code, one.label, one.numbers[0], one.unit, one.definition, one.rule)
        for one in figures_of(report.definitions, report.figures, language=_language())
    ]
    return _("Figures"), header, rows


def _counted(report: Report, reader: Reader) -> Sheet:
    rows = [
        (code, reader.labels[code], key) for code, one in _seen(report, reader).items() for key in one["keys"]
    ]
    return _("Records"), [_("Code of the figure"), _("Counted as"), _("Key of the record")], rows


def _differing(difference: Difference, reader: Reader) -> Iterator[Row]:
    for one in difference.all:
        before, after = reader.labels_of(one.before), reader.labels_of(one.after)
        yield str(difference.subject.label), one.key, before, after


def _language() -> str:
    return str(get_language())


def _handed_out(
    request: HttpRequest, report: Report, content: bytes, what: str, name: str, media_type: str
) -> HttpResponse:
    if request.method == "GET":
        with transaction.atomic():
            note(Event.EXPORTED, request=request, subject=report, detail=what)
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
