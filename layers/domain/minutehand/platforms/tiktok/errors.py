"""TikTok's errors, keyed by ``code``. The HTTP status matters only for errors that are not in the table.

The envelope is ``{"data": {...}, "error": {"code", "message", "log_id"}}``, with the code ``ok`` on success. A post may
fail after TikTok has accepted it. The status of the post then has a ``fail_reason``. Source: Content Posting API,
"Error handling" and "Get post status".
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from minutehand.platforms.error_table import (
    INTERNAL_ERROR,
    PERMISSION_MISSING,
    REFUSED,
    THROTTLED,
    TOKEN_EXPIRED,
    UNCLEAR,
    ErrorTable,
    Meaning,
    after,
)
from minutehand.platforms.exchange import Reply, sanitize
from minutehand.platforms.port import PublishError, RateLimited, Rejected, Transient

NAME = "TikTok"
UNKNOWN_HANDLE = frozenset(["invalid_publish_id", "publish_id_not_found"])

QUOTA_WAIT = after(hours=1)
"""The wait after a 24-hour limit is reached. The limit applies to the last 24 hours, so TikTok may accept a post again
at any time.
"""
_DAILY_LIMIT = Meaning(
    RateLimited, "daily_limit", "{name} currently accepts no more posts from this account.", QUOTA_WAIT
)
_PENDING_LIMIT = Meaning(
    RateLimited,
    "daily_limit",
    "The account's {name} inbox already has as many unpublished posts as {name} allows in 24 hours. Publish or delete "
    "some of them in the {name} app.",
    QUOTA_WAIT,
)
_APP_LIMIT = Meaning(
    RateLimited,
    "daily_limit",
    "This app has reached {name}'s daily limit for the number of accounts that post.",
    QUOTA_WAIT,
)
_BANNED = Meaning(
    Rejected, "account_restricted", "{name} has banned the account from posting. Log in to {name} to see why."
)
_SPAM = Meaning(Rejected, "refused", "{name} classified the post as spam. Change the content.")


def _media_refused(property_of_media: str) -> Meaning:
    return Meaning(Rejected, "media_refused", f"{{name}} does not accept the {property_of_media}. Use another file.")


def code_of(reply: Reply) -> str:
    """Return the error code of a response, or an empty string if it has none."""
    code = _error(reply).get("code")
    return code if isinstance(code, str) else ""


def _error(reply: Reply) -> Mapping[str, Any]:
    error = reply.fields.get("error")
    return error if isinstance(error, Mapping) else {}


ERRORS = ErrorTable(
    platform=NAME,
    names=lambda reply: [code_of(reply)],
    message=lambda reply: _error(reply).get("message") or code_of(reply),
    meanings={
        **dict.fromkeys(("invalid_param", "invalid_params", "invalid_file_upload", "invalid_request"), REFUSED),
        "access_token_invalid": TOKEN_EXPIRED,
        **dict.fromkeys(("scope_not_authorized", "scope_permission_missed"), PERMISSION_MISSING),
        "rate_limit_exceeded": THROTTLED,
        "spam_risk_too_many_posts": _DAILY_LIMIT,
        "spam_risk_too_many_pending_share": _PENDING_LIMIT,
        "reached_active_user_cap": _APP_LIMIT,
        "spam_risk_user_banned_from_posting": _BANNED,
        **dict.fromkeys(("spam_risk_text", "spam_risk"), _SPAM),
        "unaudited_client_can_only_post_to_private_accounts": Meaning(
            Rejected,
            "app_not_allowed",
            "{name} has not audited this app yet. Until the audit, the app may post to private accounts only. The "
            "operator must request the audit.",
        ),
        "url_ownership_unverified": Meaning(
            Rejected,
            "media_refused",
            "{name} fetches images only from domains that the app has verified on {name}. The operator must verify the "
            "domain of the images.",
        ),
        "privacy_level_option_mismatch": Meaning(
            Rejected,
            "refused",
            "{name} does not offer the selected privacy level to this account. Set privacy to another level.",
        ),
        "internal_error": replace(INTERNAL_ERROR, publishing=UNCLEAR.publishing),
    },
)
"""The meaning of each error, keyed by ``error.code``."""

FAILURES: Mapping[str, Meaning] = {
    "internal": INTERNAL_ERROR,
    # A single fetch may fail even if the media server is healthy.
    **dict.fromkeys(
        ("video_pull_failed", "photo_pull_failed"),
        Meaning(Transient, "media_unavailable", "{name} could not fetch the media from their URL."),
    ),
    "file_format_check_failed": _media_refused("format of the media"),
    "duration_check_failed": _media_refused("duration of the video"),
    "frame_rate_check_failed": _media_refused("frame rate of the video"),
    "picture_size_check_failed": _media_refused("dimensions of the media"),
    "publish_cancelled": Meaning(
        Rejected, "cancelled", "The post was cancelled on {name}. To publish it, retry the post."
    ),
    "auth_removed": Meaning(
        Rejected,
        "reconnect_required",
        "The owner removed this app from the {name} account. Connect the account again.",
    ),
    "spam_risk_too_many_posts": _DAILY_LIMIT,
    "spam_risk_user_banned_from_posting": _BANNED,
    **dict.fromkeys(("spam_risk_text", "spam_risk"), _SPAM),
}
"""The meaning of each failure, keyed by ``fail_reason``."""


def processing_failure(reason: str, now: datetime) -> PublishError:
    """Return the exception for the ``fail_reason`` of a post. An unknown reason is treated as a permanent error."""
    said = sanitize(reason, {}) or "it gave no reason"
    return FAILURES.get(reason, REFUSED).error(now, name=NAME, what="the post", said=said)
