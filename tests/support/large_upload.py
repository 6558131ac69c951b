"""Publishes one video in a process of its own, in runs that end in time, and prints what that took as JSON.

``python -m tests.support.large_upload <platform> <base url> <media url> <seconds of a run>``
"""

import json
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from importlib import import_module

import psutil

from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.network import guarded_client
from minutehand.platforms.port import Account, Adapter, Content, Processing
from minutehand.platforms.registry import ADAPTERS
from tests.support.attempts import FakeAttempt

SAMPLE_SECONDS = 0.005


class TimedAttempt(FakeAttempt):
    """A run on the machine's clock, which has until ``deadline``."""

    deadline: datetime

    def now(self) -> datetime:
        return datetime.now(UTC)

    def time_left(self) -> timedelta:
        return self.deadline - self.now()


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


def upload(adapter: Adapter, account: Account, url: str, run: timedelta) -> list[float]:
    """Publish the video up to where only the platform works on it; return how long each run took."""
    content, armed = Content("A large one.", (url,)), 0
    checkpoint: dict[str, str] = {}
    seconds: list[float] = []
    while not armed:
        attempt = TimedAttempt(checkpoint=checkpoint)
        attempt.deadline = datetime.now(UTC) + run
        began = time.monotonic()
        assert isinstance(adapter.publish(content, account, attempt), Processing)
        seconds.append(time.monotonic() - began)
        checkpoint, armed = dict(attempt.checkpoint), attempt.armed_times
    return seconds


def main(platform: str, base_url: str, url: str, run: str) -> None:
    """Do it."""
    module, _, name = ADAPTERS[platform].partition(":")
    account = Account("c1", platform, "", "@demo", base_url, {"access_token": "demo-token"})
    with guarded_client(private_networks=True) as client, Peak() as peak:
        adapter: Adapter = getattr(import_module(module), name)(client, MediaFetcher(client))
        seconds = upload(adapter, account, url, timedelta(seconds=float(run)))
    print(json.dumps({"peak": peak.bytes, "seconds": seconds}))  # noqa: T201 - the answer to whoever started this


if __name__ == "__main__":
    main(*sys.argv[1:])
