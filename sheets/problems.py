"""What is wrong with a file, or worth a look: each pinned to its line and column."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SHOWN = 100
"""As many errors, and as many warnings, are printed; more are counted."""

KEPT = 50_000
"""As many, of the first lines, are kept for who mends them."""

INEXACT_FROM = 10**15
"""From here on Excel does not keep every digit of a number."""

_LONGEST_VALUE = 100


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding: `line` is the physical line of a CSV file or the row of a sheet.

    `value` is empty where there is none, and where it may not be told: names, identity numbers,
    phones, birth dates.
    """

    line: int
    column: str
    message: str
    value: str = ""

    def __str__(self) -> str:
        shown = f" ({self.value})" if self.value else ""
        return f"line {self.line}: {self.column}: {self.message}{shown}"


def one_line(value: object) -> str:
    """`value` as it is shown in a message: on one line, and not too long."""
    if isinstance(value, float) and value.is_integer() and abs(value) < INEXACT_FROM:
        value = int(value)  # as Excel shows it
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


@dataclass(slots=True)
class Problems:
    """A list of findings that counts them all and keeps the first lines' ones."""

    count: int = 0
    lines: set[int] = field(default_factory=set)
    """All lines with findings."""
    _kept: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Add a finding; findings may come in any order of lines."""
        self.count += 1
        self.lines.add(problem.line)
        self._kept.append(problem)
        if len(self._kept) > 2 * KEPT:
            self._kept = self.first(KEPT)

    def first(self, most: int = SHOWN) -> list[Problem]:
        """The first `most` findings by line, at most `KEPT`."""
        return sorted(self._kept, key=lambda problem: problem.line)[:most]

    def __bool__(self) -> bool:
        return self.count > 0


class ImportRefused(Exception):
    """A file has errors; nothing of it is written."""

    def __init__(self, errors: Problems) -> None:
        self.errors = errors
        super().__init__(count_of_errors(errors.count))


def count_of_errors(count: int) -> str:
    """The closing line beneath a list of errors."""
    return ngettext("%(count)d error", "%(count)d errors", count) % {"count": count}


def count_of_warnings(count: int) -> str:
    """The closing line beneath a list of warnings."""
    return ngettext("%(count)d warning", "%(count)d warnings", count) % {"count": count}


class Unreadable(Exception):
    """A file, or the rest of it from `line` on, cannot be read as a table."""

    def __init__(self, line: int, message: str, column: str = "") -> None:
        self.problem = Problem(line, column or _("file"), message)
        super().__init__(str(self.problem))
