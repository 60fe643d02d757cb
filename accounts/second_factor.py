"""The second factor: a code from the user's telephone, or a recovery code where that is lost."""

import logging
import secrets
import unicodedata
from base64 import b32encode
from datetime import datetime
from enum import Enum
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django_otp.oath import TOTP

from accounts.credentials import Authenticator, RecoveryCode
from accounts.models import User
from secrecy.sealing import Unreadable

logger = logging.getLogger(__name__)

DIGITS, STEP, TOLERANCE = 6, 30, 1
"""Digits of a code, the seconds for which it is shown, and how many steps a telephone's clock may be off."""

RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are taken for one another
_RECOVERY_LENGTH = 12

CODE_IS_DUE = "code_is_due"
"""In a session: its user has a second factor, and signed in by the password."""


class Means(Enum):
    """What a user was recognized by."""

    APP = "app"
    RECOVERY_CODE = "recovery code"


class WrongCode(Exception):
    """The code is not the one that the telephone shows, was used before, or there is no second factor."""


class OtherSecondFactor(Exception):
    """The user has another second factor than the one that was proved: it was set up meanwhile."""


class TooManyCodes(Exception):
    """Codes were wrong too often; `until` is when the next one is looked at."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def is_owed(request: HttpRequest) -> bool:
    """Whether the request's user has still to enter a code: of all staff where the settings say so.

    Elsewhere it is asked of those who have set up a second factor, when they sign in.
    """
    user = request.user
    if not user.is_authenticated or user.is_verified():  # type: ignore[attr-defined]  # OTPMiddleware
        return False
    return (settings.SECOND_FACTOR and user.is_staff) or bool(request.session.get(CODE_IS_DUE))


def new_secret() -> str:
    """A secret of 160 bits (RFC 4226), in hexadecimal digits."""
    return secrets.token_hex(20)


def key_of(secret: str) -> str:
    """The secret as it is typed into an app (base32)."""
    return b32encode(bytes.fromhex(secret)).decode()


def address_of(secret: str, *, issuer: str, name: str) -> str:
    """The secret as an app reads it from a picture (`otpauth://`)."""
    label = quote(f"{issuer.replace(':', '')}:{name}", safe=":")
    asked = {"secret": key_of(secret), "issuer": issuer, "digits": DIGITS, "period": STEP}
    return f"otpauth://totp/{label}?{urlencode(asked, quote_via=quote)}"


def step_of(code: str, *, secret: str, at: datetime, after: int = -1) -> int | None:
    """The step, later than `after`, whose code is `code`; None where there is none around `at`."""
    if not (code.isascii() and code.isdigit() and len(code) == DIGITS):
        return None
    clock = TOTP(bytes.fromhex(secret), step=STEP, digits=DIGITS)
    clock.time = at.timestamp()
    return clock.t() if clock.verify(int(code), TOLERANCE, after + 1) else None


def tidied(typed: str) -> str:
    """A code as it is compared: without spaces and hyphens, of whatever width its letters were typed."""
    plain = unicodedata.normalize("NFKC", typed).lower()
    return "".join(letter for letter in plain if letter.isalnum())


def verify(*, user: User, typed: str, at: datetime) -> Means:
    """What `typed` proves that it is `user`; it does so once.

    Raises WrongCode, or TooManyCodes for as long as codes are not looked at.
    """
    with transaction.atomic():  # ends before anything is raised: a wrong code counts
        device = Authenticator.objects.select_for_update().filter(user=user).first()
        if device is None:
            raise WrongCode
        allowed, why = device.verify_is_allowed()
        means = _means(device, tidied(typed), at) if allowed else None
        if means is not None:
            device.throttle_reset()
        elif allowed:
            device.throttle_increment()
    if means is not None:
        return means
    if not allowed:
        raise TooManyCodes(why["locked_until"])
    raise WrongCode


def _means(device: Authenticator, code: str, at: datetime) -> Means | None:
    try:
        secret = device.secret.reveal()
    except Unreadable as error:  # recovery codes go on opening
        logger.error("The secret of second factor %s cannot be read: %s", device.pk, error.reason)  # noqa: TRY400
        secret = ""
    step = step_of(code, secret=secret, at=at, after=device.last_step) if secret else None
    if step is not None:
        device.last_step = step
        return Means.APP
    used, _by_model = device.recovery_codes.filter(digest=_digest(device.user_id, code)).delete()
    return Means.RECOVERY_CODE if used else None


@transaction.atomic
def set_up(
    *, user: User, secret: str, step: int, at: datetime, instead_of: Authenticator | None = None
) -> tuple[Authenticator, list[str]]:
    """Give `user` the second factor with this secret, with its recovery codes.

    `step` is that of the code by which the telephone was tried; `instead_of` the second factor that was
    proved, and goes. The codes are to be shown: only digests of them are kept. Raises OtherSecondFactor.
    """
    User.objects.select_for_update().get(pk=user.pk)
    present = Authenticator.objects.filter(user=user).first()
    if present != instead_of:
        raise OtherSecondFactor
    if present is not None:
        present.delete()
    device = Authenticator.objects.create(user=user, secret=secret, last_step=step, made_at=at)
    return device, make_recovery_codes(device=device)


@transaction.atomic
def make_recovery_codes(*, device: Authenticator) -> list[str]:
    """New recovery codes, to be shown; the old ones open nothing any more."""
    Authenticator.objects.select_for_update().get(pk=device.pk)
    device.recovery_codes.all().delete()
    codes = [
        "".join(secrets.choice(_LETTERS) for _ in range(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(authenticator=device, digest=_digest(device.user_id, code)) for code in codes
    )
    return ["-".join(code[at : at + 4] for at in range(0, _RECOVERY_LENGTH, 4)) for code in codes]


def remove(*, user: User) -> bool:
    """Take the second factor of `user` away, with its recovery codes; False where there is none."""
    count, _by_model = Authenticator.objects.filter(user=user).delete()
    return bool(count)


def _digest(user_id: int, code: str) -> str:
    return salted_hmac("accounts.recovery_code", f"{user_id}:{code}", algorithm="sha256").hexdigest()
