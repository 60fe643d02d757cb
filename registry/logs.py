"""The logs of the site and of its server, and what may not reach them."""

import logging
import re
from typing import Any

from secrecy.numbers import PERSONAL_NUMBER

# A search for a name stands in the query string; PostgreSQL writes the values of a row under DETAIL.
_QUERY_STRING = re.compile(r"\?[^\s'\"]+")
# A value may run over several lines: what PostgreSQL says ends where a traceback goes on, or with the record.
_ROW_VALUES = re.compile(r"DETAIL: .*?(?=\nTraceback |\n\n(?:The above|During) |\Z)", re.DOTALL)
# What leads an applicant back to an application: who has such an address has the application.
_SECRET_ADDRESS = re.compile(r"(/apply/(?:resume|receipt)/)[^\s/'\"]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class DiscreetFormatter(logging.Formatter):
    """Formats a record, its traceback included, without query strings, row values and people's numbers.

    Nor does it show the address that leads an applicant back to an application.
    A message is one line whatever it quotes: `/%0A` in an address cannot begin a line of the log.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line of `record` without its traceback; control characters are escaped."""
        return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """The line of `record`; `/x/?q=secret` becomes `/x/?…`."""
        text = _SECRET_ADDRESS.sub(r"\1…", _QUERY_STRING.sub("?…", super().format(record)))
        return PERSONAL_NUMBER.sub("…", _ROW_VALUES.sub("DETAIL: …", text))


def logging_config(level: str = "INFO") -> dict[str, Any]:
    """What Django's LOGGING and gunicorn's `logconfig_dict` are: all lines, formatted alike, on stderr.

    Loggers that come with handlers of their own lose them, for these know nothing of discretion.
    """
    through_root: dict[str, Any] = {"handlers": [], "propagate": True}
    own_handlers = ("django", "django.server", "gunicorn.access", "gunicorn.error")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "discreet": {
                "class": "registry.logs.DiscreetFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": dict.fromkeys(own_handlers, through_root),
    }
