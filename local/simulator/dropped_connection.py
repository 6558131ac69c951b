"""Closing a connection without an answer, as a dying server or a broken network does."""

import asyncio
from typing import cast

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol


class DroppableProtocol(H11Protocol):
    """uvicorn's HTTP protocol, with the connection's transport at hand in the request's state."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Keep ``transport`` where `DroppedConnection` finds it."""
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class DroppedConnection(Response):
    """Not a response: the connection is cut before a byte of one is sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Cut the connection, then wait until the server has noticed."""
        cast("asyncio.Transport", scope["state"]["transport"]).abort()
        while (await receive())["type"] != "http.disconnect":
            pass
