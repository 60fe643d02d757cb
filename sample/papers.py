"""Documents, letters and receipts of the sample, numbered within each year in the order of their days."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Model

from members.models import Transfer
from orgs.models import Series

DOCUMENT, REPLY, RECEIPT = "样发", "样复", "样收"
"""Series of documents; 样, sample, marks them all as invented."""


@dataclass
class Papers:
    """What was drawn up, and the rows in which its number is to stand."""

    drawn_up: list[tuple[date, str, str, tuple[Model, ...]]] = field(default_factory=list)
    letters: list[Transfer] = field(default_factory=list)
    series: list[Series] = field(default_factory=list)
    """The series of the letters, once they are numbered."""

    def draw_up(self, on: date, *rows: Model, name: str = "document", of: str = DOCUMENT) -> None:
        """A paper of `on`, of the series `of`, whose number stands in the field `name` of `rows`."""
        self.drawn_up.append((on, of, name, rows))

    def number(self) -> None:
        """Give the numbers; those of letters as the register gives them (members.actions.transfers)."""
        given: Counter[tuple[str, int]] = Counter()
        for on, of, name, rows in sorted(self.drawn_up, key=lambda paper: paper[0]):
            given[of, on.year] += 1
            for row in rows:
                setattr(row, name, f"{of}〔{on.year}〕{given[of, on.year]}号")
        letters: Counter[int] = Counter()
        for day, transfer in sorted(_by_day(self.letters), key=lambda letter: letter[0]):
            letters[day.year] += 1
            transfer.letter_number = f"{day.year}-{letters[day.year]:04d}"
        self.series = [
            Series(name=f"transfer-letter-{year}", last=last) for year, last in sorted(letters.items())
        ]


def _by_day(letters: Iterable[Transfer]) -> list[tuple[date, Transfer]]:
    return [(letter.letter_on, letter) for letter in letters if letter.letter_on is not None]
