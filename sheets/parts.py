"""What is kept of an import under seal: written and read whole, in pieces that a row holds."""

import json
from base64 import b64decode, b64encode
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from sheets.models import Import, Part, SealedPart

_PIECE = 512 * 1024


def keep(of: Import, part: Part, content: bytes) -> None:
    """Keep `content` as `part` of an import, instead of what it had. Call it in a transaction."""
    forget(of, part)
    pieces = (content[start : start + _PIECE] for start in range(0, len(content), _PIECE))
    for number, piece in enumerate(pieces):
        SealedPart(of=of, part=part, number=number, content=b64encode(piece).decode()).save()


def kept(of: Import, part: Part) -> bytes:
    """The content of `part`, empty where there is none. Raises secrecy.sealing.Unreadable."""
    rows = SealedPart.objects.filter(of=of, part=part).order_by("number")
    return b"".join(b64decode(row.content.reveal()) for row in rows.iterator(chunk_size=10))


def forget(of: Import, *parts: Part) -> None:
    """Remove `parts` of an import."""
    SealedPart.objects.filter(of=of, part__in=parts).delete()


def keep_json(of: Import, part: Part, content: Any) -> None:
    """Keep what JSON holds; days become texts (`2008-06-19`)."""
    keep(of, part, json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False).encode())


def kept_json(of: Import, part: Part) -> Any:
    """What `keep_json` kept; None where nothing is kept."""
    content = kept(of, part)
    return json.loads(content) if content else None
