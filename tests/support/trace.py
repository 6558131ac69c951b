"""The tasks of a page's main thread, from a trace of Chromium."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

_CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"]


class Trace:
    """The durations of the tasks that the page ran while it was traced."""

    def __init__(self) -> None:
        self.tasks: list[float] = []
        """The processor time of each task in milliseconds. The clock time would count the time of other processes."""

    def longest(self) -> float:
        """Return the processor time of the longest task in milliseconds."""
        return max(self.tasks, default=0.0)


@contextmanager
def traced(browser: Browser, page: Page) -> Iterator[Trace]:
    """Trace the page while the block runs."""
    trace = Trace()
    browser.start_tracing(page=page, categories=_CATEGORIES)
    try:
        yield trace
    finally:
        events: list[dict[str, Any]] = json.loads(browser.stop_tracing())["traceEvents"]
    thread = _main_thread(events)
    trace.tasks = [
        event.get("tdur", 0) / 1000
        for event in events
        if event["ph"] == "X" and event["name"].endswith("RunTask") and (event["pid"], event["tid"]) == thread
    ]


def _main_thread(events: list[dict[str, Any]]) -> tuple[int, int]:
    """Return the process and the thread that ran the page's script most of the time."""
    names = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    spent = dict.fromkeys(names, 0.0)
    for event in events:
        key = (event["pid"], event["tid"])
        if key in spent and event["ph"] == "X" and event["name"].endswith("RunTask"):
            spent[key] += event.get("tdur", 0)
    return max(spent, key=lambda key: spent[key])
