"""The table of targets, in Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What is measured, at which size, and what is wanted; both tell a row of one database from others."""

    what: str
    at: str
    target: str = "–"


@dataclass(frozen=True)
class Cell:
    """What came out; `met` is None where nothing is wanted or the database is not meant."""

    text: str
    met: bool | None = None

    def __str__(self) -> str:
        verdict = {True: ", met", False: ", **missed**", None: ""}[self.met]
        return self.text + verdict


Results = dict[Row, Cell]


def at_most(value: float, limit: float, detail: str = "") -> Cell:
    """A ratio that shall not be larger than `limit`."""
    return Cell(_times(value, detail), value <= limit)


def for_information(value: float, detail: str = "") -> Cell:
    """A ratio without a target."""
    return Cell(_times(value, detail))


def _times(value: float, detail: str) -> str:
    digits = 0 if value >= 20 else 1 if value >= 3 else 2
    return f"{value:.{digits}f}x{detail}"


def markdown(results: dict[str, Results]) -> str:
    """The table: a line for each row, a column for each database."""
    rows: list[Row] = list(dict.fromkeys(row for column in results.values() for row in column))
    lines = [["what", "at", "target", *results], ["---"] * (3 + len(results))]
    for row in rows:
        cells = (str(column.get(row, "–")) for column in results.values())
        lines.append([row.what, row.at, row.target, *cells])
    return "\n".join(_line(line) for line in lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
