"""X's authorization server.

PKCE is required, and the app authenticates with HTTP Basic. Access tokens are valid for two hours. The scope
offline.access adds a refresh token, which can be used once.
"""

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.oauth.apps import require_basic
from local.simulator.oauth.authorization_server import AuthorizationServer, form_fields, unsupported_grant_type
from local.simulator.oauth.consent import ConsentConfig
from local.simulator.oauth.grant import Grant, OAuthError
from local.simulator.oauth.tokens import TokenFormat

ACCESS, REFRESH = TokenFormat("", 86), TokenFormat("", 87)
ACCESS_LIFETIME, REFRESH_LIFETIME = timedelta(hours=2), timedelta(days=180)


class X(AuthorizationServer):
    """The authorization server of X."""

    consent = ConsentConfig(
        "x",
        "/x/i/oauth2/authorize",
        frozenset(["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"]),
        code_lifetime=timedelta(seconds=30),
        requires_pkce=True,
    )

    def endpoints(self) -> list[Route]:
        """Return the endpoints that the app calls."""
        return [
            Route("/x/2/oauth2/token", self.step("token", self.token), methods=["POST"]),
            Route("/x/2/oauth2/revoke", self.step("revoke", self.revoke), methods=["POST"]),
        ]

    def error_response(self, error: OAuthError) -> Response:
        """Return the response for ``error``. X reports an invalid grant as an invalid request."""
        if error.code == "invalid_client":
            body = {"error": "unauthorized_client", "error_description": "Missing valid authorization header"}
            return JSONResponse(body, status_code=401)
        subject = "authorization code" if error.subject.startswith("code") else "token"
        messages = {"invalid_grant": ("invalid_request", f"Value passed for the {subject} was invalid.")}
        name, description = messages.get(error.code, (error.code, error.description))
        return JSONResponse({"error": name, "error_description": description}, status_code=400)

    def rate_limited(self, seconds: float) -> Response:
        """Return HTTP status 429, with the time of the reset in epoch seconds."""
        reset = str(round(self._state.now().timestamp() + seconds))
        body = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}
        return JSONResponse(body, status_code=429, headers={"x-rate-limit-reset": reset})

    async def token(self, request: Request) -> Mapping[str, object]:
        """Exchange a code or a refresh token for an access token."""
        require_basic(request)
        form = await form_fields(request)
        match form.get("grant_type"):
            case "authorization_code":
                return self._token_response(
                    self._codes.redeem(
                        "x",
                        form.get("code", ""),
                        redirect_uri=form.get("redirect_uri", ""),
                        verifier=form.get("code_verifier", ""),
                    )
                )
            case "refresh_token":
                return self._token_response(
                    self._tokens.use_refresh_token("x", form.get("refresh_token", ""), spend=True)
                )
        raise unsupported_grant_type(form)

    async def revoke(self, request: Request) -> Mapping[str, object]:
        """Revoke a grant."""
        require_basic(request)
        self._tokens.revoke("x", (await form_fields(request)).get("token", ""))
        return {"revoked": True}

    def _token_response(self, grant: Grant) -> Mapping[str, object]:
        body: dict[str, object] = {
            "token_type": "bearer",
            "expires_in": int(ACCESS_LIFETIME.total_seconds()),
            "access_token": self._tokens.issue(grant, ACCESS, ACCESS_LIFETIME),
            "scope": " ".join(grant.scopes),
        }
        if grant.offline:
            body["refresh_token"] = self._tokens.issue_refresh(grant, REFRESH, REFRESH_LIFETIME)
        return body


server = X
