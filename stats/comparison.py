"""Figures compared: which of them differ between two states of the register, or two days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from orgs.models import Area
from orgs.modes import Mode
from stats.figures import CoverageFigures, Scale, coverage_by_scale

Numbers = Mapping[str, tuple[str, int]]
"""Figures by their code (`organizations.total`), each with its name in the reader's language."""


@dataclass(frozen=True)
class Moved:
    """A figure that differs: its code, its name in the reader's language, and both numbers."""

    code: str
    label: str
    before: int
    after: int


def numbers_of(day: date, area: Area | None) -> Numbers:
    """All counted figures of `day` in `area` (None: the whole register). Four statements."""
    return numbers_in(coverage_by_scale(day, area))


def numbers_in(by_scale: Mapping[Scale, CoverageFigures]) -> Numbers:
    """All counted figures of `by_scale`, which is what `coverage_by_scale` gives."""
    return {code: (capfirst(label), number) for code, label, number in _named(by_scale)}


def moved(before: Numbers, after: Numbers) -> list[Moved]:
    """The figures that differ, in the order of the report."""
    return [
        Moved(code, label, number, after[code][1])
        for code, (label, number) in before.items()
        if number != after[code][1]
    ]


def _named(by_scale: Mapping[Scale, CoverageFigures]) -> Iterator[tuple[str, str, int]]:
    figures = by_scale[Scale.ALL]
    organizations, members = figures.organizations, figures.members
    yield "organizations.total", _("organizations"), organizations.total
    yield "organizations.standalone", _("standalone organizations"), organizations.standalone
    for kind, count in organizations.by_kind.items():
        yield f"organizations.by_kind.{kind}", str(kind.label), count
    yield (
        "organizations.initiated_by_enterprise",
        _("founded on the enterprise's initiative"),
        (organizations.initiated_by_enterprise),
    )
    yield (
        "organizations.established_this_year",
        _("established this year"),
        (organizations.established_this_year),
    )
    yield (
        "organizations.established_last_year",
        _("established last year"),
        (organizations.established_last_year),
    )
    yield (
        "community_general_branches",
        _("community general Party branches"),
        (figures.community_general_branches),
    )
    yield "members.total", _("members"), members.total
    yield "members.full", _("full members"), members.full
    yield "members.probationary", _("probationary members"), members.probationary
    yield "enterprises.operating", _("operating enterprises"), figures.enterprises.operating
    for scale, of_scale in by_scale.items():
        for mode in Mode:
            label = _("%(scale)s: %(mode)s") % {"scale": capfirst(str(scale.label)), "mode": mode.label}
            yield f"enterprises.{scale}.{mode}", label, of_scale.enterprises.by_mode[mode]
    for title, levels in figures.designations.items():
        for level, count in levels.items():
            label = _("%(title)s, %(level)s") % {"title": title.label, "level": level.label}
            yield f"designations.{title}.{level}", label, count
