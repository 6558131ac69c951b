"""Publish one video in a separate process, in attempts of limited time; print the memory and the seconds as JSON.

``python -m tests.support.large_upload <platform> <base url> <media url> <options> <chunks per attempt>``
"""

import json
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import psutil

from minutehand.platforms.catalog import load_attribute
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.network import guarded_client
from minutehand.platforms.port import Account, Adapter, Content, Processing, Published
from tests.support.attempts import FakeAttempt

SAMPLE_SECONDS = 0.005
TOKEN = {"access_token": "demo-token", "identifier": "demo.bsky.social", "password": "abcd-efgh"}
TIME_PER_ATTEMPT = timedelta(seconds=20)


class TimedAttempt(FakeAttempt):
    """An attempt on the system clock that has time for ``chunks`` chunks; 0 stands for any number of them."""

    chunks = 0
    started = 0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def time_left(self) -> timedelta:
        self.started += 1
        return TIME_PER_ATTEMPT if not self.chunks or self.started <= self.chunks else timedelta(0)


class Peak:
    """Measures the peak memory of the process by sampling."""

    def __init__(self) -> None:
        self.bytes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        process = psutil.Process()
        while not self._stop.wait(SAMPLE_SECONDS):
            self.bytes = max(self.bytes, process.memory_info().rss)


def upload(adapter: Adapter, account: Account, content: Content, chunks: int) -> list[float]:
    """Publish the video until its publish call; return the seconds of each attempt."""
    checkpoint: dict[str, str] = {}
    seconds: list[float] = []
    while True:
        attempt = TimedAttempt(checkpoint=checkpoint)
        attempt.chunks = chunks
        began = time.monotonic()
        answer = adapter.publish(content, account, attempt)
        seconds.append(time.monotonic() - began)
        assert isinstance(answer, Processing | Published)
        if attempt.armed_times:
            return seconds
        checkpoint = dict(attempt.checkpoint)


def main(platform: str, base_url: str, url: str, options: str, chunks: str) -> None:
    """Publish the video, and print the results."""
    account = Account("c1", platform, "", "@demo", base_url, TOKEN)
    content = Content("A large one.", (url,), options=json.loads(options))
    with guarded_client(private_networks=True) as client, Peak() as peak:
        adapter: Adapter = load_attribute(platform, "adapter", "adapter")(client, MediaFetcher(client))
        seconds = upload(adapter, account, content, int(chunks))
    print(json.dumps({"peak": peak.bytes, "seconds": seconds}))  # noqa: T201 - the test reads the output


if __name__ == "__main__":
    main(*sys.argv[1:])
