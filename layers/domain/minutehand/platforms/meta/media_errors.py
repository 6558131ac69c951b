"""The errors of containers, and of media that Meta fetches from their URLs. Instagram and Threads share `CODES` and
`SUBCODES`.

A single fetch may fail even if the server is healthy. The adapter probes the media before it calls Meta, so a failed
fetch by Meta counts as transient for `MAX_FETCH_TIME`. Source: Instagram Platform, "Error codes" (2026-06-02). Threads
returns the same codes.

Checkpoint: ``fetch_failed_at`` (the time at which Meta first failed to fetch the media).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from minutehand.platforms.error_table import INTERNAL_ERROR, Meaning
from minutehand.platforms.meta.errors import StaleHandle
from minutehand.platforms.port import Attempt, PublishError, Rejected, Transient

MAX_FETCH_TIME = timedelta(minutes=15)
"""The time for which a failed fetch of the media is transient. After this time, the failure is permanent."""

COVER_TIME = MAX_FETCH_TIME / 3
"""The time for which a failed fetch is repeated with the cover of a video. After that time, the cover is left out."""


class MediaNotFetched(Transient):
    """Meta could not fetch or process the media. A retry may succeed."""


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


def may_be_the_cover(attempt: Attempt) -> bool:
    """Return whether Meta has failed to fetch the media for `COVER_TIME`, perhaps because of the cover of a video."""
    since = attempt.checkpoint.get("fetch_failed_at")
    return since not in (None, "") and attempt.now() - datetime.fromisoformat(since) >= COVER_TIME


def limit_fetch_time(failure: MediaNotFetched, attempt: Attempt) -> PublishError:
    """Return ``failure``, or a permanent error if Meta has failed to fetch the media for `MAX_FETCH_TIME`.

    Save the time of the first failure in the checkpoint.
    """
    since = attempt.checkpoint.get("fetch_failed_at")
    if not since:
        attempt.save(fetch_failed_at=attempt.now().isoformat())
    elif attempt.now() - datetime.fromisoformat(since) >= MAX_FETCH_TIME:
        return Rejected(failure.code, failure.reason)
    return failure
