"""The bridge forwards bytes in both directions, and reports a port that is in use."""

import asyncio
from contextlib import suppress

import pytest

from local import docker_bridge
from local.errors import LocalStackError
from tests.support.ports import unused_port


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(await reader.readline())
    writer.close()


def test_bridge_forwards_bytes_to_the_same_port_on_loopback() -> None:
    async def check() -> bytes:
        port = unused_port()
        async with await asyncio.start_server(_echo, "127.0.0.1", port):
            bridge = asyncio.create_task(docker_bridge.serve("127.0.0.2", port))
            for _ in range(100):
                with suppress(ConnectionRefusedError):
                    reader, writer = await asyncio.open_connection("127.0.0.2", port)
                    break
                await asyncio.sleep(0.01)
            writer.write(b"select 1\n")
            response = await reader.read()
            writer.close()
            bridge.cancel()
            with suppress(asyncio.CancelledError):
                await bridge
            return response

    assert asyncio.run(check()) == b"select 1\n"


def test_error_names_the_port_in_use() -> None:
    async def check() -> None:
        port = unused_port()
        async with await asyncio.start_server(_echo, "127.0.0.1", port):
            with pytest.raises(LocalStackError, match=f"127.0.0.1:{port}"):
                await docker_bridge.serve("127.0.0.1", port)

    asyncio.run(check())


def test_error_names_docker_if_its_network_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_bridge, "BRIDGE", "no-such-network")
    with pytest.raises(LocalStackError, match="Docker"):
        docker_bridge.gateway()
