"""What Threads' errors mean, beside those of every platform on the Graph API."""

from minutehand.platforms.meta.errors import GRAPH, Kind, Table, Verdict
from minutehand.platforms.port import PublishError, Rejected, Transient

ERRORS = GRAPH | Table(
    by_code={
        24: Verdict(Kind.STALE_HANDLE, "container_gone", "What was prepared on {name} is not there any more."),
        9: Verdict(Kind.QUOTA, "daily_limit", "{name} allows no more posts today (250 in 24 hours)."),
    },
    by_subcode={
        2_207_027: Verdict(Kind.NOT_READY, "media_processing", "{name} has not finished with the media yet."),
        2_207_042: Verdict(Kind.QUOTA, "daily_limit", "{name} allows no more posts today (250 in 24 hours)."),
        2_207_051: Verdict(
            Kind.REJECTED,
            "account_restricted",
            "{name} takes this for spam and does not let the account post just now.",
        ),
        2_207_052: Verdict(Kind.REJECTED, "media_unavailable", "{name} could not fetch the media from its address."),
        4_279_013: Verdict(Kind.REJECTED, "account_restricted", "{name} has restricted the account. Look there."),
    },
)

MEDIA_ERRORS = {
    "FAILED_PROCESSING_AUDIO": "its sound could not be processed",
    "FAILED_PROCESSING_VIDEO": "it could not be processed",
    "INVALID_ASPEC_RATIO": "its aspect ratio is not accepted",  # spelt like this by Threads
    "INVALID_ASPECT_RATIO": "its aspect ratio is not accepted",
    "INVALID_AUDIO_CHANNELS": "its sound has a number of channels that is not accepted",
    "INVALID_AUDIO_CHANNEL_LAYOUT": "its sound has channels in a layout that is not accepted",
    "INVALID_BIT_RATE": "its bit rate is not accepted",
    "INVALID_DURATION": "it is too long or too short",
    "INVALID_FRAME_RATE": "its frame rate is not accepted",
}


def media_failure(explanation: str) -> PublishError:
    """Return what the ``error_message`` of a container means: its media will never do, or may next time."""
    if why := MEDIA_ERRORS.get(explanation):
        return Rejected("media_refused", f"Threads refused the media: {why}.")
    return Transient("media_failed", "Threads could not fetch or process the media.")
