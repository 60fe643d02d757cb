"""Which part of the register somebody sees: everything, an area with all areas in it, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from orgs.models.area import Area, AreaQuerySet

_M = TypeVar("_M", bound=models.Model)


@dataclass(frozen=True)
class Scope:
    """The part of the register that somebody sees and changes: what lies in `area` today.

    With `everything` also what lies in no area; without either, nothing.
    """

    area: Area | None = None
    everything: bool = False


class ScopedQuerySet(models.QuerySet[_M]):
    """Rows of which each lies in an area on a day, or in none."""

    whereabouts: ClassVar[str | None] = None
    """The way to the periods that say where a row lies; None where no day moves it."""

    def in_area(self, area: Area, day: date) -> Self:
        """What lies in `area`, or in an area in it, on `day`."""
        return self.in_any_of(type(area).objects.subtree_of(area), day)

    def in_any_of(self, areas: AreaQuerySet, day: date) -> Self:
        """What lies in one of `areas` itself on `day`."""
        raise NotImplementedError

    def within(self, scope: Scope, day: date) -> Self:
        """What somebody with `scope` sees on `day`."""
        if scope.everything:
            return self
        return self.none() if scope.area is None else self.in_area(scope.area, day)
