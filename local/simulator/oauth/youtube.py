"""Google's authorization server for YouTube. Offline access adds a refresh token, which a refresh does not replace."""

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.oauth.apps import require_basic, require_form
from local.simulator.oauth.authorization_server import (
    UNCACHED,
    AuthorizationServer,
    form_fields,
    unsupported_grant_type,
)
from local.simulator.oauth.consent import ConsentConfig
from local.simulator.oauth.grant import Grant, OAuthError
from local.simulator.oauth.tokens import TokenFormat

ACCESS, REFRESH = TokenFormat("ya29.a0", 180), TokenFormat("1//0", 98)
ACCESS_LIFETIME, REFRESH_LIFETIME = timedelta(seconds=3_599), timedelta(days=183)
SCOPES = "https://www.googleapis.com/auth/"


class YouTube(AuthorizationServer):
    """The authorization server of YouTube."""

    consent = ConsentConfig(
        "youtube",
        "/youtube/o/oauth2/v2/auth",
        frozenset(
            [
                *(f"{SCOPES}{name}" for name in ("youtube", "youtube.upload", "youtube.readonly", "youtube.force-ssl")),
                *(f"{SCOPES}{name}" for name in ("userinfo.profile", "userinfo.email")),
                *("openid", "profile", "email"),
            ]
        ),
        scopes_field="scope",
    )

    def endpoints(self) -> list[Route]:
        """Return the endpoints that the app calls."""
        return [
            Route("/youtube/token", self.step("token", self.token), methods=["POST"]),
            Route("/youtube/revoke", self.step("revoke", self.revoke), methods=["POST"]),
        ]

    def error_response(self, error: OAuthError) -> Response:
        """Return the response for ``error``, in Google's format."""
        if error.code != "invalid_grant":
            return super().error_response(error)
        message = "Token has been expired or revoked." if error.subject == "refresh_token" else "Malformed auth code."
        return JSONResponse({"error": "invalid_grant", "error_description": message}, status_code=400, headers=UNCACHED)

    async def token(self, request: Request) -> Mapping[str, object]:
        """Exchange a code or a refresh token for an access token."""
        form = await form_fields(request)
        if "authorization" in request.headers:
            require_basic(request)
        else:
            require_form(form)
        match form.get("grant_type"):
            case "authorization_code":
                grant = self._codes.redeem(
                    "youtube",
                    form.get("code", ""),
                    redirect_uri=form.get("redirect_uri", ""),
                    verifier=form.get("code_verifier", ""),
                )
                return self._token_response(grant, first=True)
            case "refresh_token":
                grant = self._tokens.use_refresh_token("youtube", form.get("refresh_token", ""), spend=False)
                return self._token_response(grant, first=False)
        raise unsupported_grant_type(form)

    async def revoke(self, request: Request) -> Mapping[str, object]:
        """Revoke the grant of an access or refresh token. This call needs no client credentials."""
        token = (await form_fields(request)).get("token") or request.query_params.get("token", "")
        if not self._tokens.revoke("youtube", token):
            raise OAuthError("invalid_token", "token", "Token expired or revoked")
        return {}

    def _token_response(self, grant: Grant, *, first: bool) -> Mapping[str, object]:
        body: dict[str, object] = {
            "access_token": self._tokens.issue(grant, ACCESS, ACCESS_LIFETIME),
            "expires_in": int(ACCESS_LIFETIME.total_seconds()),
            "scope": " ".join(grant.scopes),
            "token_type": "Bearer",
        }
        if first and grant.offline:
            body["refresh_token"] = self._tokens.issue_refresh(grant, REFRESH, REFRESH_LIFETIME)
        return body


server = YouTube
