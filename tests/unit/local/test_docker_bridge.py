"""The bridge passes bytes on, both ways, and refuses a port that is taken."""

import asyncio
from contextlib import suppress

import pytest

from local import docker_bridge
from local.errors import LocalStackError
from local.ports import unused


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(await reader.readline())
    writer.close()


def test_bytes_are_passed_on_to_the_same_port_on_loopback() -> None:
    async def check() -> bytes:
        port = unused()
        async with await asyncio.start_server(_echo, "127.0.0.1", port):
            bridging = asyncio.create_task(docker_bridge.serve("127.0.0.2", port))
            for _ in range(100):
                with suppress(ConnectionRefusedError):
                    reader, writer = await asyncio.open_connection("127.0.0.2", port)
                    break
                await asyncio.sleep(0.01)
            writer.write(b"select 1\n")
            answer = await reader.read()
            writer.close()
            bridging.cancel()
            with suppress(asyncio.CancelledError):
                await bridging
            return answer

    assert asyncio.run(check()) == b"select 1\n"


def test_a_port_in_use_is_named() -> None:
    async def check() -> None:
        port = unused()
        async with await asyncio.start_server(_echo, "127.0.0.1", port):
            with pytest.raises(LocalStackError, match=f"127.0.0.1:{port}"):
                await docker_bridge.serve("127.0.0.1", port)

    asyncio.run(check())


def test_a_machine_without_docker_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_bridge, "BRIDGE", "no-such-network")
    with pytest.raises(LocalStackError, match="Docker"):
        docker_bridge.gateway()
