"""The keys of protected values: read from the environment, never kept in the database."""

import base64
import hashlib
import hmac
import re

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
"""AES-256 and HMAC-SHA256 take keys of this length."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
_BASE64 = re.compile(r"[A-Za-z0-9_+/-]+={0,2}")
# 32 random bytes have some 30 different ones; fewer than 12 practically never.
_DIFFERENT_BYTES = 12
_HOW_TO_MAKE_A_KEY = "python3 -c 'import secrets; print(\"%s\" + secrets.token_urlsafe(32))'"


def read_protection_keys(text: str, *, debug_secret: str | None = None) -> dict[str, bytes]:
    """The keys in `text`, `id:base64` with commas between them, by id; the first one encrypts, all decrypt.

    Where `text` is empty one key is derived from `debug_secret`, if that is given. Raises
    ImproperlyConfigured, which repeats no key.
    """
    if not text.strip():
        if debug_secret is not None:
            return {"debug": _derived(debug_secret, "PROTECTION_KEYS")}
        raise _missing("PROTECTION_KEYS", "k1:")
    keys: dict[str, bytes] = {}
    for entry in text.split(","):
        key_id, colon, key = (part.strip() for part in entry.partition(":"))
        if not (colon and _ID.fullmatch(key_id)):
            raise ImproperlyConfigured(
                "PROTECTION_KEYS holds keys as id:base64 with commas between them; an id has at most 16 letters, "
                "digits, - and _."
            )
        if key_id in keys:
            raise ImproperlyConfigured(f"PROTECTION_KEYS names the id {key_id} twice.")
        keys[key_id] = _decoded(key, f"The key {key_id} of PROTECTION_KEYS")
    if len(set(keys.values())) < len(keys):
        raise ImproperlyConfigured("PROTECTION_KEYS holds one key under two ids.")
    return keys


def read_index_key(text: str, *, others: dict[str, bytes], debug_secret: str | None = None) -> bytes:
    """The key in `text`, in base64, which is none of `others`; empty: derived from `debug_secret`, if given.

    Raises ImproperlyConfigured, which does not repeat the key.
    """
    if not text.strip():
        if debug_secret is not None:
            return _derived(debug_secret, "INDEX_KEY")
        raise _missing("INDEX_KEY", "")
    key = _decoded(text.strip(), "INDEX_KEY")
    if key in others.values():
        raise ImproperlyConfigured("INDEX_KEY must be another key than those of PROTECTION_KEYS.")
    return key


def _decoded(text: str, name: str) -> bytes:
    if _BASE64.fullmatch(text):
        text = text.rstrip("=").replace("+", "-").replace("/", "_")
        try:
            key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            key = b""
        if len(key) == KEY_BYTES and len(set(key)) >= _DIFFERENT_BYTES:
            return key
    raise ImproperlyConfigured(f"{name} must be {KEY_BYTES} random bytes in base64.")


def _missing(name: str, prefix: str) -> ImproperlyConfigured:
    command = _HOW_TO_MAKE_A_KEY % prefix
    return ImproperlyConfigured(f"{name} must be set (or DEBUG=1 while developing). Make it with: {command}")


def _derived(secret: str, name: str) -> bytes:
    return hmac.new(secret.encode(), name.encode(), hashlib.sha256).digest()
