"""An OAuth app that logs in at each simulated platform, for the tests of the authorization servers."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

from minutehand.platforms.catalog import AUTHORIZABLE, REGISTERING
from tests.support.expected import ExpectedConsent, expected_of
from tests.support.simulator import Simulator

CLIENT_ID, SECRET = "minutehand-local", "minutehand-local-secret"
REDIRECT = "http://127.0.0.1:4566/_aws/execute-api/abc/local/api/social/connections/callback"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def _consent_of(platform: str) -> ExpectedConsent:
    consent = expected_of(platform).consent
    assert consent is not None, f"tests/platforms/{platform}.py defines no consent."
    return consent


PLATFORMS = {name: _consent_of(name) for name in AUTHORIZABLE}
REFRESHING = [name for name, platform in PLATFORMS.items() if platform.rotates is not None]
"""The platforms with refresh tokens. LinkedIn issues refresh tokens only to the account ``partner``."""


class App:
    """The app on one platform. If apps register themselves there, this object registers an app."""

    def __init__(self, simulator: Simulator, name: str) -> None:
        self.name, self.platform = name, PLATFORMS[name]
        self.simulator = simulator
        self.base = f"{simulator.url}/{name}"
        self.client_id, self.secret = self._register() if name in REGISTERING else (CLIENT_ID, SECRET)

    def authorize_url(self, **changes: str | None) -> str:
        """Return the URL of the consent page; a change to None omits a parameter."""
        fields: dict[str, str | None] = {
            self.platform.client_id_field: self.client_id,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": self.platform.scope,
            "state": "s t&te",
        }
        if self.platform.pkce:
            fields |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
        fields |= self.platform.parameters
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

    def call_token_endpoint(self, fields: Mapping[str, str | None], secret: str | None = None) -> httpx.Response:
        """Call the token endpoint, with the secret of the app or another one."""
        form = {name: value for name, value in fields.items() if value is not None}
        secret = secret or self.secret
        headers = basic(secret) if self.platform.basic else {}
        if not self.platform.basic:
            form |= {self.platform.client_id_field: self.client_id, "client_secret": secret}
        return self.simulator.client.post(f"{self.base}{self.platform.token}", data=form, headers=headers)

    def _register(self) -> tuple[str, str]:
        body = {"client_name": "Minutehand", "redirect_uris": REDIRECT, "scopes": self.platform.scope}
        app = self.simulator.client.post(f"{self.base}/api/v1/apps", json=body).raise_for_status().json()
        return app["client_id"], app["client_secret"]

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
