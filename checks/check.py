"""What a check of the register is: a condition that no good record meets, with what it means and how to mend it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import Member, Transfer
from orgs.models import Area, Designation, Enterprise, Instructor, Organization, PolicyNumber, Scope
from orgs.models.scope import ScopedQuerySet


class Severity(models.TextChoices):
    """How bad it is; the worst first."""

    ERROR = "error", _("error")
    WARNING = "warning", _("warning")
    HINT = "hint", _("hint")


KEYS: dict[type[models.Model], str] = {
    Area: "code",
    Designation: "pk",
    Enterprise: "uscc",
    Instructor: "pk",
    Member: "member_no",
    Organization: "code",
    PolicyNumber: "pk",
    Transfer: "pk",
}
"""The models whose rows are checked, each with the field by which a row is named where no name may stand."""


@dataclass(frozen=True)
class Check:
    """A named check: rows of `model` that meet `where` on a day are offenders.

    An error contradicts itself or makes a figure wrong, a warning is most likely a mistake, a hint is worth a look.
    `where` asks about the day where the title says "in force", "operating" or "today"; days that contradict each
    other do so on every day. `looks_at` are the other models that tell about an offender. `source` is the rule,
    where there is one.
    """

    code: str
    severity: Severity
    model: type[models.Model]
    title: Promise
    meaning: Promise
    remedy: Promise
    where: Callable[[date], Q]
    looks_at: tuple[type[models.Model], ...] = ()
    source: Promise | str = ""

    def offenders(self, day: date, scope: Scope) -> QuerySet[Any]:
        """The rows within `scope` on `day` that meet the condition, in the order of their keys.

        All of them where no area divides the table, as with numbers of policy.
        """
        rows = self.model._default_manager.filter(self.where(day))
        if isinstance(rows, ScopedQuerySet):
            rows = rows.within(scope, day)
        return rows.order_by(self.key)

    @property
    def key(self) -> str:
        """The field by which an offender is named."""
        return KEYS[self.model]

    @property
    def permissions(self) -> list[str]:
        """What somebody may who reads about offenders: view every table that tells of them."""
        tables = [model._meta for model in (self.model, *self.looks_at)]
        return [f"{table.app_label}.view_{table.model_name}" for table in tables]
