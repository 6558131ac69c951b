"""Lets containers of `sam local` reach the local Postgres, which listens on loopback only: python -m local.bridge.

Containers see the machine at the gateway of Docker's bridge network. While this runs, connections to that address are
passed on to Postgres. It is a command of its own, not a part of the stack, because every container on the machine can
use it. The emulator, which runs code for whoever asks, is not passed on.
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
    """Return the machine's address in Docker's bridge network.

    Raises:
        LocalStackError: there is no such network.
    """
    for address in psutil.net_if_addrs().get(BRIDGE, []):
        if address.family is socket.AF_INET:
            return address.address
    raise LocalStackError(f"There is no network {BRIDGE}: start Docker first, `sam local` needs it too.")


async def serve(address: str, port: int) -> None:
    """Pass connections to ``address``:``port`` on to the same port on loopback, until cancelled.

    Raises:
        LocalStackError: the port is in use on that address.
    """
    try:
        server = await asyncio.start_server(partial(_pass_on, port), address, port)
    except OSError as error:
        raise LocalStackError(f"Cannot listen on {address}:{port}: {error.strerror}.") from None
    print(f"Containers reach the local Postgres at host.docker.internal:{port}. Until Ctrl-C.", flush=True)
    async with server:
        await server.serve_forever()


async def _pass_on(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:  # Postgres is not running: the caller sees the connection closed
        writer.close()
        return
    await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))


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
