"""Forwards connections from containers of `sam local` to the local Postgres: python -m local.docker_bridge.

Postgres listens on loopback only, and containers reach the host at the gateway address of Docker's bridge network.
While this command runs, it accepts connections at that address and forwards them to Postgres. The command is separate
from the stack, because every container on the machine can connect to that address. The command does not forward
connections to the emulator, because the emulator runs code as the developer.
"""

import asyncio
import socket
import sys
from contextlib import suppress
from functools import partial

import psutil

from local.errors import LocalStackError
from local.settings import Settings

BRIDGE = "docker0"
_CHUNK = 65_536


def gateway() -> str:
    """Return the machine's address on Docker's bridge network.

    Raises:
        LocalStackError: the network does not exist.
    """
    for address in psutil.net_if_addrs().get(BRIDGE, []):
        if address.family is socket.AF_INET:
            return address.address
    raise LocalStackError(f"The network {BRIDGE} does not exist. Start Docker first; `sam local` needs it too.")


async def serve(address: str, port: int) -> None:
    """Accept connections at ``address``:``port``, and forward them to the same port on loopback until cancelled.

    Raises:
        LocalStackError: the port is in use on that address.
    """
    try:
        server = await asyncio.start_server(partial(_forward, port), address, port)
    except OSError as error:
        raise LocalStackError(f"Cannot listen on {address}:{port}: {error.strerror}.") from None
    print(f"Containers reach the local Postgres at host.docker.internal:{port}. Press Ctrl-C to stop.", flush=True)
    async with server:
        await server.serve_forever()


async def _forward(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        postgres_reader, postgres_writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:  # Postgres is not running, so close the client's connection.
        writer.close()
        return
    await asyncio.gather(_copy(reader, postgres_writer), _copy(postgres_reader, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    try:
        asyncio.run(serve(gateway(), Settings.from_environ().postgres.number))
    except LocalStackError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        pass
