"""Chains of organizations: a superior's superior, an incubator's incubator. They never lead back."""

from collections.abc import Callable


def leads_back(start: int, to: int, next_of: Callable[[int], int | None]) -> bool:
    """Whether the chain from `start` on, each link given by `next_of`, comes to `to`."""
    seen = set()
    link: int | None = start
    while link is not None and link not in seen:
        if link == to:
            return True
        seen.add(link)
        link = next_of(link)
    return False
