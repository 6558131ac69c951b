from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import (
    InDoubt,
    PermissionMissing,
    PublishError,
    RateLimited,
    Rejected,
    TokenExpired,
    Transient,
)
from minutehand.platforms.tiktok.errors import ERRORS, processing_failure

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def reply(status: int, code: Any) -> Reply:
    return Reply(status, {"data": {}, "error": {"code": code, "message": "Because of hunter2.", "log_id": "L1"}})


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (reply(400, "invalid_params"), Rejected, "refused"),
        (reply(401, "access_token_invalid"), TokenExpired, "token_expired"),
        (reply(401, "scope_not_authorized"), PermissionMissing, "reconnect_required"),
        (reply(403, "spam_risk_too_many_posts"), RateLimited, "daily_limit"),
        (reply(403, "spam_risk_too_many_pending_share"), RateLimited, "daily_limit"),
        (reply(403, "reached_active_user_cap"), RateLimited, "daily_limit"),
        (reply(403, "spam_risk_user_banned_from_posting"), Rejected, "account_restricted"),
        (reply(403, "url_ownership_unverified"), Rejected, "media_refused"),
        (reply(403, "unaudited_client_can_only_post_to_private_accounts"), Rejected, "app_not_allowed"),
        (reply(403, "privacy_level_option_mismatch"), Rejected, "refused"),
        (reply(200, "internal_error"), Transient, "server_error"),  # an error with HTTP 200
        (reply(400, "never_heard_of"), Rejected, "refused"),
        (reply(400, 7), Rejected, "refused"),
        (Reply(403, None), Rejected, "refused"),
    ],
)
def test_error_of_a_preparation_is_classified(answer: Reply, kind: type[PublishError], code: str) -> None:
    error = ERRORS.error(answer, {"access_token": "hunter2"}, NOW)
    assert (type(error), error.code) == (kind, code)
    assert "hunter2" not in error.reason


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(400, "invalid_params"), Rejected),
        (reply(403, "spam_risk_too_many_posts"), RateLimited),
        (reply(401, "access_token_invalid"), TokenExpired),
        (reply(200, "internal_error"), InDoubt),
        (reply(400, "never_heard_of"), Rejected),
        (reply(200, "never_heard_of"), InDoubt),
        (Reply(400, {"error": "a text"}), InDoubt),
    ],
)
def test_error_of_the_publish_call_is_classified(answer: Reply, kind: type[PublishError]) -> None:
    assert type(ERRORS.error(answer, {}, NOW, publishing=True)) is kind


@pytest.mark.parametrize(
    ("reason", "kind", "code"),
    [
        ("internal", Transient, "server_error"),
        ("video_pull_failed", Transient, "media_unavailable"),
        ("photo_pull_failed", Transient, "media_unavailable"),
        ("duration_check_failed", Rejected, "media_refused"),
        ("auth_removed", Rejected, "reconnect_required"),
        ("spam_risk_too_many_posts", RateLimited, "daily_limit"),
        ("never_heard_of", Rejected, "refused"),
        ("", Rejected, "refused"),
    ],
)
def test_reason_for_failed_processing_is_classified(reason: str, kind: type[PublishError], code: str) -> None:
    error = processing_failure(reason, NOW)
    assert (type(error), error.code) == (kind, code)


def test_post_beyond_a_limit_of_24_hours_is_sent_again_within_its_window() -> None:
    error = ERRORS.error(reply(403, "spam_risk_too_many_posts"), {}, NOW)
    assert isinstance(error, RateLimited)
    assert error.until == NOW + timedelta(hours=1)


def test_limit_of_the_app_is_not_blamed_on_the_account() -> None:
    error = ERRORS.error(reply(403, "reached_active_user_cap"), {}, NOW)
    assert error.reason == "This app has reached TikTok's daily limit for the number of accounts that post."


def test_full_inbox_is_explained() -> None:
    error = ERRORS.error(reply(403, "spam_risk_too_many_pending_share"), {}, NOW)
    assert error.reason.endswith("Publish or delete some of them in the TikTok app.")
