from typing import Any

import httpx

from minutehand.platforms.choices import Choice
from minutehand.platforms.port import PermissionMissing, RateLimited, TokenExpired, Transient
from tests.support.expected import Expected, ExpectedChoices, ExpectedConsent, ExpectedMetrics

BOARDS = "GET https://api.pinterest.com/v5/boards"


def boards(*items: object, bookmark: object = None) -> dict[str, Any]:
    return {"items": list(items), "bookmark": bookmark}


def error(status: int, code: int) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": "No."})


expected = Expected(
    max_text=800,
    counting="characters",
    home_url="https://www.pinterest.com/",
    profiles={("1", "tide"): "https://www.pinterest.com/tide/"},
    metrics=ExpectedMetrics(
        {
            "impressions": ("impression", (1.0,)),
            "reactions": ("reaction", (0.1,)),
            "comments": ("comment", (0.03,)),
            "saves": ("save", (0.02,)),
            "clicks": ("clickthrough", (0.04,)),
            "pin_click": ("pin_click", (0.2,)),
        },
        step="pin",
        renamed=("clickthrough", "visit", "clicks"),
    ),
    choices=ExpectedChoices(
        responses={
            BOARDS: boards({"id": "549755885175", "name": "Kilns"}, {"id": "7", "name": "Ads", "is_ads_only": True})
        },
        read={"boards": [Choice("549755885175", "Kilns")]},
        failures=[
            ({BOARDS: error(401, 2)}, TokenExpired, "token_expired"),
            ({BOARDS: error(403, 29)}, PermissionMissing, "reconnect_required"),
            ({BOARDS: error(401, 7)}, PermissionMissing, "reconnect_required"),
            ({BOARDS: error(429, 8)}, RateLimited, "rate_limited"),
            ({BOARDS: httpx.Response(500, json={})}, Transient, "server_error"),
            ({BOARDS: {"items": {}}}, Transient, "unexpected_answer"),
            ({BOARDS: httpx.ConnectError("no")}, Transient, "unreachable"),
        ],
        simulated={"boards": {"549755885175": "Kilns", "549755885176": "Glazes"}},
    ),
    consent=ExpectedConsent(
        "/oauth/",
        "/v5/oauth/token",
        "boards:read,pins:read,pins:write,user_accounts:read",
        "/v5/user_account",
        ("username",),
        (401, "code", 2),
        rotates=True,
        revoke="/v5/oauth/token/revoke",
        basic=True,
        code_error=(400, "code", 283),
        refresh_error=(400, "code", 283),
    ),
)
