"""Values encrypted for one place, and their blind indexes.

A sealed value is a text, `keyid:base64(nonce + ciphertext + tag)`: AES-256-GCM with a random nonce of 96
bits, and the place (table, column, row) as associated data, so that it opens in no other place. The
blind index is HMAC-SHA256 with another key: equal values of a column have equal indexes, which tell nothing
else without the key.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

_NONCE_BYTES = 12


class Unreadable(Exception):
    """A sealed value does not open: its key is missing, or it was changed or belongs elsewhere.

    `reason` says which, for the log; neither it nor the message holds the value.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(_("The value cannot be read."))
        self.reason = reason


@lru_cache(maxsize=32)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def current_key_id() -> str:
    """The id of the key that encrypts."""
    return next(iter(settings.PROTECTION_KEYS))


def seal(value: str, place: bytes) -> str:
    """`value` encrypted for `place` under the current key."""
    key_id, key = next(iter(settings.PROTECTION_KEYS.items()))
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + _cipher(key).encrypt(nonce, value.encode(), place)
    return f"{key_id}:{base64.b64encode(sealed).decode()}"


def unseal(sealed: str, place: bytes) -> str:
    """The clear text of `sealed`, which was made for `place`. Raises Unreadable."""
    key_id, _colon, text = sealed.partition(":")
    key = settings.PROTECTION_KEYS.get(key_id)
    if key is None:
        raise Unreadable("no key has its id")
    try:
        data = base64.b64decode(text, validate=True)
        clear = _cipher(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], place)
    except (ValueError, InvalidTag) as error:
        raise Unreadable("it was changed, moved here from elsewhere, or made under another key") from error
    return clear.decode()


def blind_index(value: str, column: str) -> str:
    """The blind index, 64 hexadecimal digits, of `value` in `column` (`table.column`)."""
    message = f"{column}\0{value}".encode()
    return hmac.new(settings.INDEX_KEY, message, hashlib.sha256).hexdigest()
