"""The yearly list of who is above scale: read from a file, compared with the register, and followed."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from django.utils.translation import gettext as _

from orgs.actions.above_scale import (
    Comparison,
    DoesNotFitTheRegister,
    Move,
    compare_with_list,
    follow_yearly_list,
)
from orgs.models import Enterprise, Policy, PolicyNumber
from orgs.models.enterprise import EnterpriseQuerySet
from sheets.columns import Amount, CreditCode, text
from sheets.pipeline import all_or_nothing, an_error_where_the_database_is_away, read_file
from sheets.problems import ImportRefused, Problem
from sheets.references import no_enterprise
from sheets.run import Resource, Run
from sheets.writing import Changes


class ListRows(Resource):
    """What the file of a list holds; its rows make sense only all together."""

    name = "above-scale list"
    columns = (
        CreditCode(name="uscc", chinese="统一社会信用代码", key=True),
        text("name", "企业名称", Enterprise, personal=True),
        Amount(name="revenue", chinese="主营业务收入"),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list; `revenue` is the yearly revenue in yuan; None: the file does not tell it, or wrongly."""

    line: int
    uscc: str
    name: str | None
    revenue: Decimal | None


@dataclass(frozen=True, slots=True)
class YearlyList:
    """A list as a file names it, in force from `on`; `among` are the enterprises that it is about.

    `is_of_area` tells that these are those of an area; the others are absent, whether they exist or not.
    """

    rows: Sequence[Listed]
    on: date
    among: EnterpriseQuerySet
    is_of_area: bool


def read_list(file: BinaryIO, run: Run) -> list[Listed]:
    """The rows of `file`, a seekable CSV or XLSX file; what is wrong with it goes to `run`."""
    rows = read_file(file, ListRows, run)
    if rows is None:
        return []
    read = {row.line: run.values(row) for row in rows}
    listed = []
    for (code,), line in run.keys.items():
        values = read.get(line, {})
        listed.append(Listed(line, code, values.get("name"), values.get("revenue")))
    if not listed and not run.errors:
        # Everybody would leave by what is rather a file that was cut off.
        run.errors.add(Problem(1, _("file"), _("the list names no enterprise")))
    return listed


def compare(listing: YearlyList, run: Run) -> Comparison:
    """What `listing` changes; why it cannot be followed, and what is worth a look, goes to `run`."""
    codes = [row.uscc for row in listing.rows]
    comparison = compare_with_list(codes=codes, on=listing.on, among=listing.among)
    _report(listing, comparison, run)
    return comparison


def follow(listing: YearlyList, run: Run, *, seen: str | None = None, dry_run: bool = False) -> Comparison:
    """Follow `listing` in the name of the user of `run`, all or nothing; gives what it changes.

    `run` may have errors of the file: then nothing is written either. `seen` is the digest of what the user was
    shown. Raises ImportRefused with every error found; ComesToSomethingElse.
    """
    done: list[Comparison] = []
    if not run.errors:
        with an_error_where_the_database_is_away(run):
            all_or_nothing(run, lambda: _follow(listing, run, seen, done), dry_run=dry_run)
    elif listing.rows:
        compare(listing, run)
    if run.errors:
        raise ImportRefused(run.errors)
    return done[0]


def counts_of(comparison: Comparison) -> str:
    """What became of the listed enterprises and of the others, in numbers."""
    return f"entered {len(comparison.entering)}, stayed {comparison.staying}, left {len(comparison.leaving)}"


def _follow(listing: YearlyList, run: Run, seen: str | None, done: list[Comparison]) -> str:
    """Write what `listing` changes, and put it into `done`; gives what the access log tells of it."""
    changes = Changes()
    codes = [row.uscc for row in listing.rows]
    try:
        comparison = follow_yearly_list(
            codes=codes, on=listing.on, among=listing.among, changes=changes, by=run.by, seen=seen
        )
    except DoesNotFitTheRegister as refusal:
        comparison = refusal.comparison
    _report(listing, comparison, run)
    run.written_rows.update(changes.counts())
    done.append(comparison)
    return f"{ListRows.name} {listing.on}: {counts_of(comparison)}"


def _report(listing: YearlyList, comparison: Comparison, run: Run) -> None:
    """Tell `run` what is wrong with `listing`, and what is worth a look."""
    is_complete = not run.errors
    absent = frozenset(comparison.absent)
    missing = _("there is no enterprise with this credit code in the area on that day")
    for row in listing.rows:
        if row.uscc in absent:
            run.error(row.line, "uscc", missing if listing.is_of_area else no_enterprise(), row.uscc)
        elif row.uscc in comparison.closed:
            name, day = comparison.closed[row.uscc]
            message = _("%(name)s is closed since %(day)s") % {"name": name, "day": day}
            run.error(row.line, "uscc", message, row.uscc)
        elif row.uscc in comparison.registered_later:
            name, day = comparison.registered_later[row.uscc]
            message = _("%(name)s is registered only on %(day)s") % {"name": name, "day": day}
            run.error(row.line, "uscc", message, row.uscc)
    for move in comparison.starting if is_complete else ():
        run.errors.add(Problem(1, _("file"), _cannot_leave(move), move.uscc))
    _warn_of_names(listing, comparison, run)
    _warn_of_revenues(listing, run)


def _cannot_leave(move: Move) -> str:
    return _(
        "%(name)s is not on the list, but above scale from this very day on, by an earlier list; nothing is "
        "deleted, so put it on the list, or let its period begin on another day at the enterprise"
    ) % {"name": move.name}


def _warn_of_names(listing: YearlyList, comparison: Comparison, run: Run) -> None:
    for row in listing.rows:
        name = comparison.names.get(row.uscc)
        if row.name is not None and name is not None and _comparable(row.name) != _comparable(name):
            run.warn(row.line, "name", _("the register has another name: %(name)s") % {"name": name})


def _comparable(name: str) -> str:
    """`name` without what people write either way: wide and narrow brackets, spaces."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _warn_of_revenues(listing: YearlyList, run: Run) -> None:
    numbers = PolicyNumber.objects.on(listing.on)
    least = numbers.filter(policy=Policy.ABOVE_SCALE_REVENUE).first()
    if least is None:
        return
    message = _("below %(least)s yuan, from which industry is above scale on that day (%(source)s)") % {
        "least": f"{least.value:,.0f}",
        "source": least.source,
    }
    for row in listing.rows:
        if row.revenue is not None and row.revenue < least.value:
            run.warn(row.line, "revenue", message, f"{row.revenue:f}")
