"""Concurrent probing of a post's media within a time limit, while a person may be waiting for the response."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Self

from aws_lambda_powertools.logging import Logger

from minutehand.platforms.deadline import time_limit
from minutehand.platforms.errors import PublishError, Transient
from minutehand.platforms.port import MediaInfo
from minutehand.platforms.validation import NOT_CHECKED, ProbeFailure, ProbeResult

MAX_CONCURRENT = 8
"""The maximum number of media items that an execution environment probes at the same time, across all requests."""
MAX_ITEMS = 50
"""The maximum number of media items that are probed for one request."""
PHASE_TIMEOUT_SECONDS = 2.0
"""The timeout of each phase of a call. The timeout is short, so that an unresponsive server cannot block a thread for
long.
"""
TIMED_OUT = ProbeFailure(
    NOT_CHECKED, "This image or video could not be checked in time. Validate the post again.", transient=True
)
FAILED = ProbeFailure(
    NOT_CHECKED,
    "This image or video could not be checked because of an unexpected error. Validate the post again.",
    transient=True,
)
NOT_PROBED = ProbeFailure(
    NOT_CHECKED,
    f"This image or video was not checked, because a request checks at most {MAX_ITEMS} images and videos. It is "
    "checked when the post is published.",
    transient=True,
)
"""The result for each URL after the first `MAX_ITEMS`."""

logger = Logger(child=True)


class Prober:
    """Probes media by URL. Use one instance for all requests, because it reuses its connections and threads."""

    def __init__(self, probe: Callable[[str], MediaInfo], disconnect: Callable[[], None] = lambda: None) -> None:
        """Create a prober. ``probe`` probes one URL, as `MediaFetcher.probe` does. ``disconnect`` closes the
        connections of ``probe``.
        """
        self._probe, self._disconnect = probe, disconnect
        self._threads = ThreadPoolExecutor(MAX_CONCURRENT, thread_name_prefix="probe")

    @classmethod
    def guarded(cls, *, private_networks: bool) -> Self:
        """Return a prober that calls only public addresses, unless ``private_networks`` is set."""
        import httpx

        from minutehand.platforms.media import MediaFetcher
        from minutehand.platforms.network import guarded_client

        client = guarded_client(private_networks=private_networks)
        client.timeout = httpx.Timeout(PHASE_TIMEOUT_SECONDS)
        return cls(MediaFetcher(client).probe, client.close)

    def close(self) -> None:
        """Wait for the running probes, then close every connection."""
        self._threads.shutdown(cancel_futures=True)
        self._disconnect()

    def probe(self, urls: Iterable[str], *, seconds: float) -> Mapping[str, ProbeResult]:
        """Probe the first `MAX_ITEMS` of ``urls`` for at most ``seconds``, and return a result for each URL.

        Raise no exception.
        """
        wanted = list(dict.fromkeys(urls))
        futures = {url: self._threads.submit(self._probe_one, url, seconds) for url in wanted[:MAX_ITEMS]}
        wait(futures.values(), timeout=seconds)
        for future in futures.values():
            future.cancel()  # skips the probes that have not started; each running probe has its own time limit
        return {url: _result(futures[url]) if url in futures else NOT_PROBED for url in wanted}

    def _probe_one(self, url: str, seconds: float) -> ProbeResult:
        try:
            with time_limit(seconds):
                return self._probe(url)
        except PublishError as error:
            transient = isinstance(error, Transient)
            return ProbeFailure(NOT_CHECKED if transient else error.code, error.reason, transient)
        except Exception:
            # An untrusted file or server can cause any error, and a failed probe must not block the post.
            logger.exception("a media item could not be probed")
            return FAILED


def _result(future: "Future[ProbeResult]") -> ProbeResult:
    if future.cancelled() or not future.done():
        return TIMED_OUT
    return future.result()
