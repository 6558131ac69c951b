from typing import Any

import httpx

from minutehand.platforms.choices import Choice
from minutehand.platforms.port import PermissionMissing, Rejected, TokenExpired, Transient
from tests.support.expected import Expected, ExpectedChoices, ExpectedConsent, ExpectedMetrics

CREATOR = "POST https://open.tiktokapis.com/v2/post/publish/creator_info/query/"


def creator(*levels: object) -> dict[str, Any]:
    return {"data": {"privacy_level_options": list(levels)}, "error": {"code": "ok", "message": ""}}


def error(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"data": {}, "error": {"code": code, "message": "No.", "log_id": "1"}})


expected = Expected(
    max_text=2_200,
    counting="utf16",
    home_url="https://www.tiktok.com/",
    profiles={("-000a", "@tide"): "https://www.tiktok.com/@tide", ("-000a", "-000a"): None},
    metrics=ExpectedMetrics(
        {
            "views": ("view_count", (1.0,)),
            "reactions": ("like_count", (0.1,)),
            "comments": ("comment_count", (0.03,)),
            "shares": ("share_count", (0.02,)),
        },
        step="query",
        posts_in_call=20,
        renamed=None,
    ),
    choices=ExpectedChoices(
        responses={CREATOR: creator("FOLLOWER_OF_CREATOR", "SELF_ONLY", "A_NEW_LEVEL")},
        read={"privacyLevels": [Choice("FOLLOWER_OF_CREATOR", "Followers"), Choice("SELF_ONLY", "Only you")]},
        failures=[
            ({CREATOR: error(401, "access_token_invalid")}, TokenExpired, "token_expired"),
            ({CREATOR: error(401, "scope_not_authorized")}, PermissionMissing, "reconnect_required"),
            ({CREATOR: error(200, "spam_risk_user_banned_from_posting")}, Rejected, "account_restricted"),
            ({CREATOR: {"data": {}, "error": {"code": "ok"}}}, Transient, "unexpected_answer"),
        ],
        simulated={
            "privacyLevels": {
                "PUBLIC_TO_EVERYONE": "Everyone",
                "MUTUAL_FOLLOW_FRIENDS": "Friends",
                "SELF_ONLY": "Only you",
            }
        },
    ),
    consent=ExpectedConsent(
        "/v2/auth/authorize/",
        "/v2/oauth/token/",
        "user.info.basic,video.publish",
        "/v2/user/info/?fields=username",
        ("data", "user", "username"),
        (401, "error.code", "access_token_invalid"),
        rotates=True,
        revoke="/v2/oauth/revoke/",
        client_id_field="client_key",
        pkce=True,
        code_error=(200, "error", "invalid_grant"),
        refresh_error=(200, "error", "invalid_grant"),
    ),
)
