"""Looks at the media of a post while its author waits: several at once, and no longer than there is time."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Self

from aws_lambda_powertools.logging import Logger

from minutehand.platforms.deadline import time_limit
from minutehand.platforms.port import MediaInfo, PublishError, Transient
from minutehand.platforms.validation import NOT_CHECKED, ProbeFailure, ProbeResult

MAX_CONCURRENT = 8
"""Media looked at at the same time, by all requests of an execution environment."""
MAX_MEDIA = 50
"""Media looked at for one request."""
PHASE_TIMEOUT_SECONDS = 2.0
"""What each phase of a call may take: a server that does not answer must not hold a thread for long."""
TIMED_OUT = ProbeFailure(NOT_CHECKED, "An image or a video could not be looked at in time.", transient=True)
FAILED = ProbeFailure(NOT_CHECKED, "An image or a video could not be looked at.", transient=True)

logger = Logger(child=True)


class Prober:
    """Finds out what is at addresses. To be kept: its connections and its threads are used again."""

    def __init__(self, probe: Callable[[str], MediaInfo], disconnect: Callable[[], None] = lambda: None) -> None:
        """``probe``: as `MediaFetcher.probe`; ``disconnect`` closes what it uses."""
        self._probe, self._disconnect = probe, disconnect
        self._threads = ThreadPoolExecutor(MAX_CONCURRENT, thread_name_prefix="probe")

    @classmethod
    def guarded(cls, *, private_networks: bool) -> Self:
        """Return one for addresses that people gave us: public ones only, unless ``private_networks``."""
        import httpx

        from minutehand.platforms.media import MediaFetcher
        from minutehand.platforms.network import guarded_client

        client = guarded_client(private_networks=private_networks)
        client.timeout = httpx.Timeout(PHASE_TIMEOUT_SECONDS)
        return cls(MediaFetcher(client).probe, client.close)

    def close(self) -> None:
        """Close every connection, once what was begun has ended."""
        self._threads.shutdown(cancel_futures=True)
        self._disconnect()

    def probe(self, urls: Iterable[str], *, seconds: float) -> Mapping[str, ProbeResult]:
        """Return what is known of each of ``urls`` after ``seconds`` at most. Never raises."""
        wanted = list(dict.fromkeys(urls))
        asked = {url: self._threads.submit(self._looked, url, seconds) for url in wanted[:MAX_MEDIA]}
        wait(asked.values(), timeout=seconds)
        for future in asked.values():
            future.cancel()  # what has not begun; what has, ends by itself soon: it has no more time than we had
        return {url: _result(asked.get(url)) for url in wanted}

    def _looked(self, url: str, seconds: float) -> ProbeResult:
        try:
            with time_limit(seconds):
                return self._probe(url)
        except PublishError as error:
            passing = isinstance(error, Transient)
            return ProbeFailure(NOT_CHECKED if passing else error.code, error.reason, passing)
        except Exception:
            # Somebody else's file and server: whatever they did to us, the post is not to suffer for it here.
            logger.exception("a medium could not be looked at")
            return FAILED


def _result(future: "Future[ProbeResult] | None") -> ProbeResult:
    if future is None or future.cancelled() or not future.done():
        return TIMED_OUT
    return future.result()
