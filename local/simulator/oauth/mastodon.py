"""The authorization server of the Mastodon instance.

Each app registers itself. Access tokens never expire, and there are no refresh tokens. An account has one token for
each app. A token can be revoked only by the app to which it was issued.
"""

import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.faults import Faults
from local.simulator.oauth.apps import NAME, RegisteredApps
from local.simulator.oauth.authorization_server import (
    UNCACHED,
    AuthorizationServer,
    form_fields,
    unsupported_grant_type,
)
from local.simulator.oauth.consent import ConsentConfig
from local.simulator.oauth.grant import Grant, InvalidToken, OAuthError
from local.simulator.oauth.tokens import TokenFormat
from local.simulator.specification import Specification
from local.simulator.state import State

ACCESS = TokenFormat("", 39)


class Mastodon(AuthorizationServer):
    """The authorization server of Mastodon, which is a part of each instance."""

    consent = ConsentConfig(
        "mastodon", "/mastodon/oauth/authorize", frozenset(["read", "write"]), has_registered_apps=True
    )

    def __init__(self, state: State, faults: Faults) -> None:
        super().__init__(state, faults)
        self._apps = RegisteredApps(state)
        self._specification = Specification.load("mastodon")

    def endpoints(self) -> list[Route]:
        """Return the endpoints that the app calls."""
        return [
            Route("/mastodon/api/v1/apps", self.step("apps", self.register), methods=["POST"]),
            Route("/mastodon/oauth/token", self.step("token", self.token), methods=["POST"]),
            Route("/mastodon/oauth/revoke", self.step("revoke", self.revoke), methods=["POST"]),
        ]

    def error_response(self, error: OAuthError) -> Response:
        """Return the response for ``error``."""
        status = {"invalid_client": 401, "unauthorized_client": 403, "unprocessable": 422}.get(error.code, 400)
        body = {"error": error.description} if status == 422 else {"error": error.code}
        return JSONResponse({"error_description": error.description, **body}, status_code=status, headers=UNCACHED)

    async def register(self, request: Request) -> Mapping[str, object]:
        """Register an app."""
        if (problem := await self._specification.problem_in(request)) is not None:
            raise OAuthError("unprocessable", "app", f"Validation failed: {problem}")
        fields = json.loads(await request.body())
        client_id, secret = self._apps.register(fields["redirect_uris"])
        return {
            "id": str(self._state.next_id()),
            "name": fields.get("client_name", NAME),
            "website": None,
            "scopes": fields.get("scopes", "read").split(),
            "redirect_uri": fields["redirect_uris"],
            "redirect_uris": [fields["redirect_uris"]],
            "client_id": client_id,
            "client_secret": secret,
            "client_secret_expires_at": 0,
        }

    async def token(self, request: Request) -> Mapping[str, object]:
        """Exchange a code for an access token, or return a token of the app, which gives access to no account."""
        form = await form_fields(request)
        client_id = self._apps.require(form)
        if form.get("grant_type") == "client_credentials":
            return self._response(ACCESS.generate(), form.get("scope", "read"))
        if form.get("grant_type") != "authorization_code":
            raise unsupported_grant_type(form)
        grant = self._codes.redeem(
            "mastodon",
            form.get("code", ""),
            redirect_uri=form.get("redirect_uri", ""),
            verifier=form.get("code_verifier", ""),
        )
        if grant.client != client_id:
            raise OAuthError("invalid_grant", "code:client", "The code was issued to another client.")
        return self._response(self._token_of(grant), " ".join(grant.scopes))

    async def revoke(self, request: Request) -> Mapping[str, object]:
        """Revoke a token of the app. Do nothing if the token is unknown or already revoked."""
        form = await form_fields(request)
        client_id, token = self._apps.require(form), form.get("token", "")
        try:
            issued = self._tokens.find("mastodon", token)
        except InvalidToken:
            return {}
        if issued is not None and issued.grant.client != client_id:
            raise OAuthError("unauthorized_client", "token", "You are not authorized to revoke this token")
        self._tokens.revoke("mastodon", token)
        return {}

    def _token_of(self, grant: Grant) -> str:
        """Return the token that the account has already granted to the app with the same scopes, or a new token."""
        for token, record in self._tokens.usable("mastodon", grant.account):
            if (record["grant"]["client"], tuple(record["grant"]["scopes"])) == (grant.client, grant.scopes):
                return token
        return self._tokens.issue(grant, ACCESS, None)

    def _response(self, token: str, scope: str) -> Mapping[str, object]:
        created_at = int(self._state.now().timestamp())
        return {"access_token": token, "token_type": "Bearer", "scope": scope, "created_at": created_at}


server = Mastodon
