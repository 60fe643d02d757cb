"""What cells refer to: enterprises and organizations in the register, organizations in the same file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from orgs.batches import in_batches
from orgs.models import Area, Enterprise, Organization
from sheets.run import Row, Run
from sheets.scoping import outside
from sheets.writing import reserve_ids


@dataclass(frozen=True, slots=True)
class Owner:
    """An organization or enterprise that periods belong to: its id, and the day it ends, if any.

    One that is `hidden` lies where the import's user sees nothing: a row may say of it what the register
    has, and nothing new.
    """

    pk: int
    ends: date | None
    hidden: bool


def enterprises(run: Run, codes: Iterable[str]) -> dict[str, Owner]:
    """The enterprises with these credit codes, locked until the end of the transaction."""
    return _owners(run, Enterprise, "uscc", "closed_on", codes)


def organizations(run: Run, codes: Iterable[str]) -> dict[str, Owner]:
    """The organizations with these codes, locked until the end of the transaction."""
    return _owners(run, Organization, "code", "dissolved_on", codes)


def _owners(
    run: Run, model: type[Enterprise | Organization], key: str, end: str, codes: Iterable[str]
) -> dict[str, Owner]:
    rows = model._default_manager.filter(**{f"{key}__in": set(codes)}).order_by("pk")
    found = list(rows.select_for_update(no_key=True).values_list(key, "pk", end))
    hidden = outside(run, model, [pk for _code, pk, _ends in found], run.day)
    run.ends.update((code, ends) for code, _pk, ends in found)
    return {code: Owner(pk, ends, pk in hidden) for code, pk, ends in found}


def no_enterprise() -> str:
    """What is wrong with a credit code that no enterprise has."""
    return _("there is no enterprise with this credit code")


def no_organization() -> str:
    """What is wrong with a code that no organization has."""
    return _("there is no organization with this code")


def no_area() -> str:
    """What is wrong with a code that no area has."""
    return _("there is no area with this code")


class AreaCells:
    """What rows say of their area, with the area of created rows that say nothing."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._ids = dict(Area.objects.values_list("code", "pk"))

    def of_new(self, line: int, values: Mapping[str, Any]) -> int | None:
        """The area of a row to create."""
        area = self._own(line, values)
        return self._run.area.pk if area is None and self._run.area else area

    def of_stored(self, line: int, values: Mapping[str, Any], stored: int | None) -> int | None:
        """The area of a row that exists and has been in the area `stored`."""
        area = self._own(line, values)
        # An empty cell took the import's area when the row was created: the same file changes nothing.
        return stored if area is None and self._run.area and self._run.area.pk == stored else area

    def _own(self, line: int, values: Mapping[str, Any]) -> int | None:
        code = values.get("area")
        if code is not None and code not in self._ids:
            self._run.error(line, "area", no_area(), code)
        return self._ids.get(code) if code is not None else None


POINTERS = ("superior", "incubated_by")
"""The columns in which an organization refers to another, which may stand in the same file."""

_REFERENCES: dict[str, tuple[type[Area | Enterprise | Organization], str, Callable[[], str]]] = {
    "area": (Area, "code", no_area),
    "enterprise": (Enterprise, "uscc", no_enterprise),
    "organization": (Organization, "code", no_organization),
    **dict.fromkeys(POINTERS, (Organization, "code", no_organization)),
}


def check_references(run: Run, rows: Sequence[Row]) -> None:
    """Report what `rows`, which are not loaded, refer to and does not exist.

    To who does not see the whole register, of areas alone: of the others it would tell which ones are hidden.
    """
    for place, name in enumerate(run.headers):
        if name not in _REFERENCES or not rows or (name != "area" and not run.scope.everything):
            continue
        model, field, missing = _REFERENCES[name]
        known: set[str | None] = {None}
        for batch in in_batches({row.values[place] for row in rows}):
            known.update(model.objects.filter(**{f"{field}__in": batch}).values_list(field, flat=True))
        for row in rows:
            code = row.values[place]
            if code not in known and not (name in POINTERS and (code,) in run.keys):
                run.error(row.line, name, missing(), code)


class Hierarchy:
    """Who points to whom among the organizations of the register and of the file together."""

    def __init__(self, run: Run, codes: Sequence[str]) -> None:
        self._run = run
        self.ids: dict[str, int] = {}
        """The ids of all organizations by code; those of `codes` that are new have theirs reserved."""
        self._targets: dict[str, dict[int, int | None]] = {name: {} for name in POINTERS}
        self._hidden = outside(run, Organization, Organization.objects.values_list("pk", flat=True), run.day)
        self._lines: dict[str, dict[int, tuple[int, str]]] = {name: {} for name in POINTERS}
        names = [f"{name}_id" for name in POINTERS]
        for code, pk, *targets in Organization.objects.values_list("code", "pk", *names):
            self.ids[code] = pk
            for name, target in zip(POINTERS, targets, strict=True):
                self._targets[name][pk] = target
        new = [code for code in codes if code not in self.ids]
        self.ids.update(zip(new, reserve_ids(Organization, len(new)), strict=True))

    def point(self, line: int, own_code: str, name: str, code: str | None) -> int | None:
        """Let the organization of `line` point to `code`; gives the id, None for none or an error."""
        own = self.ids[own_code]
        target = self.ids.get(code) if code is not None else None
        if target in self._hidden and target != self._targets[name].get(own):
            target = None
        if code is not None and code == own_code:
            self._run.error(line, name, _("the organization refers to itself"), code)
            target = None
        elif code is not None and target is None and (code,) not in self._run.keys:
            self._run.error(line, name, no_organization(), code)
        self._targets[name][own] = target
        if code is not None and target is not None:
            self._lines[name][own] = (line, code)
        return target

    def refuse_circles(self) -> None:
        """Report every row of the file that is part of a circle."""
        for name, targets in self._targets.items():
            for pk in _in_circles(targets) & self._lines[name].keys():
                line, code = self._lines[name][pk]
                self._run.error(line, name, _("the organization comes back to itself in a circle"), code)


def _in_circles(targets: dict[int, int | None]) -> set[int]:
    """The keys from which following `targets` comes back to them."""
    circles: set[int] = set()
    seen: set[int] = set()
    for start in targets:
        path: list[int] = []
        at: int | None = start
        while at is not None and at not in seen:
            seen.add(at)
            path.append(at)
            at = targets.get(at)
        if at is not None and at in path:
            circles.update(path[path.index(at) :])
    return circles
