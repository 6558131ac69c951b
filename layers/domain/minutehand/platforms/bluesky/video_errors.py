"""The errors of Bluesky's video service, keyed by name, and the failures of its processing jobs.

Source: the lexicons app.bsky.video.startUpload, uploadPart, finishUpload and defs#jobStatus. The lexicons do not state
the HTTP statuses of the errors. The causes of a ``validation_failure`` are those that the official app recognises
(bluesky-social/social-app, state/composer/state/video.ts).
"""

from collections.abc import Mapping
from typing import Any

from minutehand.platforms.bluesky.errors import error_name
from minutehand.platforms.error_table import IN_A_MINUTE, ErrorTable, Meaning, after
from minutehand.platforms.exchange import sanitize
from minutehand.platforms.port import RateLimited, Rejected, Transient

TOO_LARGE = "VideoTooLarge"
"""The error for a video that exceeds the limit for a file, or the remaining part of the account's daily limit."""
ALREADY_EXISTS = "already_exists"
"""The error for a video that the service has processed before. The response contains the id of the earlier job."""
JOB_FAILED = "JOB_STATE_FAILED"
NOT_STORED = frozenset(["pds_upload_failure", "pds_upload_unsupported_blob_size"])
"""The failure codes for a processed video that the account's server did not accept."""

DAILY_LIMIT = Meaning(
    RateLimited,
    "daily_limit",
    "The account has reached {name}'s daily limit for the number or the total size of videos.",
    until=after(hours=1),
)
TOO_MANY_UPLOADS = Meaning(
    RateLimited, "too_many_uploads", "The account has too many unfinished video uploads at {name}.", until=IN_A_MINUTE
)
OVERLOADED = Meaning(Transient, "server_error", "The video service of {name} is overloaded.")
FORBIDDEN = Meaning(
    Rejected,
    "forbidden",
    "{name} does not allow this account to upload videos ({said}). Confirm the account's e-mail address.",
)
REFUSED_VIDEO = Meaning(Rejected, "media_refused", "{name} refused the video: {said}")
FINISHING = Meaning(Transient, "processing", "{name} is still joining the chunks of the video.")
COMPLETED = Meaning(Transient, "processing", "{name} has already received all chunks of the video.")
LOST = Meaning(
    Transient, "upload_lost", "{name} no longer has the upload of the video, so the upload has to start again."
)
INCOMPLETE = Meaning(
    Transient,
    "upload_incomplete",
    "{name} did not receive every chunk of the video, so the chunks have to be sent again.",
)

ERRORS = ErrorTable(
    platform="Bluesky",
    names=lambda reply: [error_name(reply)],
    message=lambda reply: reply.fields.get("message") or error_name(reply),
    meanings={
        "DailyLimitExceeded": DAILY_LIMIT,
        "TooManyOpenUploads": TOO_MANY_UPLOADS,
        "ServiceOverloaded": OVERLOADED,
        "UploadForbidden": FORBIDDEN,
        "UnsupportedContentType": REFUSED_VIDEO,
        TOO_LARGE: REFUSED_VIDEO,
        "VideoTooLong": REFUSED_VIDEO,
        "BadAspectRatio": REFUSED_VIDEO,
        "UploadNotReady": FINISHING,
        "UploadAlreadyCompleted": COMPLETED,
        "UploadNotFound": LOST,
        "UploadExpired": LOST,
        "UploadFailed": LOST,
        "UploadAborted": LOST,
        "InvalidPartNumber": LOST,
        "PartSizeMismatch": LOST,
        "MissingParts": INCOMPLETE,
    },
)

_CAUSES = {
    "video_too_long": "it is too long",
    "bad_aspect_ratio": "its aspect ratio is not supported",
    "unsupported_codec": "its codec is not supported",
    "encoded_video_too_large": "it is too large after processing",
}


def job_refusal(status: Mapping[str, Any], secrets: Mapping[str, str]) -> Rejected | None:
    """Return the error for a failed job whose video is at fault, or None if the video may be uploaded again."""
    error = status.get("error")
    cause = _CAUSES.get(error) if isinstance(error, str) else None
    if status.get("failureCode") != "validation_failure" and cause is None:
        return None
    cause = cause or sanitize(status.get("message"), secrets) or "it is not valid"
    return Rejected("media_refused", f"Bluesky refused the video: {cause.rstrip('.')}. Use another video.")
