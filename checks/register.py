"""All checks of the register, and how many offenders each finds."""

from collections.abc import Iterable
from datetime import date

from checks import (
    of_basis,
    of_coverage,
    of_enterprises,
    of_members,
    of_organizations,
    of_posts,
    of_relations,
    of_transfers,
)
from checks.check import Check, Severity
from orgs.models import Scope

_SUBJECTS = (
    of_organizations,
    of_coverage,
    of_enterprises,
    of_members,
    of_relations,
    of_posts,
    of_transfers,
    of_basis,
)

_ORDER = list(Severity)

CHECKS: tuple[Check, ...] = tuple(
    sorted(
        (check for subject in _SUBJECTS for check in subject.CHECKS),
        key=lambda check: _ORDER.index(check.severity),
    )
)
"""Every check, the worst first, and within a severity by subject."""


def counts_on(day: date, scope: Scope, checks: Iterable[Check] = CHECKS) -> dict[str, int]:
    """How many offenders each of `checks` finds within `scope` on `day`, by its code; a statement for each."""
    return {check.code: check.offenders(day, scope).count() for check in checks}
