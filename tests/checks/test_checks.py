"""Every check finds what was put there for it to find, and nothing of what stands beside it."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from checks.check import Severity
from checks.register import CHECKS, counts_on
from orgs.models import Scope
from tests.checks.seeds import DAY, SEEDS, branch, clean_register, firm, person
from tests.factories.orgs import AreaFactory, DesignationFactory

pytestmark = pytest.mark.django_db

EVERYTHING = Scope(everything=True)
ROOT = Path(__file__).parents[2]


class TheChecksOfACleanRegister(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.world = clean_register()

    def test_nothing_is_found(self):
        assert {code for code, count in counts_on(DAY, EVERYTHING).items() if count} == set()

    def test_each_check_finds_what_was_put_there_for_it_and_nothing_beside(self):
        wrong = {}
        for check in CHECKS:
            with transaction.atomic():
                seeded = SEEDS[check.code](self.world)
                found = set(check.offenders(DAY, EVERYTHING))
                transaction.set_rollback(True)
            expected = set(seeded) if isinstance(seeded, tuple) else {seeded}
            if found != expected:
                wrong[check.code] = found, expected
        assert wrong == {}


def test_every_seed_is_of_a_check_and_no_two_checks_have_one_code():
    codes = [check.code for check in CHECKS]
    assert sorted(SEEDS) == sorted(codes)
    assert len(codes) >= 30
    assert all(re.fullmatch(r"[a-z-]+", code) for code in codes)


def test_every_check_is_documented_in_its_words():
    text = (ROOT / "docs" / "checks.md").read_text()
    for check in CHECKS:
        source = f" {check.source}." if check.source else ""
        told = f"| {check.title} | {check.meaning}{source} | {check.remedy} |"
        assert f"| `{check.code}` | {check.severity.value} {told}" in text
    assert len(re.findall(r"^\| `[a-z-]+` \|", text, re.MULTILINE)) == len(CHECKS)


def test_the_worst_come_first():
    order = [list(Severity).index(check.severity) for check in CHECKS]
    assert order == sorted(order)


def test_what_a_superior_became_later_is_not_held_against_a_day_of_the_past():
    world = clean_register()
    superior = branch(world)
    superior.kinds.update(valid_to=date(2010, 1, 1))
    superior.kinds.create(kind="general_branch", valid_from=date(2010, 1, 1))
    branch(world, superior=superior)
    assert counts_on(DAY, EVERYTHING)["superior-is-a-branch"] == 0


@pytest.mark.parametrize("kind", ["organization", "enterprise", "member"])
def test_offenders_are_those_of_the_area(kind):
    world = clean_register()
    elsewhere = AreaFactory(code="330305001001")
    for place in (world.community, elsewhere):
        covered = firm(world, area=place)
        organization = branch(world, area=place, covers=[covered], dissolved_on=date(2006, 1, 1))
        person(organization=organization)
        DesignationFactory(enterprise=firm(world, area=place, closed_on=date(2006, 1, 1)))
    code = {"organization": "coverage-outside-organization", "member": "relation-outside-organization"}.get(
        kind, "designation-outside-enterprise"
    )
    for scope, expected in (
        (EVERYTHING, 2),
        (Scope(AreaFactory(code="330304001")), 1),
        (Scope(elsewhere), 1),
        (Scope(AreaFactory(code="330306")), 0),
        (Scope(), 0),
    ):
        assert counts_on(DAY, scope)[code] == expected


@pytest.mark.sqlite
def test_the_statements_are_as_many_whatever_is_found():
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            counts_on(DAY, EVERYTHING)
        return len(queries)

    world = clean_register()
    SEEDS["superior-in-a-circle"](world)
    before = statements()
    for _ in range(3):
        SEEDS["superior-in-a-circle"](world)
        SEEDS["joint-branch-of-one"](world)
    assert statements() == before == len(CHECKS) + 1  # one more reads the links of the circles
