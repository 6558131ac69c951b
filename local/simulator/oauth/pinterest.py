"""Pinterest's authorization server.

The app authenticates with HTTP Basic. Access tokens are valid for a month. Each refresh issues a new refresh token and
invalidates the old one.
"""

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.oauth.apps import require_basic
from local.simulator.oauth.authorization_server import (
    UNCACHED,
    AuthorizationServer,
    form_fields,
    unsupported_grant_type,
)
from local.simulator.oauth.consent import ConsentConfig
from local.simulator.oauth.grant import Grant, OAuthError
from local.simulator.oauth.tokens import TokenFormat

ACCESS, REFRESH = TokenFormat("pina_", 80), TokenFormat("pinr.", 80)
ACCESS_LIFETIME, REFRESH_LIFETIME = timedelta(days=30), timedelta(days=60)
ERRORS = {"invalid_client": (401, 2, "Authentication failed."), "invalid_grant": (400, 283, "The grant is invalid.")}


class Pinterest(AuthorizationServer):
    """The authorization server of Pinterest."""

    consent = ConsentConfig(
        "pinterest",
        "/pinterest/oauth/",
        frozenset(
            ["boards:read", "boards:write", "pins:read", "pins:write", "user_accounts:read", "boards:read_secret"]
        ),
        separator=",",
    )

    def endpoints(self) -> list[Route]:
        """Return the endpoints that the app calls."""
        return [
            Route("/pinterest/v5/oauth/token", self.step("token", self.token), methods=["POST"]),
            Route("/pinterest/v5/oauth/token/revoke", self.step("revoke", self.revoke), methods=["POST"]),
        ]

    def error_response(self, error: OAuthError) -> Response:
        """Return the response for ``error``, with Pinterest's number for this error."""
        status, code, message = ERRORS.get(error.code, (400, 1, error.description))
        return JSONResponse({"code": code, "message": message}, status_code=status, headers=UNCACHED)

    def error(self, status: int) -> Response:
        """Return an error response with ``status``."""
        code, message = (status, "Internal Error") if status >= 500 else (99_999, "Something else")
        return JSONResponse({"code": code, "message": message}, status_code=status)

    def rate_limited(self, seconds: float) -> Response:
        """Return an error response with HTTP status 429."""
        body = {"code": 8, "message": "You have exceeded your rate limit. Try again later."}
        return JSONResponse(body, status_code=429, headers={"X-RateLimit-Reset": str(round(seconds))})

    async def token(self, request: Request) -> Mapping[str, object]:
        """Exchange a code or a refresh token for an access token."""
        require_basic(request)
        form = await form_fields(request)
        match kind := form.get("grant_type"):
            case "authorization_code":
                grant = self._codes.redeem("pinterest", form.get("code", ""), redirect_uri=form.get("redirect_uri", ""))
            case "refresh_token":
                grant = self._tokens.use_refresh_token("pinterest", form.get("refresh_token", ""), spend=True)
            case _:
                raise unsupported_grant_type(form)
        return self._token_response(grant, kind)

    async def revoke(self, request: Request) -> Mapping[str, object]:
        """Revoke a grant."""
        require_basic(request)
        self._tokens.revoke("pinterest", (await form_fields(request)).get("token", ""))
        return {}

    def _token_response(self, grant: Grant, kind: str) -> Mapping[str, object]:
        return {
            "response_type": kind,
            "access_token": self._tokens.issue(grant, ACCESS, ACCESS_LIFETIME),
            "refresh_token": self._tokens.issue_refresh(grant, REFRESH, REFRESH_LIFETIME),
            "token_type": "bearer",
            "expires_in": int(ACCESS_LIFETIME.total_seconds()),
            "refresh_token_expires_in": int(REFRESH_LIFETIME.total_seconds()),
            "refresh_token_expires_at": int((self._state.now() + REFRESH_LIFETIME).timestamp()),
            "scope": " ".join(grant.scopes),
        }


server = Pinterest
