"""What tests and people do to the authorization servers from outside: look, let time pass, revoke, issue, register."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.oauth.apps import Apps
from local.simulator.oauth.tokens import Tokens
from local.simulator.state import State


class BadRequestError(ValueError):
    """A request that cannot be met; the message says why."""


def routes(state: State, platforms: frozenset[str]) -> list[Route]:
    """Return the endpoints."""
    tokens, apps = Tokens(state), Apps(state)

    async def show(_request: Request) -> Response:
        """Return every token, what became of it, and how often it was used to get another."""
        return JSONResponse(tokens.list_all())

    async def forget(_request: Request) -> Response:
        tokens.clear()
        return Response(status_code=204)

    async def expire(request: Request) -> Response:
        """Let an account's tokens age until they have ``seconds`` left (0); with ``refreshTokens`` true, those too."""
        wanted = await _wanted(request)
        seconds = wanted.get("seconds", 0)
        if type(seconds) not in (int, float):
            raise BadRequestError(f"seconds is {seconds!r}; give a number.")
        aged = tokens.expire(
            *_account(wanted, platforms),
            seconds_left=seconds,
            refresh_tokens=wanted.get("refreshTokens") is True,
        )
        return JSONResponse({"expired": aged})

    async def revoke(request: Request) -> Response:
        """End an account's tokens, as its owner does at the platform."""
        return JSONResponse({"revoked": tokens.revoke_account(*_account(await _wanted(request), platforms))})

    async def redirect(request: Request) -> Response:
        """Register a redirect ``uri``."""
        uri = (await _wanted(request)).get("uri")
        if not isinstance(uri, str) or not uri.startswith(("http://", "https://")):
            raise BadRequestError(f"uri is {uri!r}; give a web address.")
        apps.add(uri)
        return JSONResponse({"uri": uri}, status_code=201)

    calls = [
        ("GET", "/oauth/tokens", show),
        ("DELETE", "/oauth/tokens", forget),
        ("POST", "/oauth/expire", expire),
        ("POST", "/oauth/revoke", revoke),
        ("POST", "/oauth/redirects", redirect),
    ]
    return [Route(path, _endpoint(endpoint), methods=[method]) for method, path, endpoint in calls]


def _endpoint(endpoint: Any) -> Any:
    async def answer(request: Request) -> Response:
        try:
            found: Response = await endpoint(request)
        except BadRequestError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return found

    return answer


async def _wanted(request: Request) -> dict[str, Any]:
    try:
        wanted = await request.json()
    except ValueError:
        wanted = None
    if not isinstance(wanted, dict):
        raise BadRequestError("Give a JSON object.")
    return wanted


def _account(wanted: dict[str, Any], platforms: frozenset[str]) -> tuple[str, str]:
    platform, account = wanted.get("platform"), wanted.get("account", "demo")
    if platform not in platforms:
        raise BadRequestError(f"platform is {platform!r}; known are {', '.join(sorted(platforms))}.")
    if not isinstance(account, str):
        raise BadRequestError(f"account is {account!r}; give a name.")
    return platform, account
