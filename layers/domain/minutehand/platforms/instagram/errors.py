"""Instagram's own error codes, in addition to the codes that all platforms on the Graph API share.

Source: Instagram Platform, "Error codes". The ``status`` of a failed container may contain a subcode.
"""

import re

from minutehand.platforms.error_table import REFUSED, Meaning
from minutehand.platforms.exchange import sanitize
from minutehand.platforms.meta import media_errors
from minutehand.platforms.meta.errors import QUOTA_WAIT, graph_errors
from minutehand.platforms.meta.media_errors import MEDIA_FAILED, MediaNotFetched
from minutehand.platforms.port import PublishError, RateLimited, Rejected


def _refused(code: str, sentence: str = REFUSED.sentence) -> Meaning:
    return Meaning(Rejected, code, sentence)


DAILY_LIMIT = Meaning(
    RateLimited, "daily_limit", "The account has reached {name}'s limit of posts in 24 hours.", QUOTA_WAIT
)
CONTENT_REFUSED = _refused("invalid_content")
CAPTION_TOO_LONG = _refused("invalid_content", "{name} refused the caption because it is too long. Shorten it.")
IMAGE_TOO_LARGE = _refused(
    "media_too_large", "{name} refused an image because it is larger than 8 MB. Use a smaller image."
)
IMAGE_FORMAT = _refused("media_refused", "{name} refused an image because its format is not supported. Use JPEG.")
IMAGE_ASPECT_RATIO = _refused(
    "media_refused", "{name} refused an image because its aspect ratio is not supported. Crop the image."
)
VIDEO_FORMAT = _refused(
    "media_refused", "{name} refused a video because its format is not supported. Use another video."
)

ERRORS = graph_errors(
    "Instagram",
    by_code={
        **media_errors.CODES,
        352: VIDEO_FORMAT,
        36_000: IMAGE_TOO_LARGE,
        36_001: IMAGE_FORMAT,
        36_003: IMAGE_ASPECT_RATIO,
        36_004: CAPTION_TOO_LONG,
    },
    by_subcode={
        **media_errors.SUBCODES,
        2_207_004: IMAGE_TOO_LARGE,
        2_207_005: IMAGE_FORMAT,
        2_207_009: IMAGE_ASPECT_RATIO,
        2_207_010: CAPTION_TOO_LONG,
        2_207_023: CONTENT_REFUSED,
        2_207_026: VIDEO_FORMAT,
        2_207_028: CONTENT_REFUSED,
        **dict.fromkeys((2_207_035, 2_207_036, 2_207_037, 2_207_040), CONTENT_REFUSED),
        2_207_042: DAILY_LIMIT,
        2_207_050: _refused("account_restricted", "{name} has restricted the account. Log in to {name} to see why."),
        2_207_051: _refused(
            "account_restricted",
            "{name} classified the post as spam and has temporarily blocked the account. Check the account on {name}.",
        ),
        2_207_081: _refused(
            "invalid_content", "{name} does not offer trial reels to this account. Remove `trialReel`."
        ),
    },
)


def media_failure(status: str) -> PublishError:
    """Return the error for a container in state ERROR. The error is transient if ``status`` has no known subcode."""
    found = re.search(r"\b2207\d{3}\b", status)
    meaning = ERRORS.meanings.get(("subcode", int(found[0]))) if found else None
    if meaning is None or meaning.kind not in (Rejected, MediaNotFetched):
        meaning = MEDIA_FAILED
    sentence = meaning.sentence.format(name="Instagram", what="the media", said=sanitize(status, {}))
    return meaning.kind(meaning.code, sentence)
