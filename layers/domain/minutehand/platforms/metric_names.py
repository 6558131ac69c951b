"""The normalised names of metrics, which are the same on every platform."""

from typing import Final

NAMES: Final = (
    "impressions",
    "reach",
    "views",
    "reactions",
    "comments",
    "shares",
    "reposts",
    "saves",
    "clicks",
    "follows",
    "engagementRate",
)
"""The normalised names. ``shares`` counts private shares, and ``reposts`` counts public ones."""
SUMMABLE: Final = tuple(name for name in NAMES if name != "engagementRate")
"""The normalised names of counts. Rates cannot be added."""
