"""Facebook: a person's token, made long-lived by an exchange, opens the tokens of Pages, which do not expire."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulator.faults import Handler
from local.simulator.graph_api import Answer, GraphDialect, GraphError, bearer_token, numeric_id, request_fields
from local.simulator.oauth.apps import require_form
from local.simulator.oauth.authorization_server import AuthorizationServer
from local.simulator.oauth.consent import ConsentConfig
from local.simulator.oauth.grant import InvalidToken, OAuthError
from local.simulator.oauth.tokens import Issued, TokenFormat

USER, PAGE = TokenFormat("EAAG", 180), TokenFormat("EAAP", 180)
SHORT_LIFETIME, LONG_LIFETIME = timedelta(hours=2), timedelta(seconds=5_183_944)
TASKS = ("CREATE_CONTENT", "MODERATE", "ANALYZE", "MANAGE")
SUBCODES = {"code:used": 36_009, "code:late": 36_007, "code:redirect_uri": 36_008}


class Facebook(GraphDialect, AuthorizationServer):
    """The server. The account that a person gives on its page names the Page, or several with commas."""

    consent = ConsentConfig(
        "facebook",
        "Facebook",
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
        several=True,
        fragment="#_=_",
    )

    def endpoints(self) -> list[Route]:
        """Return the endpoints that the app calls."""
        base = "/facebook/{version}"
        return [
            Route(f"{base}/oauth/access_token", self._graph("token", self.token), methods=["GET", "POST"]),
            Route(f"{base}/me/accounts", self._graph("accounts", self.accounts), methods=["GET"]),
            Route(f"{base}/me/permissions", self._graph("permissions", self.permissions), methods=["GET"]),
            Route(f"{base}/me/permissions", self._graph("revoke", self.withdraw), methods=["DELETE"]),
        ]

    def error_response(self, error: OAuthError) -> Response:
        """Answer no."""
        return self.graph_error(_error(error))

    def invalid_grant(self) -> Response:
        """Answer as to a token that is no good any more."""
        return self.graph_error(GraphError(190, "Error validating access token: The session is invalid", 460))

    async def token(self, request: Request) -> Mapping[str, Any]:
        """Exchange a code for a person's token, or that for a long-lived one."""
        wanted = await request_fields(request)
        try:
            require_form(wanted)
            if wanted.get("grant_type") == "fb_exchange_token":
                return await self._lengthen(wanted.get("fb_exchange_token", ""))
            grant = self._codes.redeem("facebook", wanted.get("code", ""), redirect_uri=wanted.get("redirect_uri", ""))
        except OAuthError as error:
            raise _error(error) from error
        token = self._tokens.issue(grant, USER, SHORT_LIFETIME)
        return {"access_token": token, "token_type": "bearer", "expires_in": int(SHORT_LIFETIME.total_seconds())}

    async def accounts(self, request: Request) -> Mapping[str, Any]:
        """Return the Pages of a person, each with a token of its own."""
        token = await bearer_token(request)
        found = self._person(token)
        names = [token.removesuffix("-token")] if found is None else found.grant.account.split(",")
        limit, start = int(request.query_params.get("limit", "25")), int(request.query_params.get("after", "0"))
        shown = [self._page(name, found) for name in names[start : start + limit]]
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + limit)}}
        if start + limit < len(names):
            paging["next"] = str(request.url.include_query_params(after=start + limit))
        return {"data": shown, "paging": paging}

    async def permissions(self, request: Request) -> Mapping[str, Any]:
        """Return what a person has allowed."""
        found = self._person(await bearer_token(request))
        scopes = sorted(self.consent.scopes) if found is None else found.grant.scopes
        return {"data": [{"permission": scope, "status": "granted"} for scope in scopes]}

    async def withdraw(self, request: Request) -> Mapping[str, Any]:
        """End what a person has allowed, with the tokens of the Pages."""
        token = await bearer_token(request)
        self._person(token)
        self._tokens.revoke("facebook", token)
        return {"success": True}

    async def _lengthen(self, token: str) -> Mapping[str, Any]:
        found = self._person(token)
        if found is None:
            raise GraphError(190, "Invalid OAuth access token - Cannot parse access token")
        self._tokens.count_use(token)
        answer = {"access_token": self._tokens.issue(found.grant, USER, LONG_LIFETIME), "token_type": "bearer"}
        return {**answer, "expires_in": int(LONG_LIFETIME.total_seconds())}

    def _page(self, name: str, person: Issued | None) -> Mapping[str, Any]:
        token = f"{name}-token"
        if person is not None:
            # Of a short-lived token come tokens that end with it.
            lasting = person.lifetime is not None and person.lifetime >= LONG_LIFETIME
            lifetime = None if lasting else person.lifetime
            token = self._tokens.issue(person.grant, PAGE, lifetime, kind="page", account=name)
        page = {"id": numeric_id(name), "name": name.capitalize(), "access_token": token, "tasks": list(TASKS)}
        return {**page, "category": "Local business"}

    def _person(self, token: str) -> Issued | None:
        try:
            return self._tokens.find("facebook", token)
        except InvalidToken as error:
            raise GraphError.from_invalid_token(error) from error

    def _graph(self, step: str, answer: Answer) -> Handler:
        return self._faults.wrap("facebook", step, self, self.endpoint(answer))


def _error(error: OAuthError) -> GraphError:
    if error.code == "invalid_client":
        return GraphError(1, "Error validating client secret.")
    return GraphError(100, error.description, SUBCODES.get(error.subject, 0))
