"""How often somebody tries an access code: counted by all workers of the server together."""

from datetime import timedelta
from typing import cast

from django.core.cache import caches

from accounts.lockout import place_of
from limits.cache import SharedCache

PER_PLACE, OF_PLACE = 10, timedelta(minutes=15)
"""Tries from one address, and within which time; none are counted per application, whose code nobody guesses:
otherwise a stranger could keep the applicant out by wrong codes."""


def count_try(address: str) -> float | None:
    """Count a try before its code is looked at: tries at the same time are not all let through.

    None where it may be looked at, otherwise the seconds after which the next one will be.
    """
    counts = cast(SharedCache, caches["default"])
    return counts.hit(f"followed-from:{place_of(address)}", most=PER_PLACE, seconds=OF_PLACE.total_seconds())
