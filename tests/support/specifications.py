"""Check the requests that adapters and OAuth flows make in tests against the platforms' official specifications.

The specification of a platform is either a document in `local.simulator.specification`, or a module
``tests.specifications.<platform>`` with a function ``problems``, which takes a `Call`. Such a module takes its facts
from an official package.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec

import httpx
import pytest

from local.simulator.specification import FOLDER, Call, Specification
from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.exchange import Exchange
from tests.support.response_shapes import Replay

type Problems = Callable[[Call], list[str]]

DOCUMENTS = sorted(file.stem for file in FOLDER.glob("*.json"))
LOOPBACK = ("127.0.0.1", "localhost")
MAX_BODY_BYTES = 8 * 1024 * 1024
PLATFORMS = {name: platform for platform, name in DISPLAY_NAMES.items()}


@cache
def specification_of(platform: str) -> Problems | None:
    """Return the function that checks a call of ``platform``, or None if the platform has no specification."""
    module = f"tests.specifications.{platform}"
    if find_spec(module) is not None:
        problems: Problems = import_module(module).problems
        return problems
    return Specification.load(platform).problems if platform in DOCUMENTS else None


def call_of(platform: str, request: httpx.Request) -> Call:
    """Return ``request`` as ``platform`` receives it. The simulator serves the platform under its name."""
    path = request.url.raw_path.decode().partition("?")[0]
    if request.url.host in LOOPBACK:
        path = path.removeprefix(f"/{platform}")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(request.method, path, request.url.query.decode(), headers, _body(request))


def _body(request: httpx.Request) -> bytes | None:
    """Return the body, or None if the body is produced while it is sent."""
    size = int(request.headers.get("content-length", 0))
    repeatable = isinstance(request.stream, httpx.ByteStream) or type(request.stream).__name__ == "MultipartStream"
    if not repeatable or size > MAX_BODY_BYTES:
        return None
    assert isinstance(request.stream, httpx.SyncByteStream)
    return b"".join(request.stream)


@contextmanager
def checked_requests() -> Iterator[list[str]]:
    """Check every request to a platform, and collect the problems in a list.

    The code under test is not disturbed by an exception, which it might handle. The requests after a changed response
    are not checked, because they have invalid ids.
    """
    found: list[str] = []
    send = Exchange._send

    def checked(exchange: Exchange, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        platform = PLATFORMS.get(exchange.platform)
        is_replayed = isinstance(exchange.client._transport, Replay)
        problems = specification_of(platform) if platform and not is_replayed else None
        if platform and problems:
            found.extend(f"{exchange.platform}: {problem}" for problem in problems(call_of(platform, request)))
        return send(exchange, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Exchange, "_send", checked)
        yield found
