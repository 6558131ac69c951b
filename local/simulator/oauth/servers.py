"""The routes of all authorization servers."""

from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulator.discovery import find_attributes
from local.simulator.faults import Faults
from local.simulator.oauth import admin_api
from local.simulator.state import State


def routes(state: State, faults: Faults) -> list[Route]:
    """Return all endpoints. In the application, they precede the other endpoints, which match some of the paths too."""
    servers = {name: server(state, faults) for name, server in find_attributes("local.simulator.oauth", "server")}
    return [
        Route("/consent.css", _style, methods=["GET"]),
        *admin_api.routes(state, frozenset(servers)),
        *(route for server in servers.values() for route in server.routes()),
    ]


async def _style(_request: Request) -> Response:
    css = files("local.simulator.oauth").joinpath("consent.css").read_text(encoding="utf-8")
    return Response(css, media_type="text/css", headers={"X-Content-Type-Options": "nosniff"})
