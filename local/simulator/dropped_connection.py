"""A fault that closes the connection during the response, as a crashed server or a broken network does.

The first bytes of the response are sent. Without these bytes, clients treat the connection as an idle one that the
server has closed, and repeat a harmless request on a new connection.
"""

import asyncio
from typing import cast

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol


class DroppableProtocol(H11Protocol):
    """A protocol that extends uvicorn's and stores the connection's transport in the state of each request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Store ``transport`` for `DroppedConnection`."""
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class DroppedConnection(Response):
    """Drops the connection after the first bytes of the response."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Drop the connection and wait until the server reports the disconnection."""
        transport = cast("asyncio.Transport", scope["state"]["transport"])
        transport.write(b"HTTP/1.1 ")
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass
