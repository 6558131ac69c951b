"""TikTok's authorization server.

The server expects ``client_key`` instead of ``client_id`` and returns errors with HTTP status 200. A refresh token can
be used once.
"""

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.oauth.apps import require_form
from local.simulator.oauth.authorization_server import AuthorizationServer, form_fields, unsupported_grant_type
from local.simulator.oauth.consent import ConsentConfig
from local.simulator.oauth.grant import Grant, OAuthError
from local.simulator.oauth.tokens import TokenFormat
from local.simulator.tiktok import open_id

ACCESS, REFRESH = TokenFormat("act.", 68), TokenFormat("rft.", 68)
ACCESS_LIFETIME, REFRESH_LIFETIME = timedelta(hours=2), timedelta(days=180)
LOG_ID = "202603020900"


class TikTok(AuthorizationServer):
    """The authorization server of TikTok."""

    consent = ConsentConfig(
        "tiktok",
        "/tiktok/v2/auth/authorize/",
        frozenset(
            [
                *(f"user.info.{name}" for name in ("basic", "profile", "stats")),
                "video.publish",
                "video.upload",
                "video.list",
            ]
        ),
        separator=",",
        client_id_field="client_key",
        denied={"error": "access_denied", "error_description": "The user denied the request."},
        scopes_field="scopes",
    )

    def endpoints(self) -> list[Route]:
        """Return the endpoints that the app calls."""
        return [
            Route("/tiktok/v2/oauth/token/", self.step("token", self.token), methods=["POST"]),
            Route("/tiktok/v2/oauth/revoke/", self.step("revoke", self.revoke), methods=["POST"]),
        ]

    def error_response(self, error: OAuthError) -> Response:
        """Return the response for ``error``, with HTTP status 200."""
        body = {"error": error.code, "error_description": error.description, "log_id": LOG_ID}
        return JSONResponse(body)

    async def token(self, request: Request) -> Mapping[str, object]:
        """Exchange a code or a refresh token for an access token."""
        form = await form_fields(request)
        require_form(form, "client_key")
        match form.get("grant_type"):
            case "authorization_code":
                return self._token_response(
                    self._codes.redeem(
                        "tiktok",
                        form.get("code", ""),
                        redirect_uri=form.get("redirect_uri", ""),
                        verifier=form.get("code_verifier", ""),
                    )
                )
            case "refresh_token":
                return self._token_response(
                    self._tokens.use_refresh_token("tiktok", form.get("refresh_token", ""), spend=True)
                )
        raise unsupported_grant_type(form)

    async def revoke(self, request: Request) -> Mapping[str, object]:
        """Revoke a grant and return an empty response."""
        form = await form_fields(request)
        require_form(form, "client_key")
        if not self._tokens.revoke("tiktok", form.get("token", "")):
            raise OAuthError("invalid_request", "token", "The token is unknown.")
        return {}

    def _token_response(self, grant: Grant) -> Mapping[str, object]:
        return {
            "open_id": open_id(grant.account),
            "scope": ",".join(grant.scopes),
            "access_token": self._tokens.issue(grant, ACCESS, ACCESS_LIFETIME),
            "expires_in": int(ACCESS_LIFETIME.total_seconds()),
            "refresh_token": self._tokens.issue_refresh(grant, REFRESH, REFRESH_LIFETIME),
            "refresh_expires_in": int(REFRESH_LIFETIME.total_seconds()),
            "token_type": "Bearer",
        }


server = TikTok
