"""What becomes of each row of a file: created, updated, unchanged."""

from array import array
from collections.abc import Container
from dataclasses import dataclass, field
from enum import StrEnum

LISTED = 100
"""Of each outcome, so many rows are shown; more are counted."""


class Outcome(StrEnum):
    """What a row does to the register."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class Outcomes:
    """Which rows of a file, known by their lines, have which outcome."""

    lines: "dict[Outcome, array[int]]" = field(
        default_factory=lambda: {outcome: array("L") for outcome in Outcome}
    )
    """The lines by outcome, in the order in which they were loaded."""

    def add(self, line: int, outcome: Outcome) -> None:
        """The row at `line` has `outcome`."""
        self.lines[outcome].append(line)

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows have which outcome."""
        return {outcome: len(lines) for outcome, lines in self.lines.items()}

    def without(self, wrong: Container[int]) -> "Outcomes":
        """Those of the other rows than the `wrong` ones, given by line: an error may show after a row is loaded."""
        kept = {
            outcome: array("L", (line for line in lines if line not in wrong))
            for outcome, lines in self.lines.items()
        }
        return Outcomes(kept)

    def __str__(self) -> str:
        return ", ".join(f"{outcome} {count}" for outcome, count in self.counts.items())
