"""The deadline of calls to servers that send single bytes without end, and to slow name servers."""

import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from minutehand.platforms.deadline import seconds_left, time_limit
from minutehand.platforms.media_probe import MAX_CONCURRENT, Prober
from minutehand.platforms.network import GuardedBackend, GuardedTransport, guarded_client
from minutehand.platforms.validation import ProbeFailure
from tests.support.network import PUBLIC, Connector
from tests.support.slow_server import Serve, drip_body, drip_head, read_slowly, server


class SlowResolver:
    """A name server that responds when ``answers`` is set, and a client that uses it."""

    def __init__(self) -> None:
        self.resolved: list[str] = []
        self.answers = threading.Event()
        self.answered = threading.Event()
        self.connector = Connector()
        backend = GuardedBackend(resolve=self._resolve, connector=self.connector)
        self.client = httpx.Client(transport=GuardedTransport(backend))

    def _resolve(self, host: str, port: int) -> list[str]:
        self.resolved.append(host)
        self.answers.wait(10)
        self.answered.set()
        return [PUBLIC]


@pytest.fixture
def resolver() -> Iterator[SlowResolver]:
    resolver = SlowResolver()
    yield resolver
    resolver.answers.set()


@pytest.mark.parametrize(
    ("serve", "body", "timeout_error"),
    [
        (drip_head, b"", httpx.ReadTimeout),
        (drip_body, b"", httpx.ReadTimeout),
        (read_slowly, bytes(32 * 1024 * 1024), httpx.WriteTimeout),
    ],
    ids=["head", "body", "upload"],
)
def test_slow_server_is_given_up_at_the_deadline(
    serve: Serve, body: bytes, timeout_error: type[httpx.TimeoutException]
) -> None:
    client = guarded_client(private_networks=True)
    with server(serve) as url, client:
        began = time.monotonic()
        with pytest.raises(timeout_error), time_limit(0.5):
            client.post(url, content=body)

        assert time.monotonic() - began < 2


def test_no_call_begins_after_the_deadline() -> None:
    client = guarded_client(private_networks=True)
    with server(drip_head) as url, client, time_limit(0), pytest.raises(httpx.ConnectTimeout):
        client.get(url)


def test_name_resolution_is_given_up_at_the_deadline(resolver: SlowResolver) -> None:
    began = time.monotonic()
    with time_limit(0.2), pytest.raises(httpx.ConnectTimeout):
        resolver.client.get("https://slow.example/a.jpg", timeout=60)

    assert time.monotonic() - began < 2
    resolver.answers.set()
    assert resolver.answered.wait(10)
    assert resolver.connector.connected == []  # a late result is ignored


def test_name_resolution_is_given_up_at_the_connect_timeout(resolver: SlowResolver) -> None:
    began = time.monotonic()
    with pytest.raises(httpx.ConnectTimeout):
        resolver.client.get("https://slow.example/a.jpg", timeout=0.2)

    assert time.monotonic() - began < 2


def test_no_name_is_resolved_after_the_deadline(resolver: SlowResolver) -> None:
    with time_limit(0), pytest.raises(httpx.ConnectTimeout):
        resolver.client.get("https://slow.example/a.jpg")

    assert resolver.resolved == []


def test_nested_time_limit_never_extends_the_outer_one() -> None:
    assert seconds_left() is None
    with time_limit(10):
        with time_limit(60):
            left = seconds_left()
            assert left is not None
            assert 9 < left <= 10
        with time_limit(1):
            left = seconds_left()
            assert left is not None
            assert left <= 1
        left = seconds_left()
        assert left is not None
        assert 9 < left <= 10
    assert seconds_left() is None


def test_slow_servers_do_not_block_the_threads_of_the_prober() -> None:
    """All requests of an execution environment share these threads."""
    prober = Prober.guarded(private_networks=True)
    with server(drip_head) as url:
        prober.probe([f"{url}{number}" for number in range(MAX_CONCURRENT)], seconds=0.3)
        time.sleep(0.2)
        began = time.monotonic()
        found = prober.probe([f"{url}free"], seconds=0.3)
        prober.close()

        assert time.monotonic() - began < 2
    [result] = found.values()
    assert isinstance(result, ProbeFailure)
    assert result.transient
