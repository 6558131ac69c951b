"""Servers that drip: each of their bytes comes in time, and their answers never do. And names that are never found."""

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


class SlowNames:
    """A name server that answers when it is told to, and a client that asks it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers = threading.Event()
        self.answered = threading.Event()
        self.connector = Connector()
        backend = GuardedBackend(resolve=self._resolve, connector=self.connector)
        self.client = httpx.Client(transport=GuardedTransport(backend))

    def _resolve(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        self.answers.wait(10)
        self.answered.set()
        return [PUBLIC]


@pytest.fixture
def names() -> Iterator[SlowNames]:
    names = SlowNames()
    yield names
    names.answers.set()


@pytest.mark.parametrize(
    ("serve", "body", "overdue"),
    [
        (drip_head, b"", httpx.ReadTimeout),
        (drip_body, b"", httpx.ReadTimeout),
        (read_slowly, bytes(32 * 1024 * 1024), httpx.WriteTimeout),
    ],
    ids=["head", "body", "upload"],
)
def test_nobody_is_waited_for_longer_than_there_is_patience(
    serve: Serve, body: bytes, overdue: type[httpx.TimeoutException]
) -> None:
    client = guarded_client(private_networks=True)
    with server(serve) as url, client:
        began = time.monotonic()
        with pytest.raises(overdue), time_limit(0.5):
            client.post(url, content=body)

        assert time.monotonic() - began < 2


def test_nothing_is_begun_when_there_is_no_time_left() -> None:
    client = guarded_client(private_networks=True)
    with server(drip_head) as url, client, time_limit(0), pytest.raises(httpx.ConnectTimeout):
        client.get(url)


def test_a_name_is_not_looked_for_longer_than_there_is_patience(names: SlowNames) -> None:
    began = time.monotonic()
    with time_limit(0.2), pytest.raises(httpx.ConnectTimeout):
        names.client.get("https://slow.example/a.jpg", timeout=60)

    assert time.monotonic() - began < 2
    names.answers.set()
    assert names.answered.wait(10)
    assert names.connector.connected == []  # what is found too late is not used


def test_a_name_is_not_looked_for_longer_than_a_connection_may_take(names: SlowNames) -> None:
    began = time.monotonic()
    with pytest.raises(httpx.ConnectTimeout):
        names.client.get("https://slow.example/a.jpg", timeout=0.2)

    assert time.monotonic() - began < 2


def test_no_name_is_looked_for_when_there_is_no_time_left(names: SlowNames) -> None:
    with time_limit(0), pytest.raises(httpx.ConnectTimeout):
        names.client.get("https://slow.example/a.jpg")

    assert names.asked == []


def test_patience_is_not_extended_within_and_ends_with_its_work() -> None:
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


def test_servers_that_drip_do_not_keep_those_who_look_at_media() -> None:
    """Their threads are those of everybody in this execution environment."""
    prober = Prober.guarded(private_networks=True)
    with server(drip_head) as url:
        prober.probe([f"{url}{number}" for number in range(MAX_CONCURRENT)], seconds=0.3)
        time.sleep(0.2)
        began = time.monotonic()
        found = prober.probe([f"{url}free"], seconds=0.3)
        prober.close()

        assert time.monotonic() - began < 2
    [medium] = found.values()
    assert isinstance(medium, ProbeFailure)
    assert medium.transient
