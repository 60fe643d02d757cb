"""Groups for joint branches, against a plain greedy way and against all ways there are."""

from collections import defaultdict
from itertools import combinations
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from work.joining.grouping import Candidate, Limits, Score, grouped, score

# Plain data: no database has a say.
pytestmark = pytest.mark.sqlite

LIMITS = Limits(full_members=3, units=5)


def candidate(number, community="", trade="", full_members=1, subdistrict="001"):
    return Candidate(f"{number:05d}", full_members, subdistrict, community and subdistrict + community, trade)


def registers(most, limits=LIMITS, subdistricts="1"):
    """Up to `most` candidates, few enough places and trades for them to meet."""
    one = st.tuples(
        st.sampled_from(["", "a", "b", "c", "d"]),
        st.sampled_from(["", "x", "y", "z"]),
        st.integers(1, limits.full_members - 1),
        st.sampled_from(subdistricts),
    )
    return st.lists(one, max_size=most).map(
        lambda rows: [candidate(number, *row) for number, row in enumerate(rows)]
    )


def is_valid(group, limits=LIMITS):
    return (
        2 <= len(group) <= limits.units
        and sum(one.full_members for one in group) >= limits.full_members
        and len({one.subdistrict for one in group}) == 1
    )


def greedily(candidates, limits=LIMITS):
    """First come, first served, from near to far; who is left joins the nearest group that has room."""
    groups, left = [], sorted(candidates, key=lambda one: one.uscc)
    for circle in (
        lambda one: one.community and one.trade and (one.community, one.trade),
        lambda one: one.community,
        lambda one: one.trade and (one.subdistrict, one.trade),
        lambda one: one.subdistrict,
    ):
        waiting = defaultdict(list)
        for one in left:
            together = waiting[circle(one)]
            together.append(one)
            if circle(one) and sum(other.full_members for other in together) >= limits.full_members:
                groups.append(waiting.pop(circle(one)))
        left = [one for one in left if not any(one in group for group in groups)]
    for one in left:
        with_room = [
            group for group in groups if len(group) < limits.units and group[0].subdistrict == one.subdistrict
        ]
        if with_room:
            max(with_room, key=lambda group: group[0].community == one.community).append(one)
    return groups


def best_score(candidates):
    """The score of the best of all ways to group a few of one subdistrict."""
    if not candidates:
        return Score(0, 0, 0, 0)
    first, *others = candidates
    found = [best_score(others)]
    for number in range(1, LIMITS.units):
        for partners in combinations(others, number):
            group = (first, *partners)
            if is_valid(group):
                rest = best_score([one for one in others if one not in partners])
                found.append(Score(*(map(sum, zip(score([group]), rest, strict=True)))))
    return max(found)


@given(registers(40, subdistricts="12"), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_groups_are_valid_whoever_comes_first_and_never_worse_than_greedy_ones(candidates, random):
    groups = grouped(candidates, LIMITS)
    assert all(is_valid(group) for group in groups)
    placed = [one for group in groups for one in group]
    assert len(placed) == len(set(placed))
    greedy = greedily(candidates)
    assert all(is_valid(group) for group in greedy)
    assert score(groups) >= score(greedy)
    random.shuffle(candidates)
    assert grouped(candidates, LIMITS) == groups


@given(registers(7))
@settings(max_examples=150, deadline=None)
def test_no_other_way_to_group_a_few_is_better(candidates):
    assert score(grouped(candidates, LIMITS)) == best_score(candidates)


@pytest.mark.parametrize("limits", [Limits(2, 2), Limits(3, 2), Limits(3, 4), Limits(5, 5), Limits(4, 9)])
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_groups_are_valid_by_other_numbers_of_policy_too(limits, data):
    candidates = data.draw(registers(20, limits))
    groups = grouped(candidates, limits)
    assert all(is_valid(group, limits) for group in groups)
    assert sum(map(len, groups)) == len({one for group in groups for one in group})


def numbers(groups):
    return [[int(one.uscc) for one in group] for group in groups]


def test_a_community_keeps_to_itself_while_nobody_is_left_out_for_it():
    near = [candidate(number, "a", trade) for number, trade in enumerate("xyz")]
    far = [candidate(3, "b", "x"), candidate(4, "c", "x"), candidate(5)]
    assert numbers(grouped([*near, *far], LIMITS)) == [[0, 1, 2], [3, 4, 5]]
    assert numbers(grouped([*near, *far[:2]], LIMITS)) == [[0, 1, 2, 3, 4]]


def test_one_who_is_alone_is_joined_by_one_who_is_missed_least():
    alone = candidate(9, "b", "x")
    locks = [candidate(number, "a", "y", 2) for number in range(2)]
    shoes = [candidate(number, "a", "x", 2) for number in range(2, 6)]
    assert numbers(grouped([alone, *shoes, *locks], LIMITS)) == [[0, 1], [2, 3, 5], [4, 9]]


def test_a_trade_keeps_to_itself_within_its_community():
    mixed = [candidate(number, "a", "xy"[number % 2]) for number in range(6)]
    assert numbers(grouped(mixed, LIMITS)) == [[0, 2, 4], [1, 3, 5]]


def test_those_without_a_trade_are_not_of_one_trade():
    assert score(grouped([candidate(number, "a") for number in range(3)], LIMITS)) == Score(3, 3, 0, -1)


def test_two_are_enough_where_one_brings_two():
    assert numbers(grouped([candidate(1, "a"), candidate(2, "a", "", 2)], LIMITS)) == [[1, 2]]
    assert grouped([candidate(1, "a"), candidate(2, "a")], LIMITS) == []


def test_neighbours_of_another_subdistrict_are_none():
    apart = [candidate(number, "a", "x", 2, subdistrict) for number, subdistrict in enumerate("12")]
    assert grouped(apart, LIMITS) == []


def test_six_make_two_groups_and_ten_no_more():
    assert [len(group) for group in grouped([candidate(number, "a") for number in range(6)], LIMITS)] == [
        3,
        3,
    ]
    assert [len(group) for group in grouped([candidate(number, "a") for number in range(10)], LIMITS)] == [
        5,
        5,
    ]


def mixed_register(random):
    for number in range(10_000):
        place = random.randrange(150)
        trade, full_members = random.choice(["", *"abcdefghij"]), random.choice([1, 1, 1, 2])
        yield candidate(number, f"{place:03d}", trade, full_members, f"{place % 13}")


def small_communities(random):
    """In most communities somebody is left, whom others have to be spared for."""
    for number in range(10_000):
        place = random.randrange(2_500)
        yield candidate(number, f"{place:04d}", random.choice("abcdefghij"), 1, f"{place % 500}")


@pytest.mark.parametrize("register", [mixed_register, small_communities])
def test_ten_thousand_are_grouped_within_two_seconds(register):
    candidates = list(register(Random(2008)))
    before = process_time()
    groups = grouped(candidates, LIMITS)
    assert process_time() - before < 2
    assert score(groups).placed >= 9_999
