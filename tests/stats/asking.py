"""Requests for figures, and what their files hold."""

import csv
import io

import openpyxl
from rest_framework.test import APIClient

from tests.factories.orgs import START, AreaFactory, EnterpriseFactory, OrganizationFactory

DAY = "2008-06-19"
CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def ask(path, client=None, *, language="en", headers=(), **parameters):
    """The answer of `/api/v1/statistics/{path}/`; a parameter called as a word of Python has `_` behind it."""
    named = {name.removesuffix("_"): value for name, value in parameters.items()}
    return (client or APIClient()).get(
        f"/api/v1/statistics/{path}/", named, headers={"accept-language": language, **dict(headers)}
    )


def rows_of_csv(answer):
    """The rows of a CSV file, as texts by column."""
    assert answer.status_code == 200, answer.content
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))


def sheet_of(answer):
    """The sheet of an XLSX file."""
    assert answer.status_code == 200, answer.content
    return openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active


def rows_of_xlsx(answer):
    """The rows of an XLSX file, as values by column."""
    header, *lines = sheet_of(answer).iter_rows(values_only=True)
    return [dict(zip(header, line, strict=True)) for line in lines]


def place(code, count=1):
    """The area of `code` with `count` enterprises above scale that have a branch, and one that has none."""
    area = AreaFactory(code=code)
    for _number in range(count):
        covered = EnterpriseFactory(area=area, above_scale_from=START)
        OrganizationFactory(area=area, covers=[covered])
    EnterpriseFactory(area=area, above_scale_from=START)
    return area
