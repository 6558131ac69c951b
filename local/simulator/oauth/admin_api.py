"""The API that tests and developers use to list, delete, expire and revoke tokens, and to register redirect URIs."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.oauth.apps import Apps
from local.simulator.oauth.tokens import Tokens
from local.simulator.state import State


class BadRequestError(ValueError):
    """The request is invalid. The message contains the reason."""


def routes(state: State, platforms: frozenset[str]) -> list[Route]:
    """Return the endpoints of this API."""
    tokens, apps = Tokens(state), Apps(state)

    async def list_tokens(_request: Request) -> Response:
        """Return every token with its state and the number of times it was refreshed."""
        return JSONResponse(tokens.list_all())

    async def delete_tokens(_request: Request) -> Response:
        tokens.clear()
        return Response(status_code=204)

    async def expire(request: Request) -> Response:
        """Make an account's tokens expire in ``seconds`` (default 0). ``refreshTokens`` includes refresh tokens."""
        body = await _json(request)
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
        return JSONResponse({"revoked": tokens.revoke_account(*_account(await _json(request), platforms))})

    async def add_redirect(request: Request) -> Response:
        """Register ``uri`` as a redirect URI."""
        uri = (await _json(request)).get("uri")
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
    return [Route(path, _with_errors(endpoint), methods=[method]) for method, path, endpoint in calls]


def _with_errors(endpoint: Any) -> Any:
    async def handler(request: Request) -> Response:
        try:
            response: Response = await endpoint(request)
        except BadRequestError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return response

    return handler


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise BadRequestError("The body must be a JSON object.")
    return body


def _account(body: dict[str, Any], platforms: frozenset[str]) -> tuple[str, str]:
    platform, account = body.get("platform"), body.get("account", "demo")
    if platform not in platforms:
        raise BadRequestError(f"platform is {platform!r}; it must be one of {', '.join(sorted(platforms))}.")
    if not isinstance(account, str):
        raise BadRequestError(f"account is {account!r}; it must be a string.")
    return platform, account
