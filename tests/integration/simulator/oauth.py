"""An app that logs in at the simulator's platforms, each in its dialect: what the tests of the dialects share."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.support.simulator import Simulator

CLIENT_ID, SECRET = "minutehand-local", "minutehand-local-secret"
REDIRECT = "http://127.0.0.1:4566/_aws/execute-api/abc/local/api/social/connections/callback"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
GOOGLE = "https://www.googleapis.com/auth/youtube"


@dataclass(frozen=True, slots=True)
class Platform:
    """What differs. ``me``: the call that says whose token it is; ``name_at``: where its answer does."""

    authorize: str
    token: str
    scope: str
    me: str
    name_at: tuple[str | int, ...]
    expired: tuple[int, str, Any]
    basic: bool = False
    client: str = "client_id"
    refusal: tuple[int, str, Any] = (400, "error", "invalid_grant")
    refresh_refusal: tuple[int, str, Any] = (400, "error", "invalid_grant")


META_EXPIRED = (400, "error.code", 190)
META_CODE = (400, "error_type", "OAuthException")
PLATFORMS: Mapping[str, Platform] = {
    "instagram": Platform(
        "/oauth/authorize",
        "/oauth/access_token",
        "instagram_business_basic,instagram_business_content_publish",
        "/v26.0/me",
        ("username",),
        META_EXPIRED,
        refusal=META_CODE,
    ),
    "threads": Platform(
        "/oauth/authorize",
        "/oauth/access_token",
        "threads_basic,threads_content_publish",
        "/v1.0/me",
        ("username",),
        META_EXPIRED,
        refusal=META_CODE,
    ),
    "facebook": Platform(
        "/v26.0/dialog/oauth",
        "/v26.0/oauth/access_token",
        "pages_show_list,pages_manage_posts",
        "/v26.0/me/accounts",
        ("data", 0, "name"),
        META_EXPIRED,
        refusal=(400, "error.code", 100),
    ),
    "linkedin": Platform(
        "/oauth/v2/authorization",
        "/oauth/v2/accessToken",
        "openid profile w_member_social",
        "/v2/userinfo",
        ("name",),
        (401, "code", "EXPIRED_ACCESS_TOKEN"),
        refusal=(400, "error", "invalid_request"),
    ),
    "x": Platform(
        "/i/oauth2/authorize",
        "/2/oauth2/token",
        "tweet.read tweet.write users.read media.write offline.access",
        "/2/users/me",
        ("data", "username"),
        (401, "title", "Unauthorized"),
        basic=True,
        refusal=(400, "error_description", "Value passed for the authorization code was invalid."),
        refresh_refusal=(400, "error_description", "Value passed for the token was invalid."),
    ),
    "tiktok": Platform(
        "/v2/auth/authorize/",
        "/v2/oauth/token/",
        "user.info.basic,video.publish",
        "/v2/user/info/?fields=username",
        ("data", "user", "username"),
        (401, "error.code", "access_token_invalid"),
        client="client_key",
        refusal=(200, "error", "invalid_grant"),
        refresh_refusal=(200, "error", "invalid_grant"),
    ),
    "youtube": Platform(
        "/o/oauth2/v2/auth",
        "/token",
        f"{GOOGLE}.upload {GOOGLE}.readonly",
        "/youtube/v3/channels?part=snippet&mine=true",
        ("items", 0, "snippet", "title"),
        (401, "error.status", "UNAUTHENTICATED"),
    ),
    "pinterest": Platform(
        "/oauth/",
        "/v5/oauth/token",
        "boards:read,pins:read,pins:write,user_accounts:read",
        "/v5/user_account",
        ("username",),
        (401, "code", 2),
        basic=True,
        refusal=(400, "code", 283),
        refresh_refusal=(400, "code", 283),
    ),
}


class App:
    """The app, on one platform."""

    def __init__(self, simulator: Simulator, name: str) -> None:
        self.name, self.platform = name, PLATFORMS[name]
        self.simulator = simulator
        self.base = f"{simulator.url}/{name}"

    def authorize_url(self, **changes: str | None) -> str:
        """Return the address of the page. A change to None leaves a parameter out."""
        fields: dict[str, str | None] = {
            self.platform.client: CLIENT_ID,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": self.platform.scope,
            "state": "s t&te",
        }
        if self.name in ("x", "youtube", "tiktok"):
            fields |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
        if self.name == "youtube":
            fields |= {"access_type": "offline", "prompt": "consent"}
        wanted = {name: value for name, value in (fields | changes).items() if value is not None}
        return f"{self.base}{self.platform.authorize}?{urlencode(wanted)}"

    def code(self, account: str = "demo", **changes: str | None) -> str:
        """Return a code that ``account`` allowed."""
        return self.simulator.allow(self.authorize_url(**changes), account).params["code"]

    def redeem(self, code: str, **changes: str | None) -> httpx.Response:
        """Exchange a code."""
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
        return self.ask(fields | changes)

    def refresh(self, refresh_token: str, **changes: str | None) -> httpx.Response:
        """Exchange a refresh token."""
        return self.ask({"grant_type": "refresh_token", "refresh_token": refresh_token} | changes)

    def ask(self, fields: Mapping[str, str | None], secret: str = SECRET) -> httpx.Response:
        """Call the token endpoint."""
        form = {name: value for name, value in fields.items() if value is not None}
        headers = basic(secret) if self.platform.basic else {}
        if not self.platform.basic:
            form |= {self.platform.client: CLIENT_ID, "client_secret": secret}
        return self.simulator.client.post(f"{self.base}{self.platform.token}", data=form, headers=headers)

    def log_in(self, account: str = "demo") -> dict[str, Any]:
        """Return what a code is exchanged for."""
        answer = self.redeem(self.code(account))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def me(self, token: str) -> httpx.Response:
        """Ask whose token it is."""
        return self.get(self.platform.me, token)

    def get(self, path: str, token: str) -> httpx.Response:
        """Ask something with ``token``."""
        return self.simulator.client.get(f"{self.base}{path}", headers={"Authorization": f"Bearer {token}"})


def basic(secret: str) -> dict[str, str]:
    """Return the header that says which app it is."""
    return {"Authorization": f"Basic {base64.b64encode(f'{CLIENT_ID}:{secret}'.encode()).decode()}"}


def found(answer: httpx.Response, path: str) -> tuple[int, Any]:
    """Return the status and what stands at ``path``."""
    value: Any = answer.json()
    for name in path.split("."):
        value = value[name]
    return answer.status_code, value


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    """Return what stands at ``path``."""
    for step in path:
        value = value[step]
    return value
