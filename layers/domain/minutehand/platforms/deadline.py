"""A deadline for all HTTP calls of one unit of work.

The timeouts of a call apply to each of its phases, and a server that transfers one byte now and then never exceeds
them. A server that a user names, such as a Mastodon or media server, could block a Lambda in this way until its
timeout, together with the work of other owners in the same invocation.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Limit the calls that this thread makes inside, through `network.guarded_client`, to ``seconds`` in total.

    A nested limit never extends the outer one.
    """
    ends_at, outer = time.monotonic() + seconds, _ends_at.get()
    token = _ends_at.set(ends_at if outer is None else min(ends_at, outer))
    try:
        yield
    finally:
        _ends_at.reset(token)


def seconds_left() -> float | None:
    """Return the seconds that calls may still take; None without a limit."""
    ends_at = _ends_at.get()
    return None if ends_at is None else ends_at - time.monotonic()
