"""YouTube's errors, keyed by ``reason``. The HTTP status matters only for errors that are not in the table. Only the
error for an exhausted daily quota is recognised by its message.

An error has the form ``{"error": {"code", "message", "errors": [{"domain", "reason", "message"}], "status"}}``.
Source: YouTube Data API, "Errors", and the page about quotas. Quotas reset at midnight Pacific time.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from minutehand.platforms.error_table import (
    PARENT_NOT_FOUND,
    PERMISSION_MISSING,
    REFUSED,
    THROTTLED,
    TOKEN_EXPIRED,
    UNCLEAR,
    ErrorTable,
    Meaning,
    after,
    at_midnight,
    unclear,
)
from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import RateLimited, Rejected
from minutehand.runtime.timezones import time_zone

NAME = "YouTube"
RATE_LIMITS = frozenset(["rateLimitExceeded", "userRateLimitExceeded", "RESOURCE_EXHAUSTED"])
DAILY = "per day"
"""A phrase in the message for an exhausted daily quota. The reason and the status are the same as for a short-term
rate limit. Source: responses of ``videos.insert`` since May 2026, when uploads received their own daily quota.
"""
PACIFIC = time_zone("America/Los_Angeles")


APP_QUOTA = Meaning(
    RateLimited,
    "daily_limit",
    "This app has used up its daily quota at {name}.",
    at_midnight(PACIFIC),
)
_THROTTLED = replace(THROTTLED, sentence="{name} is limiting our requests.")
_BACKEND = unclear("server_error", "{name} returned a server error.")


def _error(reply: Reply) -> Mapping[str, Any]:
    error = reply.fields.get("error")
    return error if isinstance(error, Mapping) else {}


def _names(reply: Reply) -> list[str]:
    errors = _error(reply).get("errors")
    entries = errors if isinstance(errors, list) else []
    reasons = [entry.get("reason") for entry in entries if isinstance(entry, Mapping)]
    names = [name for name in [*reasons, _error(reply).get("status")] if isinstance(name, str)]
    return [*names, DAILY] if RATE_LIMITS & set(names) and DAILY in str(_error(reply).get("message")) else names


ERRORS = ErrorTable(
    platform=NAME,
    names=_names,
    message=lambda reply: _error(reply).get("message") or ", ".join(_names(reply)),
    meanings={
        **dict.fromkeys(
            (
                "invalidTitle",
                "invalidDescription",
                "invalidTags",
                "invalidCategoryId",
                "invalidPublishAt",
                "invalidVideoMetadata",
                "invalidFilename",
                "mediaBodyRequired",
                "defaultLanguageNotSet",
                "badRequest",
                "commentTextRequired",
                "commentTextTooLong",
                "commentsDisabled",
            ),
            REFUSED,
        ),
        "videoNotFound": PARENT_NOT_FOUND,
        **dict.fromkeys((DAILY, "quotaExceeded", "dailyLimitExceeded"), APP_QUOTA),
        **dict.fromkeys(("rateLimitExceeded", "userRateLimitExceeded"), _THROTTLED),
        "uploadLimitExceeded": Meaning(
            RateLimited,
            "daily_limit",
            "The channel has reached the number of uploads that {name} allows.",
            after(hours=6),  # the limit applies to a moving window, and every refused upload costs quota
        ),
        "authError": TOKEN_EXPIRED,
        "insufficientPermissions": PERMISSION_MISSING,
        "youtubeSignupRequired": Meaning(
            Rejected, "no_channel", "The Google account has no {name} channel. Create a channel first."
        ),
        "authenticatedUserAccountSuspended": Meaning(
            Rejected, "account_suspended", "{name} has suspended the account. Log in to {name} to see why."
        ),
        "forbidden": Meaning(Rejected, "forbidden", "{name} does not allow this account to publish the post: {said}"),
        **dict.fromkeys(("backendError", "internalError"), _BACKEND),
        "notFound": UNCLEAR,  # an upload session that no longer exists may have created the video
        # The status is a fallback, because it is less specific than the reason.
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT": PERMISSION_MISSING,
        "UNAUTHENTICATED": TOKEN_EXPIRED,
    },
)

UPLOAD_FAILURES = {
    "codec": "it cannot decode the video",
    "conversion": "it cannot convert the video",
    "emptyFile": "the file is empty",
    "invalidFile": "the file is not a video in a supported format",
    "tooSmall": "the file is too small",
    "uploadAborted": "the upload was aborted",
    "claim": "the video is subject to a copyright claim",
    "copyright": "the video infringes a copyright",
    "duplicate": "the channel already has this video",
    "inappropriate": "it considers the video inappropriate",
    "legal": "it received a legal complaint about the video",
    "length": "the video exceeds the maximum length for the channel",
    "termsOfUse": "the video violates its terms of use",
    "trademark": "the video infringes a trademark",
    "uploaderAccountClosed": "the account is closed",
    "uploaderAccountSuspended": "the account is suspended",
}
"""The explanation of each ``failureReason`` or ``rejectionReason``. The explanation follows "YouTube refused the
video:".
"""
REMEDIES = {
    "uploadAborted": "Retry the post.",
    "uploaderAccountClosed": f"Check the account on {NAME}.",
    "uploaderAccountSuspended": f"Check the account on {NAME}.",
}
"""The remedies for refusals that do not concern the video itself."""
