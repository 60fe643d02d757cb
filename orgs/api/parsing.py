"""Reading JSON bodies: what is no JSON, or cannot be written again, is the client's error."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class BodyParser(JSONParser):
    """JSON; raises ParseError (400) also for what nests too deeply and for halves of characters."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value of the body."""
        try:
            said = super().parse(stream, media_type, parser_context)
            json.dumps(said, ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError):
            raise ParseError(_("The body is no JSON that can be read.")) from None
        return said
