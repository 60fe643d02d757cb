"""How what is issued is written down so that it can be checked for ever: one text for one content."""

import json
import zlib
from collections.abc import Mapping, Sequence
from hashlib import sha256
from secrets import token_hex
from typing import Any, TypedDict

from stats.contents import Contents

SALT_BYTES = 16


class KeyList(TypedDict):
    """The keys of records that a figure counted, and a salt, without which nobody learns short lists from digests."""

    salt: str
    keys: Sequence[str]


KeyLists = Mapping[str, KeyList]
"""Lists of keys by the code of the figure that counted them."""


def canonical(value: Any) -> bytes:
    """`value` as JSON in UTF-8, the same for the same content: keys sorted, no spaces, nothing escaped needlessly."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(value: Any) -> str:
    """SHA-256 of `canonical(value)`, in hexadecimal."""
    return sha256(canonical(value)).hexdigest()


def salted(contents: Contents) -> KeyLists:
    """`contents` with a new random salt for each list."""
    return {code: {"salt": token_hex(SALT_BYTES), "keys": keys} for code, keys in contents.items()}


def packed(lists: KeyLists) -> bytes:
    """`lists` as they are stored: compressed."""
    return zlib.compress(canonical(lists))


def unpacked(stored: bytes) -> KeyLists:
    """The lists that `packed` got. Raises ValueError for what it never gave."""
    try:
        lists: Any = json.loads(zlib.decompress(stored))
    except zlib.error as error:
        raise ValueError("not compressed") from error
    if not isinstance(lists, dict):
        raise ValueError("no lists")
    return lists
