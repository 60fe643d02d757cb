"""What becomes of each row of a file: created, updated, unchanged."""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

LISTED = 100
"""Of each outcome, so many lines are remembered; more are counted."""


class Outcome(StrEnum):
    """What a row does to the register."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class Outcomes:
    """How many rows of a file have which outcome, and the first of them by their lines."""

    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    lines: dict[Outcome, list[int]] = field(default_factory=lambda: {outcome: [] for outcome in Outcome})
    """The lines of the first rows of each outcome, in the order in which they were loaded."""
    _digest: Any = field(default_factory=sha256)

    def add(self, line: int, outcome: Outcome) -> None:
        """The row at `line` has `outcome`."""
        self.counts[outcome] += 1
        if len(self.lines[outcome]) < LISTED:
            self.lines[outcome].append(line)
        self._digest.update(b"%d:%s\n" % (line, outcome.encode()))

    @property
    def digest(self) -> str:
        """The same for equal outcomes of the same rows."""
        return str(self._digest.hexdigest())

    def __str__(self) -> str:
        return ", ".join(f"{outcome} {count}" for outcome, count in self.counts.items())
