import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from minutehand.platforms.media_probe import FAILED, MAX_CONCURRENT, MAX_ITEMS, PHASE_TIMEOUT_SECONDS, TIMED_OUT, Prober
from minutehand.platforms.port import MediaInfo, Rejected, Transient
from minutehand.platforms.validation import ProbeFailure


class Server:
    """Answers every address, once it is let."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.at_once = self.most_at_once = 0
        self._turn = threading.Lock()
        self._open = threading.Event()

    def probe(self, url: str) -> MediaInfo:
        with self._turn:
            self.asked.append(url)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self._open.wait()
        with self._turn:
            self.at_once -= 1
        return MediaInfo(url, "image/png")

    @contextmanager
    def silent(self) -> Iterator[None]:
        yield
        self._open.set()

    def answering(self) -> "Server":
        self._open.set()
        return self


def test_every_medium_is_looked_at_once() -> None:
    server = Server().answering()

    found = Prober(server.probe).probe(["a", "b", "a"], seconds=5)

    assert found == {url: MediaInfo(url, "image/png") for url in ("a", "b")}
    assert sorted(server.asked) == ["a", "b"]


def test_nobody_waits_longer_than_told_and_few_are_asked_at_once() -> None:
    server, urls = Server(), [str(number) for number in range(2 * MAX_CONCURRENT)]
    with server.silent():
        began = time.monotonic()
        found = Prober(server.probe).probe(urls, seconds=0.2)

        assert 0.2 <= time.monotonic() - began < 2
        assert found == dict.fromkeys(urls, TIMED_OUT)
        assert TIMED_OUT.transient
        assert server.most_at_once == MAX_CONCURRENT
    assert sorted(server.asked) == sorted(urls[:MAX_CONCURRENT])  # nothing begins for somebody who has gone


def test_what_is_known_in_time_is_told_beside_what_is_not() -> None:
    server = Server()

    def probe(url: str) -> MediaInfo:
        return server.probe(url) if url == "slow" else MediaInfo(url, "image/png")

    with server.silent():
        found = Prober(probe).probe(["slow", "fast"], seconds=0.2)

    assert found == {"slow": TIMED_OUT, "fast": MediaInfo("fast", "image/png")}


def test_no_more_are_looked_at_than_a_request_may_ask_for() -> None:
    server, urls = Server().answering(), [str(number) for number in range(MAX_ITEMS + 1)]

    found = Prober(server.probe).probe(urls, seconds=5)

    assert found[urls[MAX_ITEMS - 1]] == MediaInfo(urls[MAX_ITEMS - 1], "image/png")
    assert found[urls[MAX_ITEMS]] == TIMED_OUT
    assert len(server.asked) == MAX_ITEMS


@pytest.mark.parametrize(
    ("error", "unusable"),
    [
        (
            Rejected("media_refused", "It is no image."),
            ProbeFailure("media_refused", "It is no image.", transient=False),
        ),
        (
            Transient("media_unavailable", "It is away."),
            ProbeFailure("media_not_checked", "It is away.", transient=True),
        ),
        (ZeroDivisionError(), FAILED),
    ],
)
def test_what_cannot_be_used_says_why(error: Exception, unusable: ProbeFailure) -> None:
    def probe(url: str) -> MediaInfo:
        raise error

    assert Prober(probe).probe(["u"], seconds=5) == {"u": unusable}


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/a.png", "https://127.0.0.1:9/a.png", "https://[::1]:9/a.png"])
def test_the_one_for_addresses_of_people_is_guarded(url: str) -> None:
    [found] = Prober.guarded(private_networks=False).probe([url], seconds=5).values()

    assert isinstance(found, ProbeFailure)
    assert (found.code, found.transient) == ("media_refused", False)


def test_locally_a_server_nearby_may_be_asked() -> None:
    """Nobody listens at this port: that is no verdict on the address."""
    [found] = Prober.guarded(private_networks=True).probe(["http://127.0.0.1:9/a.png"], seconds=5).values()

    assert isinstance(found, ProbeFailure)
    assert (found.code, found.transient) == ("media_not_checked", True)
    assert PHASE_TIMEOUT_SECONDS < 5
