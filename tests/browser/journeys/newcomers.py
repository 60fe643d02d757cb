"""Enterprises and their members that journeys begin with, added to the sample register after its report.

Each journey needs an enterprise of three full members that has no organization; the sample leaves none.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from tests.factories.orgs import credit_code

FIRST_DAY = "2008-06-20"
"""On which the newcomers are registered: the day after that of the report, whose figures stay."""

AREA = "330304002901"
"""Where they lie: an enterprise community that the sample's organizer and reviewer both see."""

MEMBERS = ("欧阳明", "诸葛清", "上官和")
"""The names of the members of each."""


@dataclass(frozen=True)
class Newcomer:
    """An enterprise of three full members, who belong to no organization yet."""

    number: int
    name: str
    is_above_scale: bool

    @property
    def uscc(self) -> str:
        """Its invented credit code."""
        return credit_code(8000 + self.number)


def _newcomers(words: Iterable[str], trade: str, first: int, *, is_above_scale: bool) -> list[Newcomer]:
    return [
        Newcomer(number, f"温州拟{word}{trade}有限公司", is_above_scale)
        for number, word in enumerate(words, start=first)
    ]


TO_BE_ENTERED = _newcomers(("瓯江", "楠溪", "雁荡", "仙岩"), "锁业", 1, is_above_scale=True)
"""What an organizer enters branches of: the rules ask for an organization, for they are above scale."""
APPLICANTS = _newcomers(("大罗", "白象", "塘河", "吹台"), "鞋业", 5, is_above_scale=False)
"""What asks for an organization itself."""
IN_THE_REGISTER = [*TO_BE_ENTERED, *APPLICANTS]
LISTS = [
    _newcomers(words, "电器", 10 * number, is_above_scale=False)
    for number, words in enumerate(
        (("东瓯", "西山"), ("南塘", "北麂"), ("茶山", "丽岙"), ("泽雅", "瞿溪")), start=1
    )
]
"""What is not in the register yet: organizers import it, two enterprises each."""


def write_enterprises(path: Path) -> None:
    """The sheet of what the register has from the beginning, as `import_data` takes it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["uscc", "name", "area", "registered_on", "above_scale_from"])
        for one in IN_THE_REGISTER:
            above = FIRST_DAY if one.is_above_scale else ""
            rows.writerow([one.uscc, one.name, AREA, FIRST_DAY, above])


def write_members(path: Path) -> None:
    """The sheet of the members of these."""
    stages = {
        "applied_on": "2004-03-01", "activist_on": "2004-10-01", "candidate_on": "2005-11-01",
        "probationary_on": "2006-05-01", "full_on": "2007-05-01",
    }  # fmt: skip
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["member_no", "name", "enterprise", *stages])
        for one, (place, name) in product(IN_THE_REGISTER, enumerate(MEMBERS)):
            rows.writerow([f"DY330399-9{one.number}{place}", name, one.uscc, *stages.values()])
