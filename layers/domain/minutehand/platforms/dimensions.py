"""The displayed dimensions and the duration of a media item."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The displayed size in pixels and the duration in seconds. An unknown value is None."""

    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None


UNKNOWN = Dimensions()
MAX_PIXELS = 2**31 - 1
"""The maximum width and height in the PNG specification (ISO 15948, 7.1)."""


def shown(width: int, height: int, *, turned: bool = False) -> Dimensions:
    """Return the dimensions of an image of ``width`` x ``height`` stored pixels.

    ``turned``: whether a viewer rotates the image by 90 or 270 degrees. A stored width or height of 0, or of more than
    `MAX_PIXELS`, means that the dimensions are unknown.
    """
    if not 0 < width <= MAX_PIXELS or not 0 < height <= MAX_PIXELS:
        return UNKNOWN
    return Dimensions(height, width) if turned else Dimensions(width, height)
