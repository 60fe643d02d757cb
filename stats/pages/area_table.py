"""Figures by area as a table: its columns, and in which order its rows stand."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from orgs.models import Area, Level
from stats.figures import CoverageFigures
from stats.pages.lists import Lists, Number, Place

BY_CODE = "area"
"""The order of the codes of the areas."""


@dataclass(frozen=True)
class Column:
    """A figure of each area: its name in an address, its heading, and the code of its list; a rate has none."""

    name: str
    label: Any
    value: Callable[[CoverageFigures], Any]
    code: str = ""


COLUMNS = (
    Column("organizations", _("Organizations"), lambda row: row.organizations.total, "organizations.total"),
    Column(
        "standalone", _("Standalone"), lambda row: row.organizations.standalone, "organizations.standalone"
    ),
    Column("joint", _("Joint"), lambda row: row.organizations.joint, "organizations.joint"),
    Column("members", _("Members"), lambda row: row.members.total, "members.total"),
    Column(
        "enterprises", _("Enterprises"), lambda row: row.enterprises.in_scale, "enterprises.{scale}.in_scale"
    ),
    Column(
        "with_organization",
        _("With an organization"),
        lambda row: row.organizational.numerator,
        "enterprises.{scale}.organizational",
    ),
    Column("organizational", _("Organizational coverage"), lambda row: row.organizational.rate),
    Column("reached", _("Reached"), lambda row: row.work.numerator, "enterprises.{scale}.work"),
    Column("work", _("Work coverage"), lambda row: row.work.rate),
)

SORTS = tuple(
    direction + name for name in (BY_CODE, *(column.name for column in COLUMNS)) for direction in ("", "-")
)
"""What `?sort=` takes: a column, its smallest first, or its greatest with a minus."""


@dataclass(frozen=True)
class Heading:
    """A heading that sorts: what `aria-sort` says of it, and where it leads."""

    label: Any
    order: str
    address: str
    is_number: bool
    is_rate: bool = False


@dataclass(frozen=True)
class Cell:
    """A number, or else a rate."""

    number: Number | None
    rate: float | None

    @property
    def percentage(self) -> str:
        """The rate in per cent for a script; empty where there is none."""
        return "" if self.rate is None else f"{self.rate * 100:.2f}"


@dataclass(frozen=True)
class Row:
    """An area (None: what lies in none of them) with its cells, in the order of the columns."""

    area: Area | None
    cells: Sequence[Cell]


@dataclass(frozen=True)
class AreaTable:
    """Figures by area of `level`, the last row for what lies in none, if there is anything."""

    level: Level
    headings: Sequence[Heading]
    rows: Sequence[Row]
    total: Row


def area_table(
    by_area: Sequence[tuple[Area | None, CoverageFigures]],
    total: CoverageFigures,
    *,
    level: Level,
    lists: Lists,
    sort: str,
    asked: dict[str, str],
) -> AreaTable:
    """The table of `by_area` in the order of `sort` (one of SORTS); `asked` is what the page is asked for besides."""
    *found, (_nowhere, rest) = by_area
    codes = frozenset(area.code for area, _figures in found if area is not None)
    rows = [_row(area, figures, Place(area), lists) for area, figures in _sorted(found, sort)]
    last = _row(None, rest, Place(total.area, level, codes), lists)
    if any(cell.number and cell.number.value for cell in last.cells):
        rows.append(last)
    whole = _row(total.area, total, Place(total.area), lists)
    return AreaTable(level, list(_headings(sort, asked)), rows, whole)


def _row(area: Area | None, figures: CoverageFigures, place: Place, lists: Lists) -> Row:
    return Row(area, [_cell(column, figures, place, lists) for column in COLUMNS])


def _cell(column: Column, figures: CoverageFigures, place: Place, lists: Lists) -> Cell:
    value = column.value(figures)
    if not column.code:
        return Cell(None, value)
    return Cell(lists.behind(column.code.format(scale=figures.scale), value, place), None)


def _sorted(
    rows: Sequence[tuple[Area | None, CoverageFigures]], sort: str
) -> list[tuple[Area | None, CoverageFigures]]:
    """`rows`, which come in the order of their codes; where values are equal they stay in it, and none comes last."""
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    if name == BY_CODE:
        return list(reversed(rows)) if descending else list(rows)
    value = next(column.value for column in COLUMNS if column.name == name)
    known = [row for row in rows if value(row[1]) is not None]
    unknown = [row for row in rows if value(row[1]) is None]
    return [*sorted(known, key=lambda row: value(row[1]), reverse=descending), *unknown]


def _headings(sort: str, asked: dict[str, str]) -> Iterator[Heading]:
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    for column in (Column(BY_CODE, _("Area"), lambda row: row.area), *COLUMNS):
        is_number = column.name != BY_CODE
        order = ("descending" if descending else "ascending") if column.name == name else ""
        # Numbers begin with the greatest, names with the first.
        minus = not descending if order else is_number
        query = urlencode({**asked, "sort": f"-{column.name}" if minus else column.name})
        yield Heading(column.label, order, f"?{query}#by-area", is_number, is_number and not column.code)
