"""Instagram's own error codes, in addition to the codes that all platforms on the Graph API share.

Source: Instagram Platform, "Error codes". A failed container's ``status`` contains one of these subcodes.
"""

import re

from minutehand.platforms.error_table import INTERNAL_ERROR, REFUSED, Meaning
from minutehand.platforms.exchange import sanitize
from minutehand.platforms.meta.errors import QUOTA_WAIT, StaleHandle, graph_errors
from minutehand.platforms.port import PublishError, RateLimited, Rejected, Transient


def _refused(code: str, sentence: str = REFUSED.sentence) -> Meaning:
    return Meaning(Rejected, code, sentence)


CONTAINER_GONE = Meaning(StaleHandle, "container_gone", "The post's container no longer exists on {name}.")
MEDIA_PROCESSING = Meaning(Transient, "media_processing", "{name} is still processing the media.")
MEDIA_FAILED = Meaning(Transient, "media_failed", "{name} could not fetch or process the media.")
DAILY_LIMIT = Meaning(
    RateLimited, "daily_limit", "The account has reached {name}'s limit of posts in 24 hours.", QUOTA_WAIT
)
CONTENT_REFUSED = _refused("invalid_content")
CAPTION_TOO_LONG = _refused("invalid_content", "{name} refused the caption because it is too long.")
MEDIA_UNAVAILABLE = _refused("media_unavailable", "{name} could not fetch the media from their URL.")
IMAGE_TOO_LARGE = _refused("media_too_large", "{name} refused an image because it is larger than 8 MB.")
IMAGE_FORMAT = _refused("media_refused", "{name} refused an image because its format is not supported.")
IMAGE_ASPECT_RATIO = _refused("media_refused", "{name} refused an image because its aspect ratio is not supported.")
VIDEO_FORMAT = _refused("media_refused", "{name} refused a video because its format is not supported.")

ERRORS = graph_errors(
    "Instagram",
    by_code={
        24: CONTAINER_GONE,
        9004: MEDIA_UNAVAILABLE,
        9007: MEDIA_PROCESSING,
        352: VIDEO_FORMAT,
        36_000: IMAGE_TOO_LARGE,
        36_001: IMAGE_FORMAT,
        36_003: IMAGE_ASPECT_RATIO,
        36_004: CAPTION_TOO_LONG,
    },
    by_subcode={
        2_207_001: INTERNAL_ERROR,
        2_207_003: MEDIA_FAILED,
        2_207_004: IMAGE_TOO_LARGE,
        2_207_005: IMAGE_FORMAT,
        2_207_006: CONTAINER_GONE,
        2_207_008: CONTAINER_GONE,
        2_207_009: IMAGE_ASPECT_RATIO,
        2_207_010: CAPTION_TOO_LONG,
        2_207_020: CONTAINER_GONE,
        2_207_023: CONTENT_REFUSED,
        2_207_026: VIDEO_FORMAT,
        2_207_027: MEDIA_PROCESSING,
        2_207_028: CONTENT_REFUSED,
        2_207_032: MEDIA_FAILED,
        **dict.fromkeys((2_207_035, 2_207_036, 2_207_037, 2_207_040), CONTENT_REFUSED),
        2_207_042: DAILY_LIMIT,
        2_207_050: _refused("account_restricted", "{name} has restricted the account. Log in to {name} to see why."),
        2_207_051: _refused(
            "account_restricted", "{name} classified the post as spam and has temporarily blocked the account."
        ),
        2_207_052: MEDIA_UNAVAILABLE,
        2_207_053: MEDIA_FAILED,
        2_207_077: MEDIA_FAILED,
        2_207_081: _refused("invalid_content", "{name} does not offer trial reels to this account."),
        2_207_082: MEDIA_FAILED,
    },
)


def media_failure(status: str) -> PublishError:
    """Return the error for a container in state ERROR. A ``status`` without a known subcode is transient."""
    found = re.search(r"\b2207\d{3}\b", status)
    meaning = ERRORS.meanings.get(("subcode", int(found[0]))) if found else None
    if meaning is None or meaning.kind is not Rejected:
        return Transient("media_failed", MEDIA_FAILED.sentence.format(name="Instagram"))
    sentence = meaning.sentence.format(name="Instagram", what="the media", said=sanitize(status, {}))
    return Rejected(meaning.code, sentence)
