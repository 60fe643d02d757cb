"""What an import would do, as its page shows it before anything is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.html import escape
from django.utils.text import capfirst
from django.utils.translation import gettext

from sheets.columns import Choice, Column
from sheets.mending import are_told_apart
from sheets.models import Import, Part
from sheets.pages.shared import page, reads_chinese
from sheets.parts import kept_json
from sheets.problems import KEPT, Problem
from sheets.resources import RESOURCES

LONGEST = 60
"""Characters of a value that are shown."""

_BYTES_OF_ROWS, _BYTES_OF_CHANGES, _BYTES_OF_PROBLEMS = 100_000, 160_000, 60_000
# What surrounds a value in the page.
_BYTES_AROUND = 110
_IGNORED = 20
_HIDDEN = "•••"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row that makes a record: its line and its values in the order of the columns."""

    line: int
    values: list[str]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with its old and new value; `is_hidden` where it is only told that it changed."""

    name: str
    old: str
    new: str
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that changes the record with a key."""

    line: int
    key: str
    fields: list[FieldChange]


def preview(request: HttpRequest, site: AdminSite, import_: Import) -> HttpResponse:
    """The page of an import that is checked."""
    findings = kept_json(import_, Part.FINDINGS)
    columns = {column.name: column for column in RESOURCES[import_.resource].columns}
    in_chinese = reads_chinese()
    new = [
        NewRow(row["line"], [_shown(columns[name], row["values"].get(name)) for name in findings["columns"]])
        for row in findings["new"]
    ]
    changed = [_changed(row, columns, in_chinese) for row in findings["changed"]]
    shown_new = _within(_BYTES_OF_ROWS, ((row, row.values) for row in new))
    shown_changed = _within(_BYTES_OF_CHANGES, ((row, _texts_of(row)) for row in changed))
    is_good = not import_.wrong
    writes = (import_.created or 0) + (import_.updated or 0)
    may_mend = are_told_apart(findings)
    return page(
        request, site, "preview.html",
        title=gettext("What the import would do"),
        import_=import_,
        is_read=findings["is_read"],
        may_confirm=is_good and writes,
        has_rows=writes or import_.unchanged,
        may_mend=may_mend,
        most_mended=KEPT if may_mend and findings["errors"]["count"] > KEPT else 0,
        language_of_findings=_other_language(import_),
        columns=[columns[name].in_language(in_chinese) for name in findings["columns"]],
        new=shown_new,
        more_new=(import_.created or 0) - len(shown_new),
        changed=shown_changed,
        more_changed=(import_.updated or 0) - len(shown_changed),
        written=_written(findings["written"]) if is_good else [],
        errors=_problems(findings["errors"]),
        warnings=_problems(findings["warnings"]),
        ignored=[_cut(header) for header in findings["ignored"][:_IGNORED]],
        more_ignored=max(len(findings["ignored"]) - _IGNORED, 0),
    )  # fmt: skip


def _changed(row: dict[str, Any], columns: dict[str, Column], in_chinese: bool) -> ChangedRow:
    names = [column.name for column in columns.values() if column.key]
    key = " · ".join(_shown(columns[name], value) for name, value in zip(names, row["key"], strict=True))
    fields = [
        FieldChange(
            columns[name].in_language(in_chinese),
            _shown(columns[name], old),
            _shown(columns[name], new),
            columns[name].withheld,
        )
        for name, old, new in row["fields"]
    ]
    return ChangedRow(row["line"], key, fields)


def _texts_of(row: ChangedRow) -> list[str]:
    return [row.key, *(text for field in row.fields for text in (field.name, field.old, field.new))]


def _shown(column: Column, value: Any) -> str:
    """A value as the page shows it: a choice by its name in the language, what is withheld not at all."""
    if value is None:
        return ""
    if column.withheld:
        return _HIDDEN
    if isinstance(column, Choice) and reads_chinese():
        return column.in_chinese[value]
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _within(size: int, rows: Iterable[tuple[_T, Sequence[str]]]) -> list[_T]:
    """The first of `rows`, given with their texts, that together take at most `size` bytes of a page."""
    shown = []
    for row, texts in rows:
        size -= sum(len(escape(text).encode()) + _BYTES_AROUND for text in texts)
        if size < 0:
            break
        shown.append(row)
    return shown


def _problems(found: dict[str, Any]) -> dict[str, Any]:
    problems = [
        Problem(line, column, message, _cut(value)) for line, column, message, value in found["first"]
    ]
    shown = _within(
        _BYTES_OF_PROBLEMS,
        ((problem, [problem.column, problem.message, problem.value]) for problem in problems),
    )
    return {"count": found["count"], "first": shown, "more": found["count"] - len(shown)}


def _written(counts: dict[str, int]) -> list[tuple[str, int]]:
    """What is written, by the names of the tables."""
    return [
        (capfirst(str(apps.get_model(label)._meta.verbose_name_plural)), count)
        for label, count in counts.items()
    ]


def _other_language(import_: Import) -> str:
    """The language of the findings, by its name in the page's, where that is another."""
    if import_.language == translation.get_language():
        return ""
    return str(translation.get_language_info(import_.language)["name_translated"])
