"""A deadline for all HTTP calls of one unit of work.

A call has a separate timeout for each phase, so a server that sends a byte now and then never exceeds any of them. A
Mastodon or media server that a user names could thus block a Lambda function until the function times out. This would
also stop the work for other owners in the same invocation.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Limit the calls that this thread makes through `network.guarded_client` in the context to ``seconds`` in total.

    A nested limit never extends the outer one.
    """
    ends_at, outer = time.monotonic() + seconds, _ends_at.get()
    token = _ends_at.set(ends_at if outer is None else min(ends_at, outer))
    try:
        yield
    finally:
        _ends_at.reset(token)


def seconds_left() -> float | None:
    """Return the seconds that calls may still take, or None if there is no limit."""
    ends_at = _ends_at.get()
    return None if ends_at is None else ends_at - time.monotonic()
