"""How figures are written: digits in official Chinese and English texts alike, quarters in the language's words."""

from django.utils.translation import gettext as _


def grouped(number: int) -> str:
    """`number` with its digits in threes: 1,670."""
    return f"{number:,}"


def percent(rate: float | None) -> str:
    """`rate` (1 is all) in per cent, whole or to two places: 0.5 is 50%, 0.563 is 56.30%; a dash for None."""
    return "–" if rate is None else f"{rate * 100:.2f}".removesuffix(".00") + "%"


def quarter(name: str) -> str:
    """The quarter called `name` (`2008-Q2`) as the active language writes it."""
    year, number = name.split("-Q")
    return _("Q%(quarter)s %(year)s") % {"year": year, "quarter": number}
