"""What the library takes: types, their sizes, and the ends of their names."""

from typing import NamedTuple

MEGABYTE = 1_000_000
MAX_IMAGE_BYTES = 30 * MEGABYTE
MAX_VIDEO_BYTES = 4_000 * MEGABYTE


class Kind(NamedTuple):
    """A type of file: the end of its name, and the most bytes that it may have."""

    extension: str
    max_bytes: int


KINDS = {
    "image/jpeg": Kind(".jpg", MAX_IMAGE_BYTES),
    "image/png": Kind(".png", MAX_IMAGE_BYTES),
    "image/webp": Kind(".webp", MAX_IMAGE_BYTES),
    "image/gif": Kind(".gif", MAX_IMAGE_BYTES),
    "video/mp4": Kind(".mp4", MAX_VIDEO_BYTES),
    "video/quicktime": Kind(".mov", MAX_VIDEO_BYTES),
    "video/webm": Kind(".webm", MAX_VIDEO_BYTES),
}
