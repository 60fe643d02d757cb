"""How what is issued is written down so that it can be checked for ever: one text for one content."""

import json
import zlib
from hashlib import sha256
from typing import Any

from stats.contents import Contents


def canonical(value: Any) -> bytes:
    """`value` as JSON in UTF-8, the same for the same content: keys sorted, no spaces, nothing escaped needlessly."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(value: Any) -> str:
    """SHA-256 of `canonical(value)`, in hexadecimal."""
    return sha256(canonical(value)).hexdigest()


def packed(contents: Contents) -> bytes:
    """`contents` as they are stored: compressed."""
    return zlib.compress(canonical(contents))


def unpacked(stored: bytes) -> Contents:
    """The contents that `packed` gave."""
    contents: Contents = json.loads(zlib.decompress(stored))
    return contents
