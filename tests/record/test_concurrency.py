"""Writers do not wait for the sealer's chain, and two sealers make one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from record.log import note
from record.models import AccessEntry, Event, Seal
from record.sealing import seal, verify

pytestmark = pytest.mark.django_db(transaction=True)


def alone(work):
    try:
        return work()
    finally:
        connections.close_all()


def test_writers_and_sealers_at_once_leave_one_whole_chain():
    def write():
        for number in range(15):
            note(Event.REFUSED, detail=str(number))

    def seal_often():
        for _time in range(5):
            seal(now=timezone.now())

    with ThreadPoolExecutor(4) as pool:
        for running in [pool.submit(alone, work) for work in (write, seal_often, write, seal_often)]:
            running.result(timeout=60)
    seal(now=timezone.now())
    assert AccessEntry.objects.count() == 30
    verdict = verify()
    assert (verdict.bad, verdict.unsealed) == (None, 0)
    numbers = list(Seal.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
