"""The figures of a day as a short press report, after the newspaper's paragraph on the report of 2008-06-19.

Numbers are grouped in threes, and the day is written as the language writes days. A part of which there is
nothing is left out; coverage always names what it is a share of (opinion 2012 No. 11 on non-public enterprises).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from orgs.models import DesignationLevel, Kind, Title
from stats.figures import CoverageFigures, Scale, Share
from stats.numerals import grouped, percent


def bulletin(figures: CoverageFigures) -> str:
    """`figures` in words, in the active language; the English text contains `figures.summary`."""

    def followed(before: str, sentence: str) -> str:
        return _("%(before)s %(sentence)s") % {"before": before, "sentence": sentence}

    return reduce(followed, _sentences(figures))


def _sentences(figures: CoverageFigures) -> Iterator[str]:
    yield _headline(figures)
    yield from _kinds(figures)
    yield from _members(figures.members.total)
    yield from _established(figures.organizations.established_last_year, figures.as_of.year - 1)
    yield from _community_general_branches(figures.community_general_branches)
    yield from _coverage(figures)
    for title, levels in figures.designations.items():
        yield from _honours(title, levels)


def _headline(figures: CoverageFigures) -> str:
    values = {"day": date_format(figures.as_of), "summary": _summary(figures)}
    if figures.area is None:
        return _("As of %(day)s, Party building in non-public enterprises stands at %(summary)s.") % values
    return _("As of %(day)s, Party building in non-public enterprises of %(area)s stands at %(summary)s.") % {
        **values,
        "area": figures.area.display_name,
    }


def _summary(figures: CoverageFigures) -> str:
    """The summary that clients look for, letter by letter, or the same in another language."""
    if (get_language() or "en").startswith("en"):
        return figures.summary
    counted = figures.organizations
    return _("%(total)s organizations, %(standalone)s standalone, %(joint)s joint") % {
        "total": grouped(counted.total),
        "standalone": grouped(counted.standalone),
        "joint": grouped(counted.joint),
    }


def _kinds(figures: CoverageFigures) -> Iterator[str]:
    organizations = figures.organizations
    committees = organizations.by_kind[Kind.COMMITTEE]
    general_branches = organizations.by_kind[Kind.GENERAL_BRANCH]
    parts = []
    if committees:
        text = ngettext("a Party committee", "%(count)s Party committees", committees)
        parts.append(text % {"count": grouped(committees)})
    if general_branches:
        text = ngettext("a general Party branch", "%(count)s general Party branches", general_branches)
        parts.append(text % {"count": grouped(general_branches)})
    if parts:
        text = ngettext("The organization is %(kinds)s.", "They include %(kinds)s.", organizations.total)
        yield text % {"kinds": _listed(parts)}


def _members(count: int) -> Iterator[str]:
    if count:
        text = ngettext(
            "In all there is one Party member.", "In all there are %(count)s Party members.", count
        )
        yield text % {"count": grouped(count)}


def _established(count: int, year: int) -> Iterator[str]:
    if count:
        text = ngettext(
            "The year %(year)s saw the establishment of %(count)s organization.",
            "The year %(year)s saw the establishment of %(count)s organizations.",
            count,
        )
        yield text % {"year": year, "count": grouped(count)}


def _community_general_branches(count: int) -> Iterator[str]:
    if count:
        text = ngettext(
            "There is one community general Party branch, counted apart.",
            "There are %(count)s community general Party branches, counted apart.",
            count,
        )
        yield text % {"count": grouped(count)}


def _coverage(figures: CoverageFigures) -> Iterator[str]:
    """How many of which enterprises are covered, then how many of them by organizations."""
    scale, work, organizational = figures.scale, figures.work, figures.organizational
    if not work.denominator:
        yield _nothing_to_cover(scale)
    elif not work.numerator:
        yield _none_covered(scale, work.denominator)
    else:
        full = work.numerator == work.denominator
        yield _all_covered(scale, work.denominator) if full else _some_covered(scale, work)
        yield _(
            "Organizational coverage, by own or joint organizations, is %(part)s of %(all)s, or %(rate)s."
        ) % {
            "part": grouped(organizational.numerator),
            "all": grouped(organizational.denominator),
            "rate": percent(organizational.rate),
        }


def _nothing_to_cover(scale: Scale) -> str:
    if scale == Scale.ABOVE:
        return _("No non-public enterprise is above scale.")
    return _("No non-public enterprise operates.")


def _none_covered(scale: Scale, count: int) -> str:
    if scale == Scale.ABOVE:
        text = ngettext(
            "The only above-scale non-public enterprise is not covered yet.",
            "None of the %(count)s above-scale non-public enterprises is covered yet.",
            count,
        )
    else:
        text = ngettext(
            "The only operating non-public enterprise is not covered yet.",
            "None of the %(count)s operating non-public enterprises is covered yet.",
            count,
        )
    return text % {"count": grouped(count)}


def _all_covered(scale: Scale, count: int) -> str:
    if scale == Scale.ABOVE:
        text = ngettext(
            "The only above-scale non-public enterprise is covered: full coverage.",
            "All %(count)s above-scale non-public enterprises are covered: full coverage.",
            count,
        )
    else:
        text = ngettext(
            "The only operating non-public enterprise is covered: full coverage.",
            "All %(count)s operating non-public enterprises are covered: full coverage.",
            count,
        )
    return text % {"count": grouped(count)}


def _some_covered(scale: Scale, work: Share) -> str:
    if scale == Scale.ABOVE:
        text = ngettext(
            "Of %(all)s above-scale non-public enterprises %(part)s is covered, a work coverage of %(rate)s.",
            "Of %(all)s above-scale non-public enterprises %(part)s are covered, a work coverage of %(rate)s.",
            work.numerator,
        )
    else:
        text = ngettext(
            "Of %(all)s operating non-public enterprises %(part)s is covered, a work coverage of %(rate)s.",
            "Of %(all)s operating non-public enterprises %(part)s are covered, a work coverage of %(rate)s.",
            work.numerator,
        )
    return text % {
        "all": grouped(work.denominator),
        "part": grouped(work.numerator),
        "rate": percent(work.rate),
    }


def _honours(title: Title, levels: Mapping[DesignationLevel, int]) -> Iterator[str]:
    city, district = levels[DesignationLevel.CITY], levels[DesignationLevel.DISTRICT]
    parts = []
    if city:
        text = ngettext("one enterprise at city level", "%(count)s enterprises at city level", city)
        parts.append(text % {"count": grouped(city)})
    if district:
        text = ngettext(
            "one enterprise at district level", "%(count)s enterprises at district level", district
        )
        parts.append(text % {"count": grouped(district)})
    if parts:
        yield _("The title of %(title)s is held by %(holders)s.") % {
            "title": title.label,
            "holders": _listed(parts),
        }


def _listed(parts: Sequence[str]) -> str:
    """One or two things, as a sentence names them."""
    if len(parts) == 1:
        return parts[0]
    return _("%(first)s and %(second)s") % {"first": parts[0], "second": parts[1]}
