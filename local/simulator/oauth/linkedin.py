"""LinkedIn's authorization server.

Access tokens are valid for two months. The app receives refresh tokens only for accounts with a name that begins with
``partner``.
"""

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.oauth.apps import require_form
from local.simulator.oauth.authorization_server import (
    UNCACHED,
    AuthorizationServer,
    form_fields,
    unsupported_grant_type,
)
from local.simulator.oauth.consent import ConsentConfig
from local.simulator.oauth.grant import Grant, OAuthError
from local.simulator.oauth.tokens import TokenFormat

ACCESS, REFRESH = TokenFormat("AQX", 340), TokenFormat("AQX", 340)
ACCESS_LIFETIME, REFRESH_LIFETIME = timedelta(days=60), timedelta(days=365)


class LinkedIn(AuthorizationServer):
    """The authorization server of LinkedIn."""

    consent = ConsentConfig(
        "linkedin",
        "/linkedin/oauth/v2/authorization",
        frozenset(
            [
                *("openid", "profile", "email", "w_member_social", "r_member_social"),
                *("w_organization_social", "r_organization_social", "rw_organization_admin"),
                *("r_member_postAnalytics", "r_member_profileAnalytics"),
            ]
        ),
        denied={
            "error": "user_cancelled_authorize",
            "error_description": "The user cancelled the authorization",
        },
        unknown_scope="unauthorized_scope_error",
    )

    def endpoints(self) -> list[Route]:
        """Return the endpoints that the app calls."""
        return [
            Route("/linkedin/oauth/v2/accessToken", self.step("token", self.token), methods=["POST"]),
            Route("/linkedin/oauth/v2/revoke", self.step("revoke", self.revoke), methods=["POST"]),
        ]

    def error_response(self, error: OAuthError) -> Response:
        """Return the response for ``error``. LinkedIn reports an invalid code as an invalid request."""
        if error.code == "invalid_grant" and error.subject.startswith("code"):
            description = f"Unable to retrieve access token: {error.description}"
            body = {"error": "invalid_request", "error_description": description}
            return JSONResponse(body, status_code=400, headers=UNCACHED)
        return super().error_response(error)

    async def token(self, request: Request) -> Mapping[str, object]:
        """Exchange a code or a refresh token for an access token."""
        form = await form_fields(request)
        require_form(form)
        match form.get("grant_type"):
            case "authorization_code":
                grant = self._codes.redeem(
                    "linkedin",
                    form.get("code", ""),
                    redirect_uri=form.get("redirect_uri", ""),
                    verifier=form.get("code_verifier", ""),
                )
                partner = grant.account.startswith("partner")
                refresh = self._tokens.issue_refresh(grant, REFRESH, REFRESH_LIFETIME) if partner else None
                return self._token_response(grant, refresh)
            case "refresh_token":
                refresh = form.get("refresh_token", "")
                return self._token_response(self._tokens.use_refresh_token("linkedin", refresh, spend=False), refresh)
        raise unsupported_grant_type(form)

    async def revoke(self, request: Request) -> Mapping[str, object]:
        """Revoke a grant."""
        form = await form_fields(request)
        require_form(form)
        if not self._tokens.revoke("linkedin", form.get("token", "")):
            raise OAuthError("invalid_request", "token", "The token is unknown.")
        return {}

    def _token_response(self, grant: Grant, refresh: str | None) -> Mapping[str, object]:
        body: dict[str, object] = {
            "access_token": self._tokens.issue(grant, ACCESS, ACCESS_LIFETIME),
            "expires_in": int(ACCESS_LIFETIME.total_seconds()),
            "scope": ",".join(grant.scopes),
            "token_type": "Bearer",
        }
        if refresh is not None:  # A refresh does not extend the refresh token's lifetime of a year.
            body |= {"refresh_token": refresh, "refresh_token_expires_in": self._tokens.seconds_left(refresh)}
        return body


server = LinkedIn
