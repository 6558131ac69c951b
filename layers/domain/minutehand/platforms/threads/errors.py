"""Threads' own error codes, in addition to the codes that all platforms on the Graph API share."""

from minutehand.platforms.error_table import Meaning
from minutehand.platforms.meta import media_errors
from minutehand.platforms.meta.errors import QUOTA_WAIT, graph_errors
from minutehand.platforms.meta.media_errors import MEDIA_FAILED, MEDIA_UNAVAILABLE
from minutehand.platforms.port import PublishError, RateLimited, Rejected

DAILY_LIMIT = Meaning(
    RateLimited, "daily_limit", "The account has reached {name}'s limit of 250 posts in 24 hours.", QUOTA_WAIT
)

ERRORS = graph_errors(
    "Threads",
    by_code={
        **media_errors.CODES,
        9: DAILY_LIMIT,
    },
    by_subcode={
        **media_errors.SUBCODES,
        2_207_042: DAILY_LIMIT,
        2_207_051: Meaning(
            Rejected,
            "account_restricted",
            "{name} classified the post as spam and has temporarily blocked the account. Check the account on {name}.",
        ),
        4_279_013: Meaning(
            Rejected,
            "account_restricted",
            "{name} has restricted the account. Log in to {name} to see why.",
        ),
    },
)

MEDIA_ERRORS = {
    "FAILED_PROCESSING_AUDIO": "the audio could not be processed",
    "FAILED_PROCESSING_VIDEO": "the video could not be processed",
    "INVALID_ASPEC_RATIO": "the aspect ratio is not supported",  # the spelling in the API
    "INVALID_ASPECT_RATIO": "the aspect ratio is not supported",
    "INVALID_AUDIO_CHANNELS": "the number of audio channels is not supported",
    "INVALID_AUDIO_CHANNEL_LAYOUT": "the layout of the audio channels is not supported",
    "INVALID_BIT_RATE": "the bit rate is not supported",
    "INVALID_DURATION": "the duration is too long or too short",
    "INVALID_FRAME_RATE": "the frame rate is not supported",
}


def media_failure(explanation: str) -> PublishError:
    """Return the error for a container whose ``error_message`` is ``explanation``. If the message is unknown, the error
    is transient.
    """
    if reason := MEDIA_ERRORS.get(explanation):
        return Rejected("media_refused", f"Threads refused the media: {reason}. Use another file.")
    meaning = MEDIA_UNAVAILABLE if explanation == "FAILED_DOWNLOADING_VIDEO" else MEDIA_FAILED
    return meaning.kind(meaning.code, meaning.sentence.format(name="Threads"))
