"""Small files to import, and what the pipeline says of them."""

import csv
import io
import zipfile
from datetime import date

import openpyxl
from stdnum.cn import ric

from sheets.pipeline import import_file
from sheets.problems import ImportRefused
from sheets.resources import RESOURCES

TODAY = date(2026, 7, 1)


def csv_text(rows):
    """`rows`, the first the header, as CSV; None is an empty cell."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def as_bytes(content):
    """`content` as the bytes of a file: bytes themselves, a text in UTF-8, rows as CSV."""
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else csv_text(content)).encode()


def load(resource, content, **options):
    """Import `content`; gives the summary."""
    options.setdefault("day", TODAY)
    return import_file(RESOURCES[resource], io.BytesIO(as_bytes(content)), **options)


def counts(resource, content, **options):
    """Import `content`; gives rows created, updated, unchanged."""
    summary = load(resource, content, **options)
    return tuple(summary.outcomes.counts.values())


def errors(resource, content, **options):
    """Import `content`, which must be refused; gives the lines of the errors."""
    try:
        summary = load(resource, content, **options)
    except ImportRefused as refused:
        return [str(problem) for problem in refused.errors.first()]
    raise AssertionError(f"the file was taken: {summary}")


def warnings(resource, content, **options):
    """Import `content`; gives the lines of the warnings."""
    return [str(problem) for problem in load(resource, content, **options).warnings.first()]


def xlsx(rows, *, edit=None, formats=None, title="Sheet"):
    """`rows` as an XLSX file; `edit` changes the XML of the sheet, `formats` numbers by cell name."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    out = io.BytesIO()
    book.save(out)
    return rewritten(out.getvalue(), {"xl/worksheets/sheet1.xml": edit}) if edit else out.getvalue()


def rewritten(file, edits):
    """The ZIP `file` with entries changed: `edits` gives a function of the bytes by name."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(file)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, edits[name](data) if name in edits else data)
    return out.getvalue()


def identity(county="330304", born="19700101", order="001"):
    """An identity number with its check digit."""
    body = f"{county}{born}{order}"
    return body + ric.calc_check_digit(body + "0")
