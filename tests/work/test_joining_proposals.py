"""Who takes part in the joint branches that the register suggests, and what is said of each."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs.models import Kind, Ownership, Policy, PolicyNumber, Scope
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)
from tests.work.scenarios import EVERYTHING
from work.joining.proposals import Why, propose
from work.joining.trades import Trade, trade_of
from work.readers import Reader

pytestmark = pytest.mark.django_db

DAY = date(2020, 6, 19)


@pytest.fixture
def community():
    AreaFactory(code="330304001", name="梧田街道")
    return AreaFactory(code="330304001001", name="慈湖社区")


def enterprise(area, *, full_members=1, **values):
    found = EnterpriseFactory(area=area, **values)
    MemberFactory.create_batch(full_members, employer=found)
    return found


def names(proposals):
    return [{unit.name for unit in proposal.units} for proposal in proposals.joint]


def test_three_neighbours_of_one_trade_are_proposed_with_the_reasons(community):
    shoes = [enterprise(community, name=f"温州拟{brand}鞋业有限公司") for brand in "甲乙丙"]
    found = propose(DAY, None, EVERYTHING)
    (proposal,) = found.joint
    assert [unit.uscc for unit in proposal.units] == sorted(one.uscc for one in shoes)
    assert (proposal.place, proposal.of_one_community, proposal.trade) == (community, True, Trade.SHOES)
    assert (proposal.full_members, proposal.nobody_left, found.unplaced) == (3, True, [])
    assert (found.rules.limits.full_members, found.rules.limits.units) == (3, 5)


def test_neighbours_of_several_communities_are_of_their_subdistrict(community):
    other = AreaFactory(code="330304001002")
    subdistrict = AreaFactory(code="330304001")
    for area in (community, other, subdistrict):
        enterprise(area)
    (proposal,) = propose(DAY, None, EVERYTHING).joint
    assert (proposal.place, proposal.of_one_community, proposal.nobody_left) == (subdistrict, False, True)


def test_who_takes_part(community):
    def named(name, **values):
        return enterprise(community, name=name, **values)

    taking_part = [
        named("一名"),
        named("两名", full_members=2),
        named("有指导员", full_members=2),
        named("社区党总支", full_members=1),
        named("支部已撤销", full_members=1),
    ]
    InstructorFactory(enterprise=taking_part[2])
    OrganizationFactory(kind=Kind.COMMUNITY_GENERAL_BRANCH, area=community, covers=[taking_part[3]])
    OrganizationFactory(covers=[taking_part[4]], dissolved_on=DAY)

    named("无党员", full_members=0)
    named("三名", full_members=3)
    named("国有", ownership=Ownership.STATE)
    named("已注销", closed_on=DAY)
    named("未开业", registered_on=date(2021, 1, 1))
    OrganizationFactory(covers=[named("支部")])
    OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=[named("联合党支部")])
    MemberFactory(employer=named("预备党员", full_members=0), full_on=None, probationary_on=date(2020, 1, 1))
    MemberFactory(employer=named("已出党", full_members=0), ended_on=DAY)

    assert names(propose(DAY, None, EVERYTHING)) == [{one.name for one in taking_part}]


def test_the_area_is_that_of_the_day_and_bounds_who_takes_part(community):
    other = AreaFactory(code="330304002001")
    moving = [enterprise(community) for _ in range(3)]
    for one in moving:
        one.areas.update(valid_to=date(2021, 1, 1))
        one.areas.create(area=other, valid_from=date(2021, 1, 1))
    assert len(propose(DAY, community, EVERYTHING).joint) == 1
    assert propose(DAY, other, EVERYTHING).joint == []
    assert len(propose(date(2021, 1, 1), other, EVERYTHING).joint) == 1


def test_enterprises_that_lie_elsewhere_today_are_not_proposed(community):
    staying = [enterprise(community) for _ in range(3)]
    moving = enterprise(community)
    moving.areas.update(valid_to=date(2021, 1, 1))
    moving.areas.create(area=AreaFactory(code="330304002001"), valid_from=date(2021, 1, 1))
    reader = Reader(Scope(community), date(2022, 1, 1))
    assert names(propose(DAY, community, reader)) == [{one.name for one in staying}]
    assert names(propose(DAY, community, EVERYTHING)) == [{one.name for one in [*staying, moving]}]


def test_who_finds_no_partners_is_told_why(community):
    lonely = enterprise(community)
    nowhere = enterprise(None)
    in_the_district = enterprise(AreaFactory(code="330304"))
    found = propose(DAY, None, EVERYTHING)
    assert found.joint == []
    assert {(unit.uscc, why) for unit, why in found.unplaced} == {
        (lonely.uscc, Why.TOO_FEW),
        (nowhere.uscc, Why.PLACE_UNKNOWN),
        (in_the_district.uscc, Why.PLACE_UNKNOWN),
    }


def test_nothing_is_proposed_before_the_rule(community):
    for _ in range(3):
        enterprise(community)
    first = PolicyNumber.objects.get(policy=Policy.JOINT_BRANCH_UNITS).valid_from
    assert propose(date(2018, 10, 27), None, EVERYTHING).rules is None
    assert len(propose(first, None, EVERYTHING).joint) == 1


def test_the_numbers_are_those_of_the_day(community):
    for _ in range(4):
        enterprise(community)
    PolicyNumber.objects.filter(policy=Policy.OWN_ORGANIZATION_FULL_MEMBERS).update(value=5)
    assert propose(DAY, None, EVERYTHING).joint == []
    enterprise(community)
    PolicyNumber.objects.filter(policy=Policy.JOINT_BRANCH_UNITS).update(value=4)
    assert propose(DAY, None, EVERYTHING).joint == []


def test_a_number_of_no_units_at_all_proposes_nothing(community):
    for _ in range(3):
        enterprise(community)
    PolicyNumber.objects.filter(policy=Policy.JOINT_BRANCH_UNITS).update(value=0)
    found = propose(DAY, None, EVERYTHING)
    assert (found.joint, len(found.unplaced)) == ([], 3)


def test_a_smaller_area_tells_that_it_bounds_who_could_join(community):
    enterprise(community)
    for _ in range(2):
        enterprise(AreaFactory(code="330304001002"))
    assert len(propose(DAY, None, EVERYTHING).joint) == 1
    [(_unit, why)] = propose(DAY, community, EVERYTHING).unplaced
    assert "in the area asked for" in why.label


def test_one_takes_as_many_statements_as_many(community):
    for _ in range(3):
        enterprise(community)
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert len(propose(DAY, community, EVERYTHING).joint) == 1
    for number in range(2, 8):
        for _ in range(3):
            enterprise(AreaFactory(code=f"33030400{number}001"))
    with CaptureQueriesContext(connection) as many:
        assert len(propose(DAY, None, EVERYTHING).joint) == 7
    assert len(one) == len(many) == 3


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("name", "trade"),
    [
        ("温州拟锦程鞋业有限公司", Trade.SHOES),
        ("温州拟锦程服装机械厂", Trade.MACHINERY),
        ("温州拟锦程机械电器厂", Trade.ELECTRICAL),
        ("温州拟锦程汽摩配有限公司", Trade.VEHICLE_PARTS),
        ("温州拟锦程彩印包装有限公司", Trade.PRINTING),
        ("温州拟锦程连锁超市有限公司", None),
        ("", None),
    ],
)
def test_the_word_that_stands_last_in_the_name_tells_the_trade(name, trade):
    assert trade_of(name) == trade
