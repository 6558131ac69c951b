"""What Instagram and Threads have in common: an hour's token becomes one of two months, which renews itself."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.faults import Handler
from local.simulator.graph_api import Answer, GraphDialect, GraphError, bearer_token, numeric_id
from local.simulator.oauth.apps import CLIENT_SECRET, require_form
from local.simulator.oauth.authorization_server import AuthorizationServer, form_of, unsupported
from local.simulator.oauth.grant import InvalidToken, OAuthError
from local.simulator.oauth.tokens import Issued, TokenFormat

SHORT_LIFETIME = timedelta(hours=1)
LONG_LIFETIME = timedelta(seconds=5_183_944)
MIN_AGE = timedelta(hours=24)


class MetaAuthorizationServer(GraphDialect, AuthorizationServer):
    """The server of one of the two. ``exchange``, ``renewal``: what their grant types are called."""

    exchange: ClassVar[str]
    renewal: ClassVar[str]
    token_format: ClassVar[TokenFormat]
    returns_permissions: ClassVar[bool]

    def endpoints(self) -> list[Route]:
        """Return the endpoints that the app calls."""
        base = f"/{self.platform}"
        code, long, renewed = self.step("token", self.token), self._graph(self.lengthen), self._graph(self.renew)
        return [
            Route(f"{base}/oauth/access_token", code, methods=["POST"]),
            *(Route(f"{base}{version}/access_token", long, methods=["GET"]) for version in ("", "/{version}")),
            *(
                Route(f"{base}{version}/refresh_access_token", renewed, methods=["GET"])
                for version in ("", "/{version}")
            ),
        ]

    def error_response(self, error: OAuthError) -> Response:
        """Answer no to a code; what comes after it is refused as the Graph API does."""
        why = "Error validating client secret." if error.code == "invalid_client" else error.description
        body = {"error_type": "OAuthException", "code": 400, "error_message": why}
        return JSONResponse(body, status_code=400)

    def invalid_grant(self) -> Response:
        """Answer as to a token that is no good."""
        return self.graph_error(GraphError(190, "Error validating access token: The session is invalid", 460))

    async def token(self, request: Request) -> Mapping[str, object]:
        """Exchange a code for a token of an hour; the account's number is not a text."""
        form = await form_of(request)
        require_form(form)
        if form.get("grant_type") != "authorization_code":
            raise unsupported(form)
        grant = self._codes.redeem(self.platform, form.get("code", ""), redirect_uri=form.get("redirect_uri", ""))
        answer: dict[str, object] = {
            "access_token": self._tokens.issue(grant, self.token_format, SHORT_LIFETIME, kind="short"),
            "user_id": int(numeric_id(grant.account)),
        }
        return {**answer, **({"permissions": ",".join(grant.scopes)} if self.returns_permissions else {})}

    async def lengthen(self, request: Request) -> Mapping[str, object]:
        """Exchange an hour's token for one of two months."""
        query = request.query_params
        if query.get("grant_type") != self.exchange:
            raise GraphError(100, "Invalid parameter: grant_type")
        if query.get("client_secret") != CLIENT_SECRET:
            raise GraphError(1, "Error validating client secret.")
        short = await self._presented(request)
        if short.kind != "short":
            raise GraphError(452, "Session key invalid: a short-lived token is needed")
        return self._long(short)

    async def renew(self, request: Request) -> Mapping[str, object]:
        """Renew a token of two months that is a day old at least."""
        if request.query_params.get("grant_type") != self.renewal:
            raise GraphError(100, "Invalid parameter: grant_type")
        old = await self._presented(request)
        if old.kind == "short":
            raise GraphError(452, "Session key invalid: a long-lived token is needed")
        if self._state.now().timestamp() - old.issued_at < MIN_AGE.total_seconds():
            raise GraphError(100, "The access token must be at least 24 hours old to be refreshed")
        return self._long(old)

    def _long(self, old: Issued) -> Mapping[str, object]:
        return {
            "access_token": self._tokens.issue(old.grant, self.token_format, LONG_LIFETIME),
            "token_type": "bearer",
            "expires_in": int(LONG_LIFETIME.total_seconds()),
        }

    async def _presented(self, request: Request) -> Issued:
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

    def _graph(self, answer: Answer) -> Handler:
        return self._faults.wrap(self.platform, "token", self, self.endpoint(answer))
