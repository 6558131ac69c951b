"""The API that tests and developers use to list, delete, expire and revoke tokens, and to register redirect URIs."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.controls import BadRequestError, json_object, with_errors
from local.simulator.oauth.apps import Apps
from local.simulator.oauth.tokens import Tokens
from local.simulator.state import State


def routes(state: State, platforms: frozenset[str]) -> list[Route]:
    """Return the endpoints of this API."""
    tokens, apps = Tokens(state), Apps(state)

    async def list_tokens(_request: Request) -> Response:
        """Return every token with its state and the number of times that it was exchanged or refreshed."""
        return JSONResponse(tokens.list_all())

    async def delete_tokens(_request: Request) -> Response:
        tokens.clear()
        return Response(status_code=204)

    async def expire(request: Request) -> Response:
        """Make an account's access tokens expire in ``seconds`` seconds (default 0). If ``refreshTokens`` is true, make
        its refresh tokens expire too.
        """
        body = await json_object(request)
        seconds = body.get("seconds", 0)
        if type(seconds) not in (int, float):
            raise BadRequestError(f"seconds is {seconds!r}; it must be a number.")
        aged = tokens.expire(
            *_account(body, platforms),
            seconds_left=seconds,
            refresh_tokens=body.get("refreshTokens") is True,
        )
        return JSONResponse({"expired": aged})

    async def revoke(request: Request) -> Response:
        """Revoke an account's tokens, as the account's owner can on the platform."""
        return JSONResponse({"revoked": tokens.revoke_account(*_account(await json_object(request), platforms))})

    async def add_redirect(request: Request) -> Response:
        """Register ``uri`` as a redirect URI."""
        uri = (await json_object(request)).get("uri")
        if not isinstance(uri, str) or not uri.startswith(("http://", "https://")):
            raise BadRequestError(f"uri is {uri!r}; it must begin with http:// or https://.")
        apps.add(uri)
        return JSONResponse({"uri": uri}, status_code=201)

    calls = [
        ("GET", "/oauth/tokens", list_tokens),
        ("DELETE", "/oauth/tokens", delete_tokens),
        ("POST", "/oauth/expire", expire),
        ("POST", "/oauth/revoke", revoke),
        ("POST", "/oauth/redirects", add_redirect),
    ]
    return [Route(path, with_errors(endpoint), methods=[method]) for method, path, endpoint in calls]


def _account(body: dict[str, Any], platforms: frozenset[str]) -> tuple[str, str]:
    platform, account = body.get("platform"), body.get("account", "demo")
    if platform not in platforms:
        raise BadRequestError(f"platform is {platform!r}; it must be one of {', '.join(sorted(platforms))}.")
    if not isinstance(account, str):
        raise BadRequestError(f"account is {account!r}; it must be a string.")
    return platform, account
