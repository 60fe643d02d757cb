"""Ids of what is recorded: known before the row is written, so that its signature covers them."""

import secrets
import time
import uuid
from datetime import datetime


def new_id() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): ids of later milliseconds are greater."""
    return _uuid7(time.time_ns() // 1_000_000, secrets.randbits(74))


def least_id(moment: datetime) -> uuid.UUID:
    """Not greater than any id that `new_id` gave from `moment` on."""
    return _uuid7(int(moment.timestamp() * 1000), 0)


def _uuid7(milliseconds: int, random: int) -> uuid.UUID:
    high, low = random >> 62, random & (1 << 62) - 1
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low)
