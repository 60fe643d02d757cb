"""Ids tell the order in which rows were written."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122

from record.ids import least_id, new_id


def test_each_is_greater_than_the_one_before_also_within_a_millisecond():
    ids = [new_id() for _ in range(5000)]
    assert ids == sorted(set(ids))
    assert {(found.version, found.variant) for found in ids} == {(7, RFC_4122)}


def test_threads_get_different_ones():
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda _n: new_id(), range(4000)))
    assert len(set(ids)) == 4000


def test_the_least_of_a_moment_parts_earlier_from_later():
    before, moment = new_id(), datetime.now(UTC)
    assert least_id(moment - timedelta(seconds=1)) < before < least_id(moment + timedelta(milliseconds=1))
    assert new_id() > least_id(moment)
