"""What TikTok's errors mean, told by their ``code``, never by the HTTP status or the prose.

The envelope is ``{"data": {...}, "error": {"code", "message", "log_id"}}``, with the code ``ok`` on success. A post
that was taken may fail later; then its status has a ``fail_reason``. Source: Content Posting API, "Error handling" and
"Get post status".
"""

from collections.abc import Mapping
from datetime import datetime

from minutehand.platforms.exchange import Reply, sanitize
from minutehand.platforms.port import InDoubt, PublishError, RateLimited, Rejected, TokenExpired, Transient
from minutehand.platforms.verdict import Verdict, after

NAME = "TikTok"
UNKNOWN_HANDLE = frozenset(["invalid_publish_id", "publish_id_not_found"])

_IN_THEIR_WORDS = Verdict(Rejected, "refused", "{name} refused the post: {said}")
_THROTTLED = Verdict(RateLimited, "rate_limited", "{name} asks us to wait before posting more.", after(minutes=1))
_DAILY = Verdict(RateLimited, "daily_limit", "{name} allows the account no more posts just now.", after(days=1))
_EXPIRED = Verdict(TokenExpired, "token_expired", "The access to {name} has run out.")
_SCOPE = Verdict(
    Rejected,
    "reconnect_required",
    "{name} says that a permission is missing: connect the account again, and allow all that is asked for.",
)
_SERVER = Verdict(Transient, "server_error", "{name} has a problem of its own.")
_BANNED = Verdict(Rejected, "account_restricted", "{name} does not let the account post. Look there for the reason.")
_SPAM = Verdict(Rejected, "refused", "{name} takes the post for spam.")

ERRORS: Mapping[str, Verdict] = {
    **dict.fromkeys(("invalid_param", "invalid_params", "invalid_file_upload", "invalid_request"), _IN_THEIR_WORDS),
    "access_token_invalid": _EXPIRED,
    **dict.fromkeys(("scope_not_authorized", "scope_permission_missed"), _SCOPE),
    "rate_limit_exceeded": _THROTTLED,
    **dict.fromkeys(
        ("spam_risk_too_many_posts", "spam_risk_too_many_pending_share", "reached_active_user_cap"), _DAILY
    ),
    "spam_risk_user_banned_from_posting": _BANNED,
    **dict.fromkeys(("spam_risk_text", "spam_risk"), _SPAM),
    "unaudited_client_can_only_post_to_private_accounts": Verdict(
        Rejected, "app_not_allowed", "{name} has not audited this app yet: it may post to private accounts only."
    ),
    "url_ownership_unverified": Verdict(
        Rejected, "media_refused", "{name} takes images only from addresses whose domain was verified there."
    ),
    "privacy_level_option_mismatch": Verdict(
        Rejected, "refused", "{name} does not offer the account the privacy that was chosen."
    ),
    "internal_error": _SERVER,
}
"""By ``error.code``."""

FAILURES: Mapping[str, Verdict] = {
    "internal": _SERVER,
    **dict.fromkeys(
        ("video_pull_failed", "photo_pull_failed"),
        Verdict(Rejected, "media_unavailable", "{name} could not fetch the media from its address."),
    ),
    "file_format_check_failed": Verdict(Rejected, "media_refused", "{name} does not accept the format of the media."),
    "duration_check_failed": Verdict(Rejected, "media_refused", "{name} does not accept the duration of the video."),
    "frame_rate_check_failed": Verdict(Rejected, "media_refused", "{name} does not accept the video's frame rate."),
    "picture_size_check_failed": Verdict(
        Rejected, "media_refused", "{name} does not accept the dimensions of the media."
    ),
    "publish_cancelled": Verdict(Rejected, "cancelled", "The post was cancelled on {name}."),
    "auth_removed": Verdict(
        Rejected, "reconnect_required", "This app was removed from the {name} account: connect the account again."
    ),
    "spam_risk_too_many_posts": _DAILY,
    "spam_risk_user_banned_from_posting": _BANNED,
    **dict.fromkeys(("spam_risk_text", "spam_risk"), _SPAM),
}
"""By ``fail_reason``."""


def code_of(reply: Reply) -> str:
    """Return the error's code; empty when there is none."""
    error = reply.fields.get("error")
    code = error.get("code") if isinstance(error, Mapping) else None
    return code if isinstance(code, str) else ""


def failure(reply: Reply, secrets: Mapping[str, str], now: datetime, *, publishing: bool = False) -> PublishError:
    """Return what a refusal means. One that is in no table leaves a publishing call in doubt."""
    error = reply.fields.get("error")
    said = sanitize(error.get("message") if isinstance(error, Mapping) else None, secrets) or f"HTTP {reply.status}"
    verdict = ERRORS.get(code_of(reply))
    if publishing and (verdict is None or verdict is _SERVER):
        return InDoubt("unexpected_answer", f"{NAME} gave an answer that nobody knows: {said}")
    return (verdict or _IN_THEIR_WORDS).error(NAME, said, now)


def digestion_failure(reason: str, now: datetime) -> PublishError:
    """Return what the ``fail_reason`` of a post means; one that nobody knows is a refusal."""
    return FAILURES.get(reason, _IN_THEIR_WORDS).error(NAME, sanitize(reason, {}) or "it does not say why", now)
