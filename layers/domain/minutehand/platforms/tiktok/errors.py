"""TikTok's errors, classified by ``code``, never by HTTP status or message text.

The envelope is ``{"data": {...}, "error": {"code", "message", "log_id"}}``, with the code ``ok`` on success. A post
that TikTok accepted may fail later; its status then has a ``fail_reason``. Source: Content Posting API, "Error
handling" and "Get post status".
"""

from collections.abc import Mapping
from datetime import datetime

from minutehand.platforms.exchange import Reply, sanitize
from minutehand.platforms.port import InDoubt, PublishError, RateLimited, Rejected, TokenExpired, Transient
from minutehand.platforms.verdict import Verdict, after

NAME = "TikTok"
UNKNOWN_HANDLE = frozenset(["invalid_publish_id", "publish_id_not_found"])

_REFUSED = Verdict(Rejected, "refused", "{name} refused the post: {said}")
_THROTTLED = Verdict(RateLimited, "rate_limited", "{name} temporarily limits our requests.", after(minutes=1))
_DAILY_LIMIT = Verdict(
    RateLimited, "daily_limit", "{name} currently accepts no more posts from this account.", after(days=1)
)
_EXPIRED = Verdict(TokenExpired, "token_expired", "The access token for {name} has expired.")
_PERMISSION_MISSING = Verdict(
    Rejected,
    "reconnect_required",
    "{name} reports a missing permission. Connect the account again and grant every requested permission.",
)
_SERVER = Verdict(Transient, "server_error", "{name} reported an internal error.")
_BANNED = Verdict(
    Rejected, "account_restricted", "{name} has banned the account from posting. Log in to {name} to see why."
)
_SPAM = Verdict(Rejected, "refused", "{name} classified the post as spam.")
_APP_REMOVED = Verdict(
    Rejected,
    "reconnect_required",
    "The owner removed this app from the {name} account. Connect the account again.",
)
_MEDIA_UNAVAILABLE = Verdict(Rejected, "media_unavailable", "{name} could not fetch the media from their URL.")


def _media_refused(property_of_media: str) -> Verdict:
    return Verdict(Rejected, "media_refused", f"{{name}} does not accept the {property_of_media}.")


ERRORS: Mapping[str, Verdict] = {
    **dict.fromkeys(("invalid_param", "invalid_params", "invalid_file_upload", "invalid_request"), _REFUSED),
    "access_token_invalid": _EXPIRED,
    **dict.fromkeys(("scope_not_authorized", "scope_permission_missed"), _PERMISSION_MISSING),
    "rate_limit_exceeded": _THROTTLED,
    **dict.fromkeys(
        ("spam_risk_too_many_posts", "spam_risk_too_many_pending_share", "reached_active_user_cap"), _DAILY_LIMIT
    ),
    "spam_risk_user_banned_from_posting": _BANNED,
    **dict.fromkeys(("spam_risk_text", "spam_risk"), _SPAM),
    "unaudited_client_can_only_post_to_private_accounts": Verdict(
        Rejected,
        "app_not_allowed",
        "{name} has not audited this app yet; until then it may post to private accounts only.",
    ),
    "url_ownership_unverified": Verdict(
        Rejected, "media_refused", "{name} fetches images only from domains that the app has verified on {name}."
    ),
    "privacy_level_option_mismatch": Verdict(
        Rejected, "refused", "{name} does not offer the selected privacy to this account."
    ),
    "internal_error": _SERVER,
}
"""By ``error.code``."""

FAILURES: Mapping[str, Verdict] = {
    "internal": _SERVER,
    **dict.fromkeys(("video_pull_failed", "photo_pull_failed"), _MEDIA_UNAVAILABLE),
    "file_format_check_failed": _media_refused("format of the media"),
    "duration_check_failed": _media_refused("duration of the video"),
    "frame_rate_check_failed": _media_refused("frame rate of the video"),
    "picture_size_check_failed": _media_refused("dimensions of the media"),
    "publish_cancelled": Verdict(Rejected, "cancelled", "The post was cancelled on {name}."),
    "auth_removed": _APP_REMOVED,
    "spam_risk_too_many_posts": _DAILY_LIMIT,
    "spam_risk_user_banned_from_posting": _BANNED,
    **dict.fromkeys(("spam_risk_text", "spam_risk"), _SPAM),
}
"""By ``fail_reason``."""


def code_of(reply: Reply) -> str:
    """Return the error code of a response; an empty string when it has none."""
    error = reply.fields.get("error")
    code = error.get("code") if isinstance(error, Mapping) else None
    return code if isinstance(code, str) else ""


def failure(reply: Reply, secrets: Mapping[str, str], now: datetime, *, publishing: bool = False) -> PublishError:
    """Return the exception for an error response. An unknown error leaves a publish call in doubt."""
    error = reply.fields.get("error")
    said = sanitize(error.get("message") if isinstance(error, Mapping) else None, secrets) or f"HTTP {reply.status}"
    verdict = ERRORS.get(code_of(reply))
    if publishing and (verdict is None or verdict is _SERVER):
        return InDoubt("unexpected_answer", f"{NAME} returned an unexpected response: {said}")
    return (verdict or _REFUSED).error(NAME, said, now)


def processing_failure(reason: str, now: datetime) -> PublishError:
    """Return the exception for the ``fail_reason`` of a post. An unknown reason is permanent."""
    return FAILURES.get(reason, _REFUSED).error(NAME, sanitize(reason, {}) or "it gave no reason", now)
