"""Which values the register takes, whether a sheet or the API brings them."""

import re

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""Characters that no text holds: control characters but tabs and line breaks, and what is no character."""

EARLIEST_YEAR = 1800
"""No day of the register lies before this year; an earlier one is a slip of the hand."""

LARGEST = 2_147_483_647
"""The largest whole number that the database holds."""
