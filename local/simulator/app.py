"""The ASGI application of the simulator and the server that runs it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette

from local.cross_site_guard import CrossSiteGuard
from local.simulator import audience_controls, timeline
from local.simulator import faults as fault_routes
from local.simulator.discovery import find_attributes
from local.simulator.dropped_connection import DroppableProtocol
from local.simulator.faults import Faults
from local.simulator.media_fetcher import fetch_queued_media
from local.simulator.oauth import servers
from local.simulator.oauth.tokens import Tokens
from local.simulator.sandbox import Sandbox
from local.simulator.state import State

SAVE_INTERVAL_SECONDS = 1.0


def build(state: State) -> Starlette:
    """Return the ASGI application that serves ``state``."""
    faults, simulators = Faults(), find_attributes("local.simulator", "simulator")
    app = Starlette(
        routes=[
            *timeline.routes(state),
            *fault_routes.routes(faults),
            *audience_controls.routes(state),
            *servers.routes(state, faults),
            *(route for _, simulator in simulators for route in simulator(state, faults).routes()),
            *Sandbox(state, faults).routes(),
        ],
        lifespan=lambda _app: _background_tasks(state),
    )
    app.state.tokens = Tokens(state)
    return app


def server(state: State, *, host: str, port: int) -> uvicorn.Server:
    """Return a server that is ready to run. Port 0 selects a free port."""
    config = uvicorn.Config(
        CrossSiteGuard(build(state)),
        host=host,
        port=port,
        http=DroppableProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


@contextlib.asynccontextmanager
async def _background_tasks(state: State) -> AsyncIterator[None]:
    """While the server runs, fetch media by URL and save the state every second. Save the state again at shutdown."""

    async def save_periodically() -> None:
        while True:
            await asyncio.sleep(SAVE_INTERVAL_SECONDS)
            state.save()

    saving = asyncio.create_task(save_periodically())
    fetching = asyncio.create_task(fetch_queued_media(state))
    try:
        yield
    finally:
        saving.cancel()
        fetching.cancel()
        state.save()
