"""Issuing a report."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from orgs.actions.locking import locked
from orgs.actions.numbering import next_number
from orgs.models import Area
from reports.figures import body_of, number_at
from reports.freezing import digest_of, packed, salted
from reports.models import Report
from stats.bulletin import bulletin
from stats.contents import Contents, contents_on
from stats.definitions.coverage import COVERAGE
from stats.figures import Scale, coverage_figures

DEFINED_BY = ("label", "definition", "unit", "rule")


class DayToCome(Exception):
    """The day has not come yet: nobody knows what will be counted on it."""


class RegisterChanged(Exception):
    """Somebody changed what is counted while the report was made."""


@transaction.atomic
def issue_report(
    *, day: date, area: Area | None, scale: Scale, by: User, clock: Callable[[], datetime], form_key: UUID
) -> Report:
    """Freeze the figures of `day` in `area` (None: the whole register) as they are known now; give the report.

    `clock` is asked what now is once no other form of `by` is waited for. A form is sent with a key of its own: sent
    again, it gives the report that it has issued. Reports of a year are numbered 001, 002, … without a gap. Raises
    DayToCome, and RegisterChanged where figures and contents count not as many. A constant number of statements.
    """
    locked([by])  # a second click waits for the first
    known = Report.objects.filter(issued_by=by, form_key=form_key).first()
    if known is not None:
        return known
    at = clock()
    today = timezone.localdate(at)
    if day > today:
        raise DayToCome(_("This day has not come yet: a report is about a day that has."))
    figures = coverage_figures(day, area, scale)
    body, counted = body_of(figures), contents_on(day, area, scale)
    _check_that_they_agree(body, counted)
    report = Report(
        number=f"{today.year}-{next_number(f'report {today.year}'):03d}",
        form_key=form_key,
        as_of=day,
        area=area,
        scale=scale,
        issued_at=at,
        issued_by=by,
        issuer=by.get_username(),
        figures=body,
        definitions=definitions_in_every_language(),
        bulletins=_in_every_language(lambda: bulletin(figures)),
        contents=packed(salted(counted)),
    )
    report.digest = digest_of(report.document)
    report.save(force_insert=True)
    return report


def _check_that_they_agree(body: Mapping[str, Any], counted: Contents) -> None:
    # They are read by several statements, between which others may write: one record more is seen, one in place of
    # another is not.
    if any(len(keys) != number_at(body, code) for code, keys in counted.items()):
        raise RegisterChanged(_("Somebody changed what is counted meanwhile. Issue the report again."))


def definitions_in_every_language() -> list[dict[str, Any]]:
    """What the figures of a report mean, as it keeps it."""
    return [
        {
            "code": one.code,
            **{name: _in_every_language(partial(str, getattr(one, name))) for name in DEFINED_BY},
        }
        for one in COVERAGE
    ]


def _in_every_language(write: Callable[[], str]) -> dict[str, str]:
    """What `write` gives in each language of the site."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = write()
    return texts
