"""The ASGI application of the simulator and the server that runs it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette

from local.simulator import faults as fault_routes
from local.simulator import timeline
from local.simulator.bluesky import Bluesky
from local.simulator.dropped_connection import DroppableProtocol
from local.simulator.facebook import Facebook
from local.simulator.faults import Faults
from local.simulator.instagram import Instagram
from local.simulator.linkedin import LinkedIn
from local.simulator.mastodon import Mastodon
from local.simulator.media_fetcher import fetch_queued_media
from local.simulator.oauth import servers
from local.simulator.oauth.tokens import Tokens
from local.simulator.pinterest import Pinterest
from local.simulator.sandbox import Sandbox
from local.simulator.state import State
from local.simulator.threads import Threads
from local.simulator.tiktok import TikTok
from local.simulator.x import X
from local.simulator.youtube import YouTube

SAVE_INTERVAL_SECONDS = 1.0


def build(state: State) -> Starlette:
    """Return the ASGI application that serves ``state``."""
    faults = Faults()
    app = Starlette(
        routes=[
            *timeline.routes(state),
            *fault_routes.routes(faults),
            *servers.routes(state, faults),
            *Bluesky(state, faults).routes(),
            *Mastodon(state, faults).routes(),
            *Threads(state, faults).routes(),
            *Instagram(state, faults).routes(),
            *Facebook(state, faults).routes(),
            *LinkedIn(state, faults).routes(),
            *Pinterest(state, faults).routes(),
            *YouTube(state, faults).routes(),
            *TikTok(state, faults).routes(),
            *X(state, faults).routes(),
            *Sandbox(state, faults).routes(),
        ],
        lifespan=lambda _app: _background_tasks(state),
    )
    app.state.tokens = Tokens(state)
    return app


def server(state: State, *, host: str, port: int) -> uvicorn.Server:
    """Return a server that is ready to run. Port 0 selects a free port."""
    config = uvicorn.Config(
        build(state),
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
    """While the server runs, fetch media by URL and save the state every second. Save it again at shutdown."""

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
