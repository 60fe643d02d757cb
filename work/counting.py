"""How many items there are, by kind and area: the numbers above the work list."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orgs.models import Area, Level
from orgs.models.area import DIGITS
from stats.pages.asking import Asked
from work.items import KINDS, ItemKind, Rules
from work.readers import Reader


@dataclass(frozen=True)
class Counts:
    """The items of a day, of one area."""

    area: Area | None
    """None: what lies in no subdistrict, or all of it."""
    numbers: Mapping[ItemKind, int]

    @property
    def total(self) -> int:
        """Of all kinds."""
        return sum(self.numbers.values())


@dataclass(frozen=True)
class Overview:
    """The items of a day that a reader sees today, by where they lay on the day, in the area that is asked for."""

    whole: Counts
    by_area: Sequence[Counts]
    """Per subdistrict in it; the last carries what lies in none of them, so that all add up to `whole`."""


def overview(asked: Asked, rules: Rules, reader: Reader) -> Overview:
    """The numbers of items that `reader` sees, exempted ones left out.

    A statement for each kind, and one for the areas.
    """
    areas = Area.objects.all() if asked.area is None else Area.objects.subtree_of(asked.area)
    by_code = {area.code: area for area in areas.order_by("code")}
    subdistricts = [area for area in by_code.values() if area.level == Level.SUBDISTRICT]
    # An area lies in the subdistrict with whose code its own begins.
    place_of: dict[int | None, str] = {
        area.pk: code[: DIGITS[Level.SUBDISTRICT]] for code, area in by_code.items()
    }
    found: dict[str | None, Counter[ItemKind]] = {area.code: Counter() for area in subdistricts}
    nowhere: Counter[ItemKind] = Counter()
    for kind in KINDS:
        for key, number in kind.numbers_by_area(asked, rules, reader).items():
            found.get(place_of.get(key), nowhere)[kind] += number
    rows = [Counts(area, found[area.code]) for area in subdistricts] + [Counts(None, nowhere)]
    return Overview(Counts(None, {kind: sum(row.numbers[kind] for row in rows) for kind in KINDS}), rows)
