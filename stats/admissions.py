"""How many people are on their way into the Party, by the stage that they have reached."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from members.models import Member, Stage
from orgs.models import Area

ON_THE_WAY = (Stage.APPLICANT, Stage.ACTIVIST, Stage.CANDIDATE)
"""The stages before a membership, in their order."""


def people_on_the_way(day: date, area: Area | None) -> Mapping[Stage, int]:
    """How many have reached each stage before the membership by `day`, and none after it (domain rule 9).

    In `area` (None: the whole register) are those whose organization of the day lies there on the day, and, since
    most have no organizational relation yet, those without one whose current employer does. One statement.
    """
    found = on_the_way_in(day, area)
    counts = dict(found.values_list("stage").annotate(count=Count("pk")).order_by())
    return {stage: counts.get(stage.value, 0) for stage in ON_THE_WAY}


def on_the_way_in(day: date, area: Area | None) -> QuerySet[Any]:
    """The people whom `people_on_the_way` counts, each with its `stage`."""
    people: Any = Member.objects.all() if area is None else Member.objects.placed_in(area, day)
    return people.with_stage_on(day).filter(stage__in=ON_THE_WAY)  # type: ignore[no-any-return]
