"""The code that the authorization servers of Instagram and Threads share.

A short-lived token is valid for an hour and can be exchanged for a long-lived token. A long-lived token is valid for
two months and can be refreshed.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.faults import Handler
from local.simulator.graph_api import GraphDialect, GraphError, Operation, bearer_token, numeric_id
from local.simulator.oauth.apps import CLIENT_SECRET, require_form
from local.simulator.oauth.authorization_server import AuthorizationServer, form_fields, unsupported_grant_type
from local.simulator.oauth.grant import InvalidToken, OAuthError
from local.simulator.oauth.tokens import Issued, TokenFormat

SHORT_LIFETIME = timedelta(hours=1)
LONG_LIFETIME = timedelta(seconds=5_183_944)
MIN_AGE = timedelta(hours=24)


class MetaAuthorizationServer(GraphDialect, AuthorizationServer):
    """The server of Instagram or Threads, which accepts the grant types ``exchange_grant`` and ``refresh_grant``."""

    exchange_grant: ClassVar[str]
    refresh_grant: ClassVar[str]
    token_format: ClassVar[TokenFormat]
    returns_permissions: ClassVar[bool]

    def endpoints(self) -> list[Route]:
        """Return the endpoints that the app calls."""
        base = f"/{self.platform}"
        token = self.step("token", self.token)
        exchange, refresh = self._graph(self.exchange), self._graph(self.refresh)
        return [
            Route(f"{base}/oauth/access_token", token, methods=["POST"]),
            *(Route(f"{base}{version}/access_token", exchange, methods=["GET"]) for version in ("", "/{version}")),
            *(
                Route(f"{base}{version}/refresh_access_token", refresh, methods=["GET"])
                for version in ("", "/{version}")
            ),
        ]

    def error_response(self, error: OAuthError) -> Response:
        """Return the error response of a code exchange. Later calls use the error format of the Graph API."""
        message = "Error validating client secret." if error.code == "invalid_client" else error.description
        body = {"error_type": "OAuthException", "code": 400, "error_message": message}
        return JSONResponse(body, status_code=400)

    def invalid_grant(self) -> Response:
        """Return the error response for an invalid token."""
        return self.graph_error(GraphError(190, "Error validating access token: The session is invalid", 460))

    async def token(self, request: Request) -> Mapping[str, object]:
        """Exchange a code for a short-lived token. ``user_id`` is a number, not a string."""
        form = await form_fields(request)
        require_form(form)
        if form.get("grant_type") != "authorization_code":
            raise unsupported_grant_type(form)
        grant = self._codes.redeem(self.platform, form.get("code", ""), redirect_uri=form.get("redirect_uri", ""))
        body: dict[str, object] = {
            "access_token": self._tokens.issue(grant, self.token_format, SHORT_LIFETIME, kind="short"),
            "user_id": int(numeric_id(grant.account)),
        }
        return {**body, **({"permissions": ",".join(grant.scopes)} if self.returns_permissions else {})}

    async def exchange(self, request: Request) -> Mapping[str, object]:
        """Exchange a short-lived token for a long-lived one."""
        query = request.query_params
        if query.get("grant_type") != self.exchange_grant:
            raise GraphError(100, "Invalid parameter: grant_type")
        if query.get("client_secret") != CLIENT_SECRET:
            raise GraphError(1, "Error validating client secret.")
        short = await self._request_token(request)
        if short.kind != "short":
            raise GraphError(452, "Session key invalid: a short-lived token is required")
        return self._long_lived_token(short)

    async def refresh(self, request: Request) -> Mapping[str, object]:
        """Refresh a long-lived token that is at least a day old."""
        if request.query_params.get("grant_type") != self.refresh_grant:
            raise GraphError(100, "Invalid parameter: grant_type")
        old = await self._request_token(request)
        if old.kind == "short":
            raise GraphError(452, "Session key invalid: a long-lived token is required")
        if self._state.now().timestamp() - old.issued_at < MIN_AGE.total_seconds():
            raise GraphError(100, "The access token must be at least 24 hours old to be refreshed")
        return self._long_lived_token(old)

    def _long_lived_token(self, old: Issued) -> Mapping[str, object]:
        return {
            "access_token": self._tokens.issue(old.grant, self.token_format, LONG_LIFETIME),
            "token_type": "bearer",
            "expires_in": int(LONG_LIFETIME.total_seconds()),
        }

    async def _request_token(self, request: Request) -> Issued:
        token = await bearer_token(request)
        try:
            found = self._tokens.find(self.platform, token)
        except InvalidToken as error:
            if error.reason != "unknown":
                self._tokens.count_use(token)
            raise GraphError.from_invalid_token(error) from error
        if found is None:
            raise GraphError(190, "Invalid OAuth access token - Cannot parse access token")
        self._tokens.count_use(token)
        return found

    def _graph(self, operation: Operation) -> Handler:
        return self._faults.wrap(self.platform, "token", self, self.endpoint(operation))
