"""The dimensions and the duration of a media item, as a viewer sees it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The displayed size in pixels and the duration in seconds. A value is None if the file does not state it."""

    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None


UNKNOWN = Dimensions()


def shown(width: int, height: int, *, turned: bool = False) -> Dimensions:
    """Return the dimensions of an image of ``width`` x ``height`` stored pixels.

    ``turned``: whether a viewer turns the image by 90 or 270 degrees. A stored width or height of 0 means that the
    dimensions are unknown.
    """
    if not width or not height:
        return UNKNOWN
    return Dimensions(height, width) if turned else Dimensions(width, height)
