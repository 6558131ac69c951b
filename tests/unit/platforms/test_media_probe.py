import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from local.simulator import sample_image
from minutehand.platforms.media_probe import (
    FAILED,
    MAX_CONCURRENT,
    MAX_ITEMS,
    NOT_PROBED,
    PHASE_TIMEOUT_SECONDS,
    TIMED_OUT,
    Prober,
)
from minutehand.platforms.port import MediaInfo, Rejected, Transient
from minutehand.platforms.validation import ProbeFailure
from tests.support.slow_server import server


class Server:
    """Responds to every request, once it is opened."""

    def __init__(self) -> None:
        self.probed: list[str] = []
        self.concurrent = self.max_concurrent = 0
        self._lock = threading.Lock()
        self._open = threading.Event()

    def probe(self, url: str) -> MediaInfo:
        with self._lock:
            self.probed.append(url)
            self.concurrent += 1
            self.max_concurrent = max(self.max_concurrent, self.concurrent)
        self._open.wait()
        with self._lock:
            self.concurrent -= 1
        return MediaInfo(url, "image/png")

    @contextmanager
    def silent(self) -> Iterator[None]:
        yield
        self._open.set()

    def answering(self) -> "Server":
        self._open.set()
        return self


def test_every_media_item_is_probed_once() -> None:
    server = Server().answering()

    found = Prober(server.probe).probe(["a", "b", "a"], seconds=5)

    assert found == {url: MediaInfo(url, "image/png") for url in ("a", "b")}
    assert sorted(server.probed) == ["a", "b"]


def test_probing_ends_at_the_time_limit_and_limits_its_concurrency() -> None:
    server, urls = Server(), [str(number) for number in range(2 * MAX_CONCURRENT)]
    with server.silent():
        began = time.monotonic()
        found = Prober(server.probe).probe(urls, seconds=0.2)

        assert 0.2 <= time.monotonic() - began < 2
        assert found == dict.fromkeys(urls, TIMED_OUT)
        assert TIMED_OUT.transient
        assert server.max_concurrent == MAX_CONCURRENT
    assert sorted(server.probed) == sorted(urls[:MAX_CONCURRENT])  # no probe begins after the time limit


def test_results_in_time_are_returned_with_the_timeouts() -> None:
    server = Server()

    def probe(url: str) -> MediaInfo:
        return server.probe(url) if url == "slow" else MediaInfo(url, "image/png")

    with server.silent():
        found = Prober(probe).probe(["slow", "fast"], seconds=0.2)

    assert found == {"slow": TIMED_OUT, "fast": MediaInfo("fast", "image/png")}


def test_media_items_beyond_the_maximum_are_not_probed() -> None:
    server, urls = Server().answering(), [str(number) for number in range(MAX_ITEMS + 1)]

    found = Prober(server.probe).probe(urls, seconds=5)

    assert found[urls[MAX_ITEMS - 1]] == MediaInfo(urls[MAX_ITEMS - 1], "image/png")
    assert found[urls[MAX_ITEMS]] == NOT_PROBED
    assert len(server.probed) == MAX_ITEMS


@pytest.mark.parametrize(
    ("error", "unusable"),
    [
        (
            Rejected("media_refused", "It is no image."),
            ProbeFailure("media_refused", "It is no image.", transient=False),
        ),
        (
            Transient("media_unavailable", "It is unreachable."),
            ProbeFailure("media_not_checked", "It is unreachable.", transient=True),
        ),
        (ZeroDivisionError(), FAILED),
    ],
)
def test_probe_failure_has_a_code_and_a_reason(error: Exception, unusable: ProbeFailure) -> None:
    def probe(url: str) -> MediaInfo:
        raise error

    assert Prober(probe).probe(["u"], seconds=5) == {"u": unusable}


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/a.png", "https://127.0.0.1:9/a.png", "https://[::1]:9/a.png"])
def test_prober_for_user_urls_is_guarded(url: str) -> None:
    [found] = Prober.guarded(private_networks=False).probe([url], seconds=5).values()

    assert isinstance(found, ProbeFailure)
    assert (found.code, found.transient) == ("media_refused", False)


def test_prober_for_private_networks_calls_a_local_server() -> None:
    """No server listens on this port, which is a transient failure."""
    [found] = Prober.guarded(private_networks=True).probe(["http://127.0.0.1:9/a.png"], seconds=5).values()

    assert isinstance(found, ProbeFailure)
    assert (found.code, found.transient) == ("media_not_checked", True)
    assert PHASE_TIMEOUT_SECONDS < 5


def test_unanswered_head_does_not_use_up_the_time_limit() -> None:
    """The server sends the file without its length, and never answers HEAD."""
    file = sample_image.png() + bytes(100_000)

    def serve(connection: socket.socket, stop: threading.Event) -> None:
        request = connection.recv(65536)
        if request.startswith(b"HEAD"):
            stop.wait()
        else:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n" + file)

    with server(serve) as url:
        prober = Prober.guarded(private_networks=True)
        urls = [f"{url}{number}" for number in range(MAX_CONCURRENT)]
        found = prober.probe(urls, seconds=3)
        prober.close()

    assert found == {url: MediaInfo(url, "image/png", None, 480, 270) for url in urls}
