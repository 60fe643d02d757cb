"""Kinds that follow size: a branch with 50 members becomes a general branch, with 100 a committee."""

from collections import Counter
from datetime import date

from orgs.models import Kind
from sample.makers import Own
from sample.world import Unit

RISES = ((50, Kind.GENERAL_BRANCH, "党总支"), (100, Kind.COMMITTEE, "党委"))


def rise(owns: list[Own]) -> None:
    """Change the kind of each organization on the day on which it reaches the size, and name it so."""
    for own in owns:
        for size, kind, word in RISES:
            day = first_day_with(own.unit, size)
            if day is not None:
                own.unit.kinds.append((day, kind))
                own.unit.row.name = f"{own.firm.row.name}{word}"


def first_day_with(unit: Unit, size: int) -> date | None:
    """The first day on which `unit` has `size` members; None if it never has."""
    changes: Counter[date] = Counter()
    for person in unit.people:
        for relation in person.relations:
            if relation.organization is unit.row:
                changes[relation.valid_from] += 1
                if relation.valid_to is not None:
                    changes[relation.valid_to] -= 1
    number = 0
    for day in sorted(changes):
        number += changes[day]
        if number >= size:
            return day
    return None
