"""The limits within which a response is read."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from functools import partial

import httpx
import pytest

from minutehand.platforms.exchange import Exchange
from minutehand.platforms.port import InDoubt, Transient
from minutehand.platforms.response_body import BadBody, read_body
from tests.support.clock import START

MAX_BYTES = 1_000
BODY = b'{"id": "7"}'


class Endless(httpx.SyncByteStream):
    """A body that never ends. ``sent`` counts its blocks."""

    def __init__(self, block: bytes) -> None:
        self._block = block
        self.sent = 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.sent += 1
            yield self._block


def response(stream: httpx.SyncByteStream, coding: str = "") -> httpx.Response:
    return httpx.Response(200, stream=stream, headers={"Content-Encoding": coding} if coding else {})


def read(content: bytes, coding: str = "") -> bytes:
    return read_body(response(httpx.ByteStream(content), coding), max_bytes=MAX_BYTES, seconds=5)


compress = partial(gzip.compress, mtime=0)  # without the time, the names of the tests are the same in each worker


def bomb(layers: int) -> bytes:
    content = bytes(50_000_000)
    for _ in range(layers):
        content = compress(content, 9)
    return content


@pytest.mark.parametrize(
    ("content", "coding"),
    [
        (BODY, ""),
        (BODY, "identity"),
        (BODY, "aws-chunked"),
        (compress(BODY), "gzip"),
        (compress(BODY), "X-GZip"),
        (zlib.compress(BODY), "deflate"),
        (compress(BODY), "aws-chunked, gzip"),
    ],
)
def test_body_is_read_although_it_has_one_layer_of_compression(content: bytes, coding: str) -> None:
    """A server may compress a response although the request asks it not to."""
    assert read(content, coding) == BODY


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_empty_body_is_empty(coding: str) -> None:
    assert read(b"", coding) == b""


@pytest.mark.parametrize(
    ("content", "coding"),
    [
        (bytes(MAX_BYTES + 1), ""),
        (compress(bytes(MAX_BYTES + 1)), "gzip"),
        (compress(compress(BODY)), "gzip, gzip"),
        (BODY, "br"),
        (BODY, "zstd"),
        (BODY, "gzip, br"),
        (BODY, "gzip"),
        (compress(BODY)[:10] + b"\xff" * 20, "gzip"),
    ],
)
def test_body_beyond_the_limits_is_an_error(content: bytes, coding: str) -> None:
    with pytest.raises(BadBody):
        read(content, coding)


@pytest.mark.parametrize(("layers", "coding"), [(1, "gzip"), (2, "gzip, gzip"), (3, ", ".join(["gzip"] * 3))])
def test_compressed_body_never_becomes_large(layers: int, coding: str) -> None:
    content = bomb(layers)
    tracemalloc.start()
    try:
        with pytest.raises(BadBody):
            read_body(response(httpx.ByteStream(content), coding), max_bytes=MAX_BYTES * 1_000, seconds=5)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_endless_body_is_read_up_to_the_limit(coding: str) -> None:
    body = Endless(bytes(100))
    with pytest.raises(BadBody):
        read_body(response(body, coding), max_bytes=MAX_BYTES, seconds=5)
    assert body.sent == 11


def test_slow_body_is_read_for_a_limited_time() -> None:
    body, ticks = Endless(b"x"), iter(range(100))
    with pytest.raises(httpx.ReadTimeout):
        read_body(response(body), max_bytes=MAX_BYTES, seconds=5, monotonic=lambda: next(ticks))
    assert body.sent == 6


@pytest.mark.parametrize("content", [compress(bytes(9_000_000)), compress(compress(b"{}"))])
def test_response_that_cannot_be_read_is_the_error_of_its_call(content: bytes) -> None:
    coding = "gzip" if len(content) > 1_000 else "gzip, gzip"
    client = httpx.Client(
        transport=httpx.MockTransport(lambda _: response(httpx.ByteStream(content), coding)),
    )
    exchange, request = Exchange(client, "Example"), httpx.Request("POST", "https://example.org/")
    with pytest.raises(Transient, match="unexpected response") as prepared:
        exchange.prepare(request, lambda: START)
    with pytest.raises(InDoubt, match="unexpected response"):
        exchange.publish(request, lambda: START)
    assert prepared.value.code == "unexpected_answer"
