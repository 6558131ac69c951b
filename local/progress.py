"""Progress output of the local stack, with the duration of each step."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Progress:
    """Prints a line of text for each step. On a terminal, the running step is also shown."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        """Print the progress to ``stream``."""
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._began = time.monotonic()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """When the block ends, print ``title``, whether the block failed, and its duration. On a terminal, also show
        ``title`` while the block runs.
        """
        if self._is_terminal:
            self._write(f"  ..  {title}")
        began = time.monotonic()
        try:
            yield
        except BaseException:
            self._finish("failed", title, began)
            raise
        self._finish("ok", title, began)

    def line(self, text: str = "") -> None:
        """Print one line."""
        self._write(text + "\n")

    @property
    def elapsed(self) -> float:
        """Return the seconds since this object was created."""
        return time.monotonic() - self._began

    def _finish(self, outcome: str, title: str, began: float) -> None:
        start = "\r\x1b[2K" if self._is_terminal else ""
        self._write(f"{start}  {outcome}  {title}  {time.monotonic() - began:.1f} s\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
