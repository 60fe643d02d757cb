"""Ids of what is recorded: known before the row is written, so that its signature covers them."""

import secrets
import time
import uuid
from datetime import datetime
from threading import Lock

_last = 0
_one_at_a_time = Lock()


def new_id() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562), greater than all that this process gave before."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[uuid.UUID]:
    """`count` ids as `new_id` gives them one after the other."""
    global _last  # noqa: PLW0603 - what came before is all that has to be known
    with _one_at_a_time:
        first = max(_last + 1, (time.time_ns() // 1_000_000 << 74) | secrets.randbits(74))
        _last = first + count - 1
    return [_uuid7(number >> 74, number & (1 << 74) - 1) for number in range(first, first + count)]


def least_id(moment: datetime) -> uuid.UUID:
    """Not greater than any id that `new_id` gave from `moment` on."""
    return _uuid7(int(moment.timestamp() * 1000), 0)


def _uuid7(milliseconds: int, random: int) -> uuid.UUID:
    high, low = random >> 62, random & (1 << 62) - 1
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low)
