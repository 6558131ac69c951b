"""What YouTube's errors mean, told by their ``reason``, never by the HTTP status or the prose.

The envelope is ``{"error": {"code", "message", "errors": [{"domain", "reason", "message"}], "status"}}``.
Source: YouTube Data API, "Errors", and the quota page: quotas begin anew at midnight Pacific time.
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


def next_quota(now: datetime) -> datetime:
    """Return the next midnight in California."""
    tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), PACIFIC).astimezone(UTC)


_IN_THEIR_WORDS = Verdict(Rejected, "refused", "{name} refused the post: {said}")
_QUOTA = Verdict(RateLimited, "daily_limit", "The uploads that {name} allows this app today are used up.", next_quota)
_THROTTLED = Verdict(RateLimited, "rate_limited", "{name} asks us to wait before posting more.", after(minutes=1))
_UPLOADS = Verdict(RateLimited, "daily_limit", "{name} allows the channel no more uploads just now.", after(days=1))
_EXPIRED = Verdict(TokenExpired, "token_expired", "The access to {name} has run out.")
_PERMISSION = Verdict(
    Rejected,
    "reconnect_required",
    "{name} says that a permission is missing: connect the account again, and allow all that is asked for.",
)
_BACKEND = Verdict(Transient, "server_error", "{name} has a problem of its own.")

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
        _IN_THEIR_WORDS,
    ),
    **dict.fromkeys(("quotaExceeded", "dailyLimitExceeded"), _QUOTA),
    **dict.fromkeys(("rateLimitExceeded", "userRateLimitExceeded"), _THROTTLED),
    "uploadLimitExceeded": _UPLOADS,
    **dict.fromkeys(("authError", "UNAUTHENTICATED"), _EXPIRED),
    **dict.fromkeys(("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), _PERMISSION),
    "youtubeSignupRequired": Verdict(
        Rejected, "no_channel", "The Google account has no channel on {name} yet: open one there first."
    ),
    "authenticatedUserAccountSuspended": Verdict(Rejected, "account_suspended", "{name} has suspended the account."),
    "forbidden": Verdict(Rejected, "forbidden", "{name} does not allow the account to do that: {said}"),
    **dict.fromkeys(("backendError", "internalError"), _BACKEND),
}


def failure(reply: Reply, secrets: Mapping[str, str], now: datetime, *, publishing: bool = False) -> PublishError:
    """Return what a refusal means. One that is in no table leaves a publishing call in doubt."""
    error = reply.fields.get("error")
    error = error if isinstance(error, Mapping) else {}
    said = sanitize(error.get("message"), secrets) or f"HTTP {reply.status}"
    verdict = next((ERRORS[reason] for reason in _reasons(error) if reason in ERRORS), None)
    if verdict is None and publishing:
        return InDoubt("unexpected_answer", f"{NAME} gave an answer that nobody knows: {said}")
    if publishing and verdict is _BACKEND:
        return InDoubt(verdict.code, verdict.sentence.format(name=NAME))
    return (verdict or _IN_THEIR_WORDS).error(NAME, said, now)


def _reasons(error: Mapping[str, Any]) -> list[str]:
    """Return the names of an error, the most telling first."""
    errors = error.get("errors")
    entries = errors if isinstance(errors, list) else []
    named = [entry.get("reason") for entry in entries if isinstance(entry, Mapping)]
    return [name for name in [*named, error.get("status")] if isinstance(name, str)]


UPLOAD_FAILURES = {
    "codec": "it cannot decode the video",
    "conversion": "it cannot convert the video",
    "emptyFile": "the file is empty",
    "invalidFile": "the file is not a video that it knows",
    "tooSmall": "the file is too small",
    "uploadAborted": "the upload was broken off",
    "claim": "somebody claims the video as theirs",
    "copyright": "the video infringes a copyright",
    "duplicate": "the channel has this video already",
    "inappropriate": "it finds the video inappropriate",
    "legal": "of a legal complaint",
    "length": "the video is longer than the channel may upload",
    "termsOfUse": "the video breaks its terms of use",
    "trademark": "the video infringes a trademark",
    "uploaderAccountClosed": "the account is closed",
    "uploaderAccountSuspended": "the account is suspended",
}
"""``failureReason`` and ``rejectionReason`` of a video."""
