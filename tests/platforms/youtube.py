from typing import Any

import httpx

from minutehand.platforms.choices import Choice
from minutehand.platforms.port import PermissionMissing, RateLimited, TokenExpired
from tests.support.expected import Expected, ExpectedChoices, ExpectedConsent, ExpectedMetrics
from tests.support.oauth import Answer

CHANNELS = "GET https://www.googleapis.com/youtube/v3/channels"
CATEGORIES = "GET https://www.googleapis.com/youtube/v3/videoCategories"
SCOPES = "https://www.googleapis.com/auth/youtube"


def category(key: object, title: object, assignable: object = True) -> dict[str, Any]:
    return {"id": key, "snippet": {"title": title, "assignable": assignable}}


def categories(*items: object, country: object = "DE") -> dict[str, Answer]:
    channel = {"items": [{"id": "UC1", "snippet": {"title": "Ada", "country": country}}]}
    return {CHANNELS: channel, CATEGORIES: {"items": list(items)}}


def error(status: int, reason: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": status, "message": "No.", "errors": [{"reason": reason}]}})


expected = Expected(
    max_text=5_000,
    counting="bytes",
    max_comment=10_000,
    home_url="https://www.youtube.com/",
    profiles={("UCtide", "@tide"): "https://www.youtube.com/channel/UCtide"},
    metrics=ExpectedMetrics(
        {
            "views": ("viewCount", (1.0,)),
            "reactions": ("likeCount", (0.1,)),
            "comments": ("commentCount", (0.03,)),
        },
        step="videos",
        posts_in_call=50,
        renamed=("viewCount", "watchCount", "views"),
    ),
    choices=ExpectedChoices(
        responses=categories(category("26", "Howto & Style"), category("30", "Movies", assignable=False)),
        read={"categories": [Choice("26", "Howto & Style")]},
        failures=[
            ({CHANNELS: error(401, "authError")}, TokenExpired, "token_expired"),
            ({CHANNELS: error(403, "insufficientPermissions")}, PermissionMissing, "reconnect_required"),
            ({CHANNELS: error(403, "quotaExceeded")}, RateLimited, "daily_limit"),
        ],
        simulated={"categories": {"22": "People & Blogs", "26": "Howto & Style"}},
    ),
    parent_not_found=(404, {"error": {"message": "Not found.", "errors": [{"reason": "videoNotFound"}]}}),
    consent=ExpectedConsent(
        "/o/oauth2/v2/auth",
        "/token",
        f"{SCOPES}.upload {SCOPES}.readonly",
        "/youtube/v3/channels?part=snippet&mine=true",
        ("items", 0, "snippet", "title"),
        (401, "error.status", "UNAUTHENTICATED"),
        rotates=False,
        revoke="/revoke",
        pkce=True,
        parameters={"access_type": "offline", "prompt": "consent"},
    ),
)
