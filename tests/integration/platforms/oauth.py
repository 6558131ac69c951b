"""An OAuth app that logs in at each simulated platform, for the tests of the authorization servers."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
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
    """The differences of a platform. ``me``: the call that returns the account; ``name_path``: where its name is.

    ``rotates``: whether each refresh replaces the refresh token, or None if the platform issues no refresh tokens.
    ``revoke``: the path of the endpoint that revokes a token, or None if the tests revoke no token there.
    """

    authorize: str
    token: str
    scope: str
    me: str
    name_path: tuple[str | int, ...]
    expired: tuple[int, str, Any]
    _: KW_ONLY
    rotates: bool | None
    revoke: str | None
    basic: bool = False
    client_id_field: str = "client_id"
    code_error: tuple[int, str, Any] = (400, "error", "invalid_grant")
    refresh_error: tuple[int, str, Any] = (400, "error", "invalid_grant")


META_EXPIRED_TOKEN = (400, "error.code", 190)
META_CODE_ERROR = (400, "error_type", "OAuthException")
PLATFORMS: Mapping[str, Platform] = {
    "instagram": Platform(
        "/oauth/authorize",
        "/oauth/access_token",
        "instagram_business_basic,instagram_business_content_publish",
        "/v26.0/me",
        ("username",),
        META_EXPIRED_TOKEN,
        rotates=None,
        revoke=None,
        code_error=META_CODE_ERROR,
    ),
    "threads": Platform(
        "/oauth/authorize",
        "/oauth/access_token",
        "threads_basic,threads_content_publish",
        "/v1.0/me",
        ("username",),
        META_EXPIRED_TOKEN,
        rotates=None,
        revoke=None,
        code_error=META_CODE_ERROR,
    ),
    "facebook": Platform(
        "/v26.0/dialog/oauth",
        "/v26.0/oauth/access_token",
        "pages_show_list,pages_manage_posts",
        "/v26.0/me/accounts",
        ("data", 0, "name"),
        META_EXPIRED_TOKEN,
        rotates=None,
        revoke=None,
        code_error=(400, "error.code", 100),
    ),
    "linkedin": Platform(
        "/oauth/v2/authorization",
        "/oauth/v2/accessToken",
        "openid profile w_member_social",
        "/v2/userinfo",
        ("name",),
        (401, "code", "EXPIRED_ACCESS_TOKEN"),
        rotates=False,
        revoke="/oauth/v2/revoke",
        code_error=(400, "error", "invalid_request"),
    ),
    "x": Platform(
        "/i/oauth2/authorize",
        "/2/oauth2/token",
        "tweet.read tweet.write users.read media.write offline.access",
        "/2/users/me",
        ("data", "username"),
        (401, "title", "Unauthorized"),
        rotates=True,
        revoke="/2/oauth2/revoke",
        basic=True,
        code_error=(400, "error_description", "Value passed for the authorization code was invalid."),
        refresh_error=(400, "error_description", "Value passed for the token was invalid."),
    ),
    "tiktok": Platform(
        "/v2/auth/authorize/",
        "/v2/oauth/token/",
        "user.info.basic,video.publish",
        "/v2/user/info/?fields=username",
        ("data", "user", "username"),
        (401, "error.code", "access_token_invalid"),
        rotates=True,
        revoke="/v2/oauth/revoke/",
        client_id_field="client_key",
        code_error=(200, "error", "invalid_grant"),
        refresh_error=(200, "error", "invalid_grant"),
    ),
    "youtube": Platform(
        "/o/oauth2/v2/auth",
        "/token",
        f"{GOOGLE}.upload {GOOGLE}.readonly",
        "/youtube/v3/channels?part=snippet&mine=true",
        ("items", 0, "snippet", "title"),
        (401, "error.status", "UNAUTHENTICATED"),
        rotates=False,
        revoke="/revoke",
    ),
    "pinterest": Platform(
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
}
REFRESHING = [name for name, platform in PLATFORMS.items() if platform.rotates is not None]
"""The platforms with refresh tokens. LinkedIn issues refresh tokens only to the account ``partner``."""


class App:
    """The app on one platform."""

    def __init__(self, simulator: Simulator, name: str) -> None:
        self.name, self.platform = name, PLATFORMS[name]
        self.simulator = simulator
        self.base = f"{simulator.url}/{name}"

    def authorize_url(self, **changes: str | None) -> str:
        """Return the URL of the consent page; a change to None omits a parameter."""
        fields: dict[str, str | None] = {
            self.platform.client_id_field: CLIENT_ID,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": self.platform.scope,
            "state": "s t&te",
        }
        if self.name in ("x", "youtube", "tiktok"):
            fields |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
        if self.name == "youtube":
            fields |= {"access_type": "offline", "prompt": "consent"}
        parameters = {name: value for name, value in (fields | changes).items() if value is not None}
        return f"{self.base}{self.platform.authorize}?{urlencode(parameters)}"

    def code(self, account: str = "demo", **changes: str | None) -> str:
        """Return an authorization code of ``account``."""
        return self.simulator.allow(self.authorize_url(**changes), account).params["code"]

    def redeem(self, code: str, **changes: str | None) -> httpx.Response:
        """Exchange an authorization code."""
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
        return self.call_token_endpoint(fields | changes)

    def refresh(self, refresh_token: str, **changes: str | None) -> httpx.Response:
        """Exchange a refresh token."""
        return self.call_token_endpoint({"grant_type": "refresh_token", "refresh_token": refresh_token} | changes)

    def call_token_endpoint(self, fields: Mapping[str, str | None], secret: str = SECRET) -> httpx.Response:
        """Call the token endpoint."""
        form = {name: value for name, value in fields.items() if value is not None}
        headers = basic(secret) if self.platform.basic else {}
        if not self.platform.basic:
            form |= {self.platform.client_id_field: CLIENT_ID, "client_secret": secret}
        return self.simulator.client.post(f"{self.base}{self.platform.token}", data=form, headers=headers)

    def log_in(self, account: str = "demo") -> dict[str, Any]:
        """Return the tokens for a new authorization code."""
        response = self.redeem(self.code(account))
        assert response.status_code == 200, response.text
        return dict(response.json())

    def me(self, token: str) -> httpx.Response:
        """Request the account of ``token``."""
        return self.get(self.platform.me, token)

    def get(self, path: str, token: str) -> httpx.Response:
        """Send a GET request with ``token``."""
        return self.simulator.client.get(f"{self.base}{path}", headers={"Authorization": f"Bearer {token}"})


def basic(secret: str) -> dict[str, str]:
    """Return the Authorization header of the app."""
    return {"Authorization": f"Basic {base64.b64encode(f'{CLIENT_ID}:{secret}'.encode()).decode()}"}


def status_and_value(response: httpx.Response, path: str) -> tuple[int, Any]:
    """Return the status, and the value at ``path`` in the body."""
    value: Any = response.json()
    for name in path.split("."):
        value = value[name]
    return response.status_code, value


def value_at(value: Any, path: tuple[str | int, ...]) -> Any:
    """Return the value at ``path``."""
    for key in path:
        value = value[key]
    return value
