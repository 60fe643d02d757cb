"""What looks like a number of a person, wherever it stands in a text."""

import re

PERSONAL_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{17}[0-9Xx]|(?:\+?86)?1[3-9][0-9]{9})(?![0-9A-Za-z])", re.ASCII
)
"""An identity number (18 characters) or a mobile phone (11 digits, with or without the country code)."""
