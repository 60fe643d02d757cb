"""Chains of organizations: a superior's superior, an incubator's incubator. They never lead back."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from orgs.models import Organization


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


def chain_from(target: Organization | None, link: str) -> set[int]:
    """The keys of `target` and of those to which `link` leads from there, as it looks now, not locked.

    Who calls `refuse_circle` locks these first, in the order of their keys, with all else that it locks.
    """
    found: set[int] = set()
    key = target.pk if target is not None else None
    rows = Organization.objects.all()
    while key is not None and key not in found:
        found.add(key)
        key = _next(rows, key, link)
    return found


def refuse_circle(organization: Organization, link: str, target: Organization | None) -> None:
    """Raise ValidationError, at `link`, where `target` as `superior` or `incubated_by` leads back.

    The way is locked, so that two editors cannot close a circle together: call it inside the transaction.
    """
    if target is None or organization.pk is None:
        return
    rows = Organization.objects.select_for_update()
    if leads_back(target.pk, organization.pk, lambda pk: _next(rows, pk, link)):
        raise ValidationError({link: _("This leads back to the organization itself.")})


def _next(rows: QuerySet[Organization], pk: int, link: str) -> int | None:
    found: int | None = rows.values_list(f"{link}_id", flat=True).get(pk=pk)
    return found
