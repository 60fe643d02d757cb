"""The coverage figures against the slow and obvious reference, on random registers."""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import Member
from orgs.models import Enterprise, Level
from orgs.modes import Mode, mode_on
from stats.api.bodies import CoverageSerializer
from stats.figures import Scale, coverage_by_area, coverage_figures
from stats.gaps import gaps_on
from tests.stats.reference import Register
from tests.stats.worlds import worlds

pytestmark = pytest.mark.django_db

SUMMED = ("organizations", "community_general_branches", "members", "enterprises", "designations")


def body(figures):
    """What the endpoint answers, without the area."""
    data = CoverageSerializer(figures).data
    return {name: value for name, value in data.items() if name != "area"}


def counts(value, path=()):
    """Every count of a body by its path; shares and texts are left out, they follow from these."""
    if isinstance(value, dict):
        found = Counter()
        for key, inner in value.items():
            if path or key in SUMMED:
                found += Counter(dict(counts(inner, (*path, key))))
        return found
    return Counter({path: value})


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds, scale=st.sampled_from(Scale), level=st.sampled_from(Level))
def test_the_figures_are_those_of_the_slow_and_obvious_reference(world, scale, level):
    with transaction.atomic():
        areas = world.store()
        register = Register()
        for day in set(world.asked):
            found = {area: coverage_figures(day, area, scale) for area in (None, *areas.values())}
            for area, figures in found.items():
                code = area and area.code
                assert body(figures) == register.figures(day, code, scale), (day, code, scale)
            check_by_area(day, None, level, scale, found)
            check_by_area(day, areas[min(areas)], level, scale, found)
            check_modes(day)
            for area in {None, areas[min(areas)]}:
                check_gaps(day, area, scale, found[area], register)
            check_stages(day, register)
        transaction.set_rollback(True)


def check_by_area(day, within, level, scale, found):
    """The rows are the figures of the areas of `level` in `within`, and add up to those of `within`."""
    *rows, (last, nowhere) = coverage_by_area(day, within, level, scale)
    inside = [area for area in found if area and (within is None or area.code.startswith(within.code))]

    assert [area for area, _figures in rows] == [area for area in inside if area.level == level]
    assert last is None
    for area, figures in rows:
        assert figures == found[area]
    total = sum((counts(body(figures)) for _area, figures in rows), counts(body(nowhere)))
    assert total == counts(body(found[within]))


def check_modes(day):
    """The rule that lists and filters ask by is the one that is counted by."""
    operating = Enterprise.objects.non_public().operating_on(day)
    for scale, enterprises in ((Scale.ALL, operating), (Scale.ABOVE, operating.above_scale_on(day))):
        listed = Counter(enterprises.annotate(mode=mode_on(day)).values_list("mode", flat=True))
        counted = coverage_figures(day, None, scale).enterprises.by_mode
        assert {mode: listed[mode] for mode in Mode} == counted


def check_gaps(day, area, scale, figures, register):
    """Those that are listed without an organization are those that are counted so, with whom they employ."""
    found = gaps_on(day, area, scale)
    gaps = list(found)
    counted = figures.enterprises.by_mode
    without = [mode for mode in Mode if mode not in (Mode.STANDALONE, Mode.JOINT)]
    assert Counter(gap.mode for gap in gaps) == Counter({mode: counted[mode] for mode in without})
    codes = {enterprise.pk: enterprise.uscc for enterprise in register.enterprises}
    employed = Counter(
        codes[member.employer_id] for member in register.members if register.stage_of(member, day) == "full"
    )
    assert [gap.full_members for gap in gaps] == [employed[gap.uscc] for gap in gaps]
    assert gaps == sorted(gaps, key=lambda gap: (-gap.full_members, gap.uscc))
    assert found.count() == len(gaps)
    assert found[1:3] == gaps[1:3]


def check_stages(day, register):
    """Lists and filters ask for the members that are counted."""
    stages = {member.pk: register.stage_of(member, day) for member in register.members}
    for stage, found in (
        ("full", Member.objects.full_on(day)),
        ("probationary", Member.objects.probationary_on(day)),
        ("ended", Member.objects.with_stage_on(day).filter(stage="ended")),
    ):
        assert {member.pk for member in found} == {pk for pk, known in stages.items() if known == stage}
