"""Facebook's authorization server. Page tokens that are requested with a long-lived user token do not expire."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulator.faults import Handler
from local.simulator.graph_api import GraphDialect, GraphError, Operation, bearer_token, numeric_id, request_fields
from local.simulator.oauth.apps import require_form
from local.simulator.oauth.authorization_server import AuthorizationServer
from local.simulator.oauth.consent import ConsentConfig
from local.simulator.oauth.grant import InvalidToken, OAuthError
from local.simulator.oauth.tokens import Issued, TokenFormat

USER, PAGE = TokenFormat("EAAG", 180), TokenFormat("EAAP", 180)
PORTFOLIO, BUSINESS = "portfolio", "71000000000000001"
"""The beginning of the names of Pages that belong to a business portfolio, and the id of the portfolio."""
SHORT_LIFETIME, LONG_LIFETIME = timedelta(hours=2), timedelta(seconds=5_183_944)
TASKS = ("CREATE_CONTENT", "MODERATE", "ANALYZE", "MANAGE")
SUBCODES = {"code:used": 36_009, "code:expired": 36_007, "code:redirect_uri": 36_008}


class Facebook(GraphDialect, AuthorizationServer):
    """The authorization server of Facebook. On its consent page, a person enters the names of one or more Pages."""

    consent = ConsentConfig(
        "facebook",
        "/facebook/{version}/dialog/oauth",
        frozenset(
            [
                *(f"pages_{name}" for name in ("show_list", "manage_posts", "read_engagement", "manage_engagement")),
                *("pages_read_user_engagement", "pages_read_user_content", "pages_manage_metadata", "publish_video"),
                *("business_management", "read_insights", "public_profile", "email"),
                *(f"instagram_{name}" for name in ("basic", "content_publish", "manage_comments", "manage_insights")),
            ]
        ),
        separator=",",
        denied={
            "error": "access_denied",
            "error_code": "200",
            "error_description": "Permissions error",
            "error_reason": "user_denied",
        },
        multiple_accounts=True,
        fragment="#_=_",
    )

    def endpoints(self) -> list[Route]:
        """Return the endpoints that the app calls."""
        base = "/facebook/{version}"
        return [
            Route(f"{base}/oauth/access_token", self._graph("token", self.token), methods=["GET", "POST"]),
            Route(f"{base}/me/accounts", self._graph("accounts", self.accounts), methods=["GET"]),
            Route(f"{base}/me/businesses", self._graph("businesses", self.businesses), methods=["GET"]),
            Route(f"{base}/{BUSINESS}/owned_pages", self._graph("accounts", self.owned_pages), methods=["GET"]),
            Route(f"{base}/{BUSINESS}/client_pages", self._graph("accounts", self.client_pages), methods=["GET"]),
            Route(f"{base}/me/permissions", self._graph("permissions", self.permissions), methods=["GET"]),
            Route(f"{base}/me/permissions", self._graph("revoke", self.revoke), methods=["DELETE"]),
        ]

    def error_response(self, error: OAuthError) -> Response:
        """Return the response for ``error``, in Facebook's format."""
        return self.graph_error(_error(error))

    def invalid_grant(self) -> Response:
        """Return the error response for an invalid token."""
        return self.graph_error(GraphError(190, "Error validating access token: The session is invalid", 460))

    async def token(self, request: Request) -> Mapping[str, Any]:
        """Exchange a code for a user token, or a user token for a long-lived user token."""
        fields = await request_fields(request)
        try:
            require_form(fields)
            if fields.get("grant_type") == "fb_exchange_token":
                return await self._exchange(fields.get("fb_exchange_token", ""))
            grant = self._codes.redeem("facebook", fields.get("code", ""), redirect_uri=fields.get("redirect_uri", ""))
        except OAuthError as error:
            raise _error(error) from error
        token = self._tokens.issue(grant, USER, SHORT_LIFETIME)
        return {"access_token": token, "token_type": "bearer", "expires_in": int(SHORT_LIFETIME.total_seconds())}

    async def accounts(self, request: Request) -> Mapping[str, Any]:
        """Return the Pages of a user that belong to no business portfolio, each with its token."""
        token = await bearer_token(request)
        user = self._user(token)
        names = [token.removesuffix("-token")] if user is None else user.grant.account.split(",")
        return self._paged(request, [name for name in names if not name.startswith(PORTFOLIO)], user)

    async def businesses(self, request: Request) -> Mapping[str, Any]:
        """Return the business portfolio of a user who granted ``business_management``."""
        user = self._user(await bearer_token(request))
        self._require_business_management(user)
        return {"data": [{"id": BUSINESS, "name": "The portfolio"}]}

    async def owned_pages(self, request: Request) -> Mapping[str, Any]:
        """Return the Pages of the portfolio: those whose names begin with ``portfolio``."""
        user = self._user(await bearer_token(request))
        self._require_business_management(user)
        names = [] if user is None else user.grant.account.split(",")
        return self._paged(request, [name for name in names if name.startswith(PORTFOLIO)], user)

    async def client_pages(self, request: Request) -> Mapping[str, Any]:
        """Return the Pages that others share with the portfolio. The list is always empty."""
        self._require_business_management(self._user(await bearer_token(request)))
        return {"data": []}

    def _require_business_management(self, user: Issued | None) -> None:
        if user is not None and "business_management" not in user.grant.scopes:
            raise GraphError(200, "(#200) Requires business_management permission to manage the object")

    def _paged(self, request: Request, names: list[str], user: Issued | None) -> Mapping[str, Any]:
        limit, start = int(request.query_params.get("limit", "25")), int(request.query_params.get("after", "0"))
        pages = [self._page(name, user) for name in names[start : start + limit]]
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + limit)}}
        if start + limit < len(names):
            paging["next"] = str(request.url.include_query_params(after=start + limit))
        return {"data": pages, "paging": paging}

    async def permissions(self, request: Request) -> Mapping[str, Any]:
        """Return the permissions that a user has granted."""
        user = self._user(await bearer_token(request))
        scopes = sorted(self.consent.scopes) if user is None else user.grant.scopes
        return {"data": [{"permission": scope, "status": "granted"} for scope in scopes]}

    async def revoke(self, request: Request) -> Mapping[str, Any]:
        """Revoke the permissions of a user, and with them the Page tokens."""
        token = await bearer_token(request)
        self._user(token)
        self._tokens.revoke("facebook", token)
        return {"success": True}

    async def _exchange(self, token: str) -> Mapping[str, Any]:
        user = self._user(token)
        if user is None:
            raise GraphError(190, "Invalid OAuth access token - Cannot parse access token")
        self._tokens.count_use(token)
        body = {"access_token": self._tokens.issue(user.grant, USER, LONG_LIFETIME), "token_type": "bearer"}
        return {**body, "expires_in": int(LONG_LIFETIME.total_seconds())}

    def _page(self, name: str, user: Issued | None) -> Mapping[str, Any]:
        token = f"{name}-token"
        if user is not None:
            # The Page tokens of a short-lived user token have the same lifetime as the user token.
            long_lived = user.lifetime is not None and user.lifetime >= LONG_LIFETIME
            lifetime = None if long_lived else user.lifetime
            token = self._tokens.issue(user.grant, PAGE, lifetime, kind="page", account=name)
        page = {"id": numeric_id(name), "name": name.capitalize(), "access_token": token, "tasks": list(TASKS)}
        return {**page, "category": "Local business"}

    def _user(self, token: str) -> Issued | None:
        try:
            return self._tokens.find("facebook", token)
        except InvalidToken as error:
            raise GraphError.from_invalid_token(error) from error

    def _graph(self, step: str, operation: Operation) -> Handler:
        return self._faults.wrap("facebook", step, self, self.endpoint(operation))


def _error(error: OAuthError) -> GraphError:
    if error.code == "invalid_client":
        return GraphError(1, "Error validating client secret.")
    return GraphError(100, error.description, SUBCODES.get(error.subject, 0))


server = Facebook
