"""Chinese digits stand in threes as English ones do: 1,670. Django has them in fours, with nothing between."""

NUMBER_GROUPING = 3
THOUSAND_SEPARATOR = ","
