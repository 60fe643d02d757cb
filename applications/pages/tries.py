"""How often somebody tries an access code: counted by all workers of the server together."""

from datetime import timedelta
from hashlib import sha256
from typing import cast

from django.core.cache import caches

from accounts.lockout import place_of
from limits.cache import SharedCache

PER_PLACE, OF_PLACE = 10, timedelta(minutes=15)
"""Tries from one address, and within which time."""

PER_REFERENCE, OF_REFERENCE = 20, timedelta(days=1)
"""Tries of one reference number from wherever, and within which time."""


def count_try(*, reference: str, address: str) -> float | None:
    """Count a try before its code is looked at: tries at the same time are not all let through.

    None where it may be looked at, otherwise the seconds after which the next one will be. It is the same
    for a reference number that nobody has.
    """
    counts = cast(SharedCache, caches["default"])
    place = f"followed-from:{place_of(address)}"
    wait = counts.hit(place, most=PER_PLACE, seconds=OF_PLACE.total_seconds())
    if wait is not None:
        return wait
    number = f"followed:{sha256(reference.encode()).hexdigest()}"
    return counts.hit(number, most=PER_REFERENCE, seconds=OF_REFERENCE.total_seconds())
