"""How figures are written, in official Chinese and English texts alike."""


def grouped(number: int) -> str:
    """`number` with its digits in threes: 1,670."""
    return f"{number:,}"


def percent(rate: float | None) -> str:
    """`rate` (1 is all) in per cent, whole or to two places: 0.5 is 50%, 0.563 is 56.30%; a dash for None."""
    return "–" if rate is None else f"{rate * 100:.2f}".removesuffix(".00") + "%"
