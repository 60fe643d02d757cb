"""Documents, receipts and letters of the sample, numbered within each year in the order of their days.

The register itself numbers the letters, so that it goes on after those of the sample.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Model

from members.actions.transfers import next_letter_number
from members.models import Transfer

DOCUMENT, REPLY, RECEIPT = "样发", "样复", "样收"
"""Series of documents; 样, sample, marks them all as invented."""


@dataclass
class Papers:
    """What was drawn up, and the rows in which its number is to stand."""

    drawn_up: list[tuple[date, str, str, tuple[Model, ...]]] = field(default_factory=list)
    letters: list[tuple[date, Transfer]] = field(default_factory=list)

    def draw_up(self, on: date, *rows: Model, name: str = "document", of: str = DOCUMENT) -> None:
        """A paper of `on`, of the series `of`, whose number stands in the field `name` of `rows`."""
        self.drawn_up.append((on, of, name, rows))

    def number(self) -> None:
        """Give documents, replies and receipts their numbers."""
        given: Counter[tuple[str, int]] = Counter()
        for on, of, name, rows in sorted(self.drawn_up, key=lambda paper: paper[0]):
            given[of, on.year] += 1
            for row in rows:
                setattr(row, name, f"{of}〔{on.year}〕{given[of, on.year]}号")

    def number_letters(self) -> None:
        """Give the letters their numbers, which takes them from the database."""
        for on, transfer in sorted(self.letters, key=lambda letter: letter[0]):
            transfer.letter_number = next_letter_number(on)
