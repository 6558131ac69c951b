"""The media types that the library accepts."""

from typing import NamedTuple

MEGABYTE = 1_000_000
MAX_IMAGE_BYTES = 30 * MEGABYTE
MAX_VIDEO_BYTES = 4_000 * MEGABYTE


class MediaType(NamedTuple):
    """A media type's file name extension and the maximum size of its files in bytes."""

    extension: str
    max_bytes: int


ALIASES = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "video/x-m4v": "video/mp4",
}
"""Other names of media types, which some clients use."""
MEDIA_TYPES = {
    "image/jpeg": MediaType(".jpg", MAX_IMAGE_BYTES),
    "image/png": MediaType(".png", MAX_IMAGE_BYTES),
    "image/webp": MediaType(".webp", MAX_IMAGE_BYTES),
    "image/gif": MediaType(".gif", MAX_IMAGE_BYTES),
    "video/mp4": MediaType(".mp4", MAX_VIDEO_BYTES),
    "video/quicktime": MediaType(".mov", MAX_VIDEO_BYTES),
    "video/webm": MediaType(".webm", MAX_VIDEO_BYTES),
}
