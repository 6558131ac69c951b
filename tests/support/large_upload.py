"""Publishes one video in a process of its own, in runs that end in time, and prints what that took as JSON.

``python -m tests.support.large_upload <platform> <base url> <media url> <options> <pieces of a run>``
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
A_RUN = timedelta(seconds=20)


class TimedAttempt(FakeAttempt):
    """A run on the machine's clock, which has the time for so many ``pieces``; for 0, for as many as there are."""

    pieces = 0
    begun = 0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def time_left(self) -> timedelta:
        self.begun += 1
        return A_RUN if not self.pieces or self.begun <= self.pieces else timedelta(0)


class Peak:
    """The most memory that the process held, looked at all the time."""

    def __init__(self) -> None:
        self.bytes = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        process = psutil.Process()
        while not self._over.wait(SAMPLE_SECONDS):
            self.bytes = max(self.bytes, process.memory_info().rss)


def upload(adapter: Adapter, account: Account, content: Content, pieces: int) -> list[float]:
    """Publish the video up to its publishing call; return how long each run took."""
    checkpoint: dict[str, str] = {}
    seconds: list[float] = []
    while True:
        attempt = TimedAttempt(checkpoint=checkpoint)
        attempt.pieces = pieces
        began = time.monotonic()
        answer = adapter.publish(content, account, attempt)
        seconds.append(time.monotonic() - began)
        assert isinstance(answer, Processing | Published)
        if attempt.armed_times:
            return seconds
        checkpoint = dict(attempt.checkpoint)


def main(platform: str, base_url: str, url: str, options: str, pieces: str) -> None:
    """Do it."""
    account = Account("c1", platform, "", "@demo", base_url, {"access_token": "demo-token"})
    content = Content("A large one.", (url,), options=json.loads(options))
    with guarded_client(private_networks=True) as client, Peak() as peak:
        adapter: Adapter = load_attribute(platform, "adapter", "adapter")(client, MediaFetcher(client))
        seconds = upload(adapter, account, content, int(pieces))
    print(json.dumps({"peak": peak.bytes, "seconds": seconds}))  # noqa: T201 - the answer to whoever started this


if __name__ == "__main__":
    main(*sys.argv[1:])
