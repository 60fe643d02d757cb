"""Places of the parts of pictures, for templates to draw as SVG attributes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

BAR = 56
ROW = 36


@dataclass(frozen=True)
class Part:
    """One part of a split."""

    mode: str
    label: str
    count: int
    share: float | None
    """Its share of the whole; None where there is nothing."""
    start: str
    """Where its segment of the bar starts, in per cent of the bar."""
    width: str
    """How wide its segment is, in per cent of the bar."""
    swatch_y: int
    text_y: int
    """Where its row below the bar stands, in pixels from the top."""


@dataclass(frozen=True)
class SplitPicture:
    """A bar that is split into parts, and below it a row for each part."""

    parts: tuple[Part, ...]
    height: int

    @classmethod
    def of(cls, counts: Sequence[tuple[str, str, int]]) -> Self:
        """The picture of `(mode, label, count)`, in their order."""
        total = sum(count for _mode, _label, count in counts)
        parts = []
        before = 0
        for row, (mode, label, count) in enumerate(counts):
            top = BAR + 12 + row * ROW
            part = Part(
                mode=mode,
                label=label,
                count=count,
                share=count / total if total else None,
                start=_per_cent(before, total),
                width=_per_cent(count, total),
                swatch_y=top + 8,
                text_y=top + 22,
            )
            parts.append(part)
            before += count
        return cls(tuple(parts), BAR + 12 + len(counts) * ROW)


def _per_cent(count: int, total: int) -> str:
    return f"{100 * count / total:.4f}" if total else "0"
