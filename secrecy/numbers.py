"""What looks like a number of a person, wherever it stands in a text."""

import re

PERSONAL_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{17}[0-9Xx]|(?:\+?86)?1[3-9][0-9]{9})(?![0-9A-Za-z])", re.ASCII
)
"""An identity number (18 characters) or a mobile phone (11 digits, with or without the country code)."""

_TYPED = re.compile(
    r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
    r"|(?:\+?86)?1[3-9][0-9]{9}",
    re.ASCII,
)

_BETWEEN_DIGITS = re.compile(r"^\+|[\s()/.-]")


def is_personal_number(text: str) -> bool:
    """Whether `text` is such a number and nothing else; a credit code of digits alone has no birth date in it."""
    return _TYPED.fullmatch("".join(text.split())) is not None


def may_be_whole_number(text: str) -> bool:
    """Whether `text` may be an identity number or any telephone number, a landline's too: 7 to 15 digits alone.

    What separates the digits of a telephone number may stand between them.
    """
    plain = _BETWEEN_DIGITS.sub("", text)
    return is_personal_number(text) or (plain.isascii() and plain.isdigit() and 7 <= len(plain) <= 15)
