"""An analyst makes a token on the site, and pulls with it what the dashboard shows."""

import io
import json
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook

from tests.browser.journeys.staff import ask_for, sign_in

DAY, DISTRICT = "2008-06-19", "330304"
COLUMNS = [
    "organizations.total", "organizations.standalone", "organizations.joint", "members.total",
    "enterprises.in_scale", "coverage.organizational.numerator", "coverage.organizational.rate",
    "coverage.work.numerator", "coverage.work.rate",
]  # fmt: skip
"""Of the by-area file: what the dashboard's table by area shows, in its order."""


def read_the_dashboard(page, shot):
    """The numbers of the dashboard's table by area, by the name of the area; rates as shares of 1."""
    sign_in(page, "analyst")
    page.get_by_role("link", name=_("Dashboard: the figures of any day, and the rows behind them")).click()
    ask_for(page, as_of=DAY)
    shot("analyst-dashboard", page)
    rows = page.locator("#by-area-table tbody tr")
    shot("analyst-by-area", page, page.locator("#by-area"))
    texts = [row.locator("th, td").all_inner_texts() for row in rows.all()]
    return {name: [_number(text) for text in row] for name, *row in texts}


def _number(text):
    digits = text.replace(",", "")
    return round(float(digits[:-1]) / 100, 4) if digits.endswith("%") else int(digits)


def make_a_token(page, name, shot):
    """Make a token called `name` for reading figures; gives its key, which the site shows once."""
    page.goto("/admin/")
    page.locator(".account summary").click()
    page.get_by_role("link", name=_("API tokens")).click()
    page.get_by_label(_("Name"), exact=True).fill(name)
    page.get_by_label(_("What it may do")).select_option("analyst")
    shot("analyst-new-token", page, page.locator("section[aria-labelledby=make-token]"))
    page.get_by_role("button", name=_("Make the token")).click()
    key = page.locator(".new-key code").first
    key.wait_for()
    shot("analyst-token", page)
    return key.inner_text()


class Program:
    """What an analyst writes: asks the API at `address` with the token `key`."""

    def __init__(self, address, key, language):
        self.address = f"{address}/api/v1/"
        self.headers = {"Authorization": f"Token {key}", "Accept-Language": language}

    def ask(self, path, **query):
        """The answer's bytes."""
        request = Request(f"{self.address}{path}?{urlencode(query)}", headers=self.headers)
        with urlopen(request, timeout=30) as answer:
            return answer.read()

    def json(self, path, **query):
        """The answer, read."""
        return json.loads(self.ask(path, **query))

    def sheet(self, path, **query):
        """The rows of the answer's workbook, as dicts by the column."""
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(self.ask(path, format="xlsx", **query)))
        header, *rows = workbook.get_sheet_by_index(0).to_python()
        return [dict(zip(header, row, strict=True)) for row in rows]
