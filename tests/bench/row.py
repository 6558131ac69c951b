"""One row of the results: the measured value, its target, and whether the target was reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """A result. ``reached`` is None where the figures are for comparison only."""

    name: str
    measured: str
    to_reach: str
    reached: bool | None
    numbers: Mapping[str, object] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """Return the verdict in words, so that it needs no colour."""
        return {True: "reached", False: "not reached", None: "for comparison"}[self.reached]


_HEADINGS = ("row", "measured", "to reach", "verdict")
_BOLD, _RED, _PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[0m"


def table(rows: Sequence[Row], *, colours: bool) -> str:
    """Format ``rows`` in columns; with ``colours``, highlight the headings and the missed targets."""
    cells = [_HEADINGS, *((row.name, row.measured, row.to_reach, row.verdict) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    if colours:
        lines[0] = f"{_BOLD}{lines[0]}{_PLAIN}"
        for index, row in enumerate(rows, start=2):
            if row.reached is False:
                lines[index] = f"{_RED}{lines[index]}{_PLAIN}"
    return "\n".join(lines)
