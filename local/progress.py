"""Shows what the local stack is doing and how long each step took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Progress:
    """Steps as lines of text; on a terminal the running step is shown before it is done."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        """Write to ``stream``."""
        self._stream = stream
        self._live = stream.isatty()
        self._began = time.monotonic()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show ``title`` while the block runs, then the seconds it took; a failure is marked as such."""
        if self._live:
            self._write(f"  ..  {title}")
        began = time.monotonic()
        try:
            yield
        except BaseException:
            self._finish("failed", title, began)
            raise
        self._finish("ok", title, began)

    def say(self, line: str = "") -> None:
        """Write one line."""
        self._write(line + "\n")

    @property
    def elapsed(self) -> float:
        """Seconds since the first step could have begun."""
        return time.monotonic() - self._began

    def _finish(self, outcome: str, title: str, began: float) -> None:
        start = "\r\x1b[2K" if self._live else ""
        self._write(f"{start}  {outcome}  {title}  {time.monotonic() - began:.1f} s\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
