"""The invented register of the benchmarks: always the same, and one that the register's own rules allow."""

from datetime import date

import pytest
from django.db import connection, transaction
from stdnum.cn import uscc

from bench.register import make_areas, make_register
from members.models import Member, Membership
from orgs.models import Area, Coverage, Enterprise
from stats.figures import Scale, coverage_figures

DAY = date(2019, 6, 30)

pytestmark = pytest.mark.django_db


def of_a_register(ask, **size):
    """What `ask` finds in a register that is gone again."""
    with transaction.atomic():
        make_register(**size)
        found = ask()
        transaction.set_rollback(True)
    return found


def test_a_size_always_gives_the_same_figures():
    def figures():
        return coverage_figures(DAY, None, Scale.ALL)

    first = of_a_register(figures, enterprises=30, members_per_enterprise=3)

    assert of_a_register(figures, enterprises=30, members_per_enterprise=3) == first
    assert first.members.full > 0
    assert first.organizations.total > 0


def test_it_has_the_size_that_is_asked_for_and_keys_that_hold():
    make_register(enterprises=30, members_per_enterprise=3)
    connection.check_constraints()

    assert Enterprise.objects.count() == 30
    assert Member.objects.count() == 90
    assert Membership.objects.count() >= 90
    assert Coverage.objects.exists()
    assert all(map(uscc.is_valid, Enterprise.objects.values_list("uscc", flat=True)))


def test_more_can_be_entered_by_hand_afterwards():
    make_register(enterprises=10, members_per_enterprise=1)

    later = Member.objects.create(member_no="later", name="王芳")

    assert later.pk > max(Member.objects.exclude(pk=later.pk).values_list("pk", flat=True))


def test_the_areas_alone_are_those_of_the_register():
    def codes():
        return set(Area.objects.values_list("code", flat=True))

    make_areas(enterprises=30)
    alone = codes()
    Area.objects.update(parent=None)
    Area.objects.all().delete()

    assert of_a_register(codes, enterprises=30, members_per_enterprise=0) == alone
    assert {"3303", "330301", "330301001", "330301001001"} <= alone
