"""What every figure means: its name, its definition, its unit, and the rule behind it with its source.

Pages, the API and issued reports show these texts beside the figures. Codes are the dotted paths of the API's
answers: `organizations.total` of coverage, `series.members.entered`, `gaps.mode`, `applications.received`.
"""

from stats.definitions.asking import APPLICATION_FIGURES, GAPS
from stats.definitions.coverage import COVERAGE
from stats.definitions.flows import SERIES
from stats.definitions.rules import Definition

__all__ = ["DEFINITIONS", "Definition"]

DEFINITIONS: tuple[Definition, ...] = (*COVERAGE, *SERIES, *GAPS, *APPLICATION_FIGURES)
