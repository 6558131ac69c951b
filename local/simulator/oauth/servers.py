"""The routes of all authorization servers."""

from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulator.faults import Faults
from local.simulator.oauth import admin_api
from local.simulator.oauth.facebook import Facebook
from local.simulator.oauth.instagram import Instagram
from local.simulator.oauth.linkedin import LinkedIn
from local.simulator.oauth.pinterest import Pinterest
from local.simulator.oauth.threads import Threads
from local.simulator.oauth.tiktok import TikTok
from local.simulator.oauth.x import X
from local.simulator.oauth.youtube import YouTube
from local.simulator.state import State

SERVERS = (Instagram, Facebook, LinkedIn, X, TikTok, YouTube, Threads, Pinterest)


def routes(state: State, faults: Faults) -> list[Route]:
    """Return all endpoints. They must precede the platforms' own endpoints, which also match some of these paths."""
    servers = [server(state, faults) for server in SERVERS]
    platforms = frozenset(server.platform for server in servers)
    return [
        Route("/consent.css", _style, methods=["GET"]),
        *admin_api.routes(state, platforms),
        *(route for server in servers for route in server.routes()),
    ]


async def _style(_request: Request) -> Response:
    css = files("local.simulator.oauth").joinpath("consent.css").read_text(encoding="utf-8")
    return Response(css, media_type="text/css", headers={"X-Content-Type-Options": "nosniff"})
