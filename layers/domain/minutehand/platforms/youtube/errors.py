"""The meanings of YouTube's error responses, by their ``reason``; the HTTP status and the message do not matter.

An error has the form ``{"error": {"code", "message", "errors": [{"domain", "reason", "message"}], "status"}}``.
Source: YouTube Data API, "Errors", and its quota page. Quotas reset at midnight Pacific time.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from minutehand.platforms.exchange import Reply, sanitize
from minutehand.platforms.port import InDoubt, PublishError, RateLimited, Rejected, TokenExpired, Transient
from minutehand.platforms.verdict import Verdict, after

NAME = "YouTube"
PACIFIC = ZoneInfo("America/Los_Angeles")


def quota_reset(now: datetime) -> datetime:
    """Return when YouTube resets the quotas next: at midnight Pacific time, as a UTC time."""
    tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), PACIFIC).astimezone(UTC)


_REFUSED = Verdict(Rejected, "refused", "{name} refused the post: {said}")
_APP_QUOTA = Verdict(RateLimited, "daily_limit", "This app has used its {name} quota for today.", quota_reset)
_THROTTLED = Verdict(RateLimited, "rate_limited", "{name} is limiting our requests.", after(minutes=1))
_CHANNEL_LIMIT = Verdict(
    RateLimited, "daily_limit", "The channel has reached the number of uploads that {name} allows.", after(days=1)
)
_EXPIRED = Verdict(TokenExpired, "token_expired", "The access token for {name} has expired.")
_PERMISSION = Verdict(
    Rejected,
    "reconnect_required",
    "{name} reports a missing permission. Connect the account again and grant every requested permission.",
)
_BACKEND = Verdict(Transient, "server_error", "{name} returned a server error.")

ERRORS: Mapping[str, Verdict] = {
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
            "videoNotFound",
        ),
        _REFUSED,
    ),
    **dict.fromkeys(("quotaExceeded", "dailyLimitExceeded"), _APP_QUOTA),
    **dict.fromkeys(("rateLimitExceeded", "userRateLimitExceeded"), _THROTTLED),
    "uploadLimitExceeded": _CHANNEL_LIMIT,
    **dict.fromkeys(("authError", "UNAUTHENTICATED"), _EXPIRED),
    **dict.fromkeys(("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), _PERMISSION),
    "youtubeSignupRequired": Verdict(
        Rejected, "no_channel", "The Google account has no {name} channel. Create a channel first."
    ),
    "authenticatedUserAccountSuspended": Verdict(Rejected, "account_suspended", "{name} has suspended the account."),
    "forbidden": Verdict(Rejected, "forbidden", "{name} does not allow this account to publish the post: {said}"),
    **dict.fromkeys(("backendError", "internalError"), _BACKEND),
}


def failure(reply: Reply, secrets: Mapping[str, str], now: datetime, *, publishing: bool = False) -> PublishError:
    """Return the error for ``reply``, which is not a success. An unknown error leaves a publish call in doubt."""
    error = reply.fields.get("error")
    error = error if isinstance(error, Mapping) else {}
    said = sanitize(error.get("message"), secrets) or f"HTTP {reply.status}"
    verdict = next((ERRORS[reason] for reason in _reasons(error) if reason in ERRORS), None)
    if verdict is None and publishing:
        return InDoubt("unexpected_answer", f"{NAME} returned an unexpected response: {said}")
    if publishing and verdict is _BACKEND:
        return InDoubt(verdict.code, verdict.sentence.format(name=NAME))
    return (verdict or _REFUSED).error(NAME, said, now)


def _reasons(error: Mapping[str, Any]) -> list[str]:
    """Return the names of an error, the most specific first."""
    errors = error.get("errors")
    entries = errors if isinstance(errors, list) else []
    named = [entry.get("reason") for entry in entries if isinstance(entry, Mapping)]
    return [name for name in [*named, error.get("status")] if isinstance(name, str)]


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
    "length": "the video is longer than the channel may upload",
    "termsOfUse": "the video violates its terms of use",
    "trademark": "the video infringes a trademark",
    "uploaderAccountClosed": "the account is closed",
    "uploaderAccountSuspended": "the account is suspended",
}
"""Explanations of a video's ``failureReason`` or ``rejectionReason``, to follow "YouTube refused the video:"."""
