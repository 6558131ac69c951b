"""Google, for YouTube: a refresh token comes with offline access and consent; a refresh gives no new one."""

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.oauth.apps import require_basic, require_form
from local.simulator.oauth.authorization_server import UNCACHED, AuthorizationServer, form_of, unsupported
from local.simulator.oauth.consent import ConsentConfig
from local.simulator.oauth.grant import Grant, OAuthError
from local.simulator.oauth.tokens import TokenFormat

ACCESS, REFRESH = TokenFormat("ya29.a0", 180), TokenFormat("1//0", 98)
ACCESS_LIFETIME, REFRESH_LIFETIME = timedelta(seconds=3_599), timedelta(days=183)
SCOPES = "https://www.googleapis.com/auth/"


class YouTube(AuthorizationServer):
    """The server."""

    consent = ConsentConfig(
        "youtube",
        "YouTube",
        "/youtube/o/oauth2/v2/auth",
        frozenset(
            [
                *(f"{SCOPES}{name}" for name in ("youtube", "youtube.upload", "youtube.readonly", "youtube.force-ssl")),
                *(f"{SCOPES}{name}" for name in ("userinfo.profile", "userinfo.email")),
                *("openid", "profile", "email"),
            ]
        ),
        granted="scope",
    )

    def endpoints(self) -> list[Route]:
        """Return the endpoints that the app calls."""
        return [
            Route("/youtube/token", self.step("token", self.token), methods=["POST"]),
            Route("/youtube/revoke", self.step("revoke", self.revoke), methods=["POST"]),
        ]

    def error_response(self, error: OAuthError) -> Response:
        """Answer no."""
        if error.code != "invalid_grant":
            return super().error_response(error)
        words = "Token has been expired or revoked." if error.subject == "refresh_token" else "Malformed auth code."
        return JSONResponse({"error": "invalid_grant", "error_description": words}, status_code=400, headers=UNCACHED)

    async def token(self, request: Request) -> Mapping[str, object]:
        """Exchange a code or a refresh token."""
        form = await form_of(request)
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
                return self._answer(grant, first=True)
            case "refresh_token":
                grant = self._tokens.use_refresh_token("youtube", form.get("refresh_token", ""), spend=False)
                return self._answer(grant, first=False)
        raise unsupported(form)

    async def revoke(self, request: Request) -> Mapping[str, object]:
        """End a grant, by its access or its refresh token; no credentials are asked for."""
        token = (await form_of(request)).get("token") or request.query_params.get("token", "")
        if not self._tokens.revoke("youtube", token):
            raise OAuthError("invalid_token", "token", "Token expired or revoked")
        return {}

    def _answer(self, grant: Grant, *, first: bool) -> Mapping[str, object]:
        answer: dict[str, object] = {
            "access_token": self._tokens.issue(grant, ACCESS, ACCESS_LIFETIME),
            "expires_in": int(ACCESS_LIFETIME.total_seconds()),
            "scope": " ".join(grant.scopes),
            "token_type": "Bearer",
        }
        if first and grant.offline:
            answer["refresh_token"] = self._tokens.issue_refresh(grant, REFRESH, REFRESH_LIFETIME)
        return answer
