"""The figures of a report as rows: each with its definition, beside the same figure as it is known today."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from stats.api.bodies import CoverageSerializer
from stats.figures import CoverageFigures
from stats.numerals import grouped, percent

Number = int | float | None


def number_at(body: Mapping[str, Any], code: str) -> Number:
    """The figure with the dotted `code` in `body`, figures as the API answers them."""
    found: Any = body
    for name in code.split("."):
        found = found[name]
    number: Number = found
    return number


@dataclass(frozen=True)
class Figure:
    """A figure of a report, in the words of the report; `numbers` is how it comes out in each state compared."""

    code: str
    label: str
    definition: str
    unit: str
    rule: str
    numbers: tuple[Number, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The numbers as they are read."""
        return tuple(self._written(number) for number in self.numbers)

    @property
    def steps(self) -> tuple[str, ...]:
        """From each number to the next, with its sign; a dash where one of them is none."""
        return tuple(self._step(*pair) for pair in zip(self.numbers, self.numbers[1:], strict=False))

    @property
    def alternating(self) -> tuple[str, ...]:
        """First number, step, second number, step, … last number: a row of a table."""
        found = [self.texts[0]]
        for step, text in zip(self.steps, self.texts[1:], strict=True):
            found += [step, text]
        return tuple(found)

    @property
    def differs(self) -> bool:
        """Whether the numbers are not all the same."""
        return len(set(self.numbers)) > 1

    @property
    def is_share(self) -> bool:
        """Whether it is a rate, not a count."""
        return self.code.endswith(".rate")

    def _written(self, number: Number) -> str:
        return percent(number) if self.is_share or number is None else grouped(int(number))

    def _step(self, before: Number, after: Number) -> str:
        if before is None or after is None:
            return "0" if before == after else percent(None)
        if before == after:
            return "0"
        size = self._written(abs(after - before))
        if self.is_share:
            size = _("%(percent)s points") % {"percent": size.removesuffix("%")}
        return ("+" if after > before else "−") + size


def figures_of(
    definitions: Sequence[Mapping[str, Any]], *bodies: Mapping[str, Any], language: str
) -> Iterator[Figure]:
    """Every figure that `definitions` of a report define, with its number in each of `bodies`."""
    for one in definitions:
        label, definition, unit, rule = (
            one[name][language] for name in ("label", "definition", "unit", "rule")
        )
        numbers = tuple(number_at(body, one["code"]) for body in bodies)
        yield Figure(one["code"], label, definition, unit, rule, numbers)


def body_of(figures: CoverageFigures) -> dict[str, Any]:
    """`figures` as the API answers them; the area by its names in both languages, whoever reads."""
    area = figures.area
    place = area and {"code": area.code, "level": area.level, "name": area.name, "name_en": area.name_en}
    return {**CoverageSerializer(figures).data, "area": place}
