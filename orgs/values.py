"""Which values the register takes, whether a sheet or the API brings them."""

import re

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""Characters that no text holds: control characters but tabs and line breaks, and what is no character."""

EARLIEST_YEAR = 1800
"""No day of the register lies before this year; an earlier one is a slip of the hand."""

LARGEST = 2_147_483_647
"""The largest whole number that the database holds."""

EMPTY_CELLS = frozenset({"", "N/A", "-"})
"""Cells of a sheet that say nothing."""

ERROR_CELLS = frozenset(
    "#N/A #VALUE! #REF! #DIV/0! #NUM! #NAME? #NULL! #GETTING_DATA #SPILL! #CALC! #FIELD! #BLOCKED!".split()
)
"""What Excel writes for an error, also where it saves a sheet as CSV."""

LOST_DIGITS = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{2,3}")
"""A long number as Excel saves it in CSV, its last digits lost."""

MEANT = "'"
"""An apostrophe before a cell's text: what follows is meant as it stands."""
