"""What tests of two at once share."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections, transaction


def in_turn(first, second):
    """Begin `second`, with a connection of its own, before the transaction of `first` ends; its result.

    Fails where `second` does not wait.
    """

    def run():
        try:
            return second()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(run)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
        return waiting.result(timeout=20)


def at_once(*deeds):
    """Do all `deeds` at the same time, each with a connection of its own; their results in order."""
    barrier = Barrier(len(deeds))

    def run(deed):
        try:
            barrier.wait(timeout=20)
            return deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))
