"""The lock on signing in: so many failures of one name from one address close it for a while."""

from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from accounts.credentials import FailedTries


def digest_of(name: str) -> str:
    """What is kept of a name that was typed."""
    return salted_hmac("accounts.lockout", name, algorithm="sha256").hexdigest()


def place_of(address: str) -> str:
    """What is counted as one address: a client commands all of an IPv6 network of 64 bits."""
    if not address:
        return ""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        return str(ip_network((ip, 64), strict=False))
    return address


@transaction.atomic
def take_a_try(*, name: str, address: str, at: datetime) -> int | None:
    """Count a try before its password is checked: its number, from 1; None when none is left.

    Counted afterwards, tries at the same time would all be let through. A success gives them back
    (`forget_tries`).
    """
    FailedTries.objects.filter(last_at__lte=at - settings.AXES_COOLOFF_TIME).delete()
    row, _made = FailedTries.objects.select_for_update().get_or_create(
        name=digest_of(name), address=place_of(address), defaults={"last_at": at}
    )
    if row.tries >= settings.AXES_FAILURE_LIMIT:
        return None
    FailedTries.objects.filter(pk=row.pk).update(tries=F("tries") + 1, last_at=at)
    return row.tries + 1


def forget_tries(*, name: str, address: str) -> None:
    """Let the name begin anew at the address."""
    FailedTries.objects.filter(name=digest_of(name), address=place_of(address)).delete()


def open_again(*, name: str | None, address: str | None, either: bool = False) -> int:
    """Forget what failed with this name and from this address, with `either` of them, or all; gives how many."""
    of_name = Q(name=digest_of(name)) if name else Q()
    of_address = Q(address=place_of(address)) if address else Q()
    found = of_name | of_address if either else of_name & of_address
    count, _by_model = FailedTries.objects.filter(found).delete()
    return count
