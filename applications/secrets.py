"""The secrets of an applicant: the link by which a draft is found again, and the access code of what was submitted.

The link is signed and not stored. The code has 128 bits; the database keeps its digest alone, and it is
made of the key of the site, so that the receipt can show it without anybody keeping it.
"""

import hmac
from base64 import b32encode
from hashlib import sha256
from uuid import UUID

from django.core import signing
from django.utils.crypto import salted_hmac

from applications.models import Application

_LINK = "applications.link"
_CODE = "applications.code"
_NOBODYS = "0" * 64


def link_token(application: Application) -> str:
    """What stands in the link that leads back to `application`."""
    return signing.Signer(salt=_LINK).sign(application.row_key.hex)


def by_link(token: str) -> Application | None:
    """The application to which the link with `token` leads; None for a forged one, or where it is gone."""
    try:
        key = UUID(signing.Signer(salt=_LINK).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return Application.objects.filter(row_key=key).first()


def access_code(application: Application) -> str:
    """The access code of `application`: 26 letters and digits (128 bits), in groups that a person can type."""
    value = f"{application.row_key.hex}.{application.code_round}"
    secret = salted_hmac(_CODE, value, algorithm="sha256").digest()[:16]
    text = b32encode(secret).decode().rstrip("=")
    return "-".join(text[start : start + 7] for start in range(0, len(text), 7))


def digest_of(code: str) -> str:
    """What is stored of an access code, however its letters and hyphens were typed."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return sha256(plain.encode()).hexdigest()


def by_code(reference: str, code: str) -> Application | None:
    """The application with both `reference` and access `code`; as much work where either is wrong."""
    found = Application.objects.submitted().filter(reference=reference.strip()).first()
    expected = _NOBODYS if found is None else found.code_digest
    return found if hmac.compare_digest(expected, digest_of(code)) else None
