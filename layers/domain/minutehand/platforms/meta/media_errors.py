"""Errors of media and containers, which Instagram and Threads share.

Meta fetches the media from their URLs, and a fetch may fail once although the server is healthy. The publisher has
fetched the media itself just before, so a failed fetch is transient for `meta.containers.MAX_FETCH_TIME`.
Source: Instagram Platform, "Error codes" (2026-06-02). Threads returns the same codes.
"""

from collections.abc import Mapping

from minutehand.platforms.error_table import INTERNAL_ERROR, Meaning
from minutehand.platforms.meta.errors import StaleHandle
from minutehand.platforms.port import Transient


class MediaNotFetched(Transient):
    """Meta could not fetch or process the media this time. It may succeed with a new container."""


CONTAINER_GONE = Meaning(StaleHandle, "container_gone", "{name} no longer accepts the post's container.")
MEDIA_PROCESSING = Meaning(Transient, "media_processing", "{name} is still processing the media.")
MEDIA_UNAVAILABLE = Meaning(MediaNotFetched, "media_unavailable", "{name} could not fetch the media from their URL.")
MEDIA_FAILED = Meaning(MediaNotFetched, "media_failed", "{name} could not fetch or process the media.")

CODES: Mapping[int, Meaning] = {
    -1: INTERNAL_ERROR,
    24: CONTAINER_GONE,
    9004: MEDIA_UNAVAILABLE,
    9007: MEDIA_PROCESSING,
}
SUBCODES: Mapping[int, Meaning] = {
    2_207_001: INTERNAL_ERROR,
    2_207_003: MEDIA_UNAVAILABLE,
    2_207_006: CONTAINER_GONE,
    2_207_008: CONTAINER_GONE,
    2_207_020: CONTAINER_GONE,
    2_207_027: MEDIA_PROCESSING,
    2_207_032: MEDIA_FAILED,
    2_207_052: MEDIA_UNAVAILABLE,
    2_207_053: MEDIA_FAILED,
    2_207_077: MEDIA_FAILED,
    2_207_082: MEDIA_FAILED,
    4_279_009: CONTAINER_GONE,
}
