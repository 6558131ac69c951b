"""How long the calls of one piece of work may take in all.

The timeouts of a call hold for each of its steps, and a server that sends or takes a byte now and then never oversteps
one. Servers that people name (their own Mastodon, their own media) could hold a Lambda that way until it is ended, and
with it the work of others in the same invocation.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let no call that is made inside, by this thread through `network.guarded_client`, last beyond ``seconds``.

    What was allowed outside is not extended.
    """
    ends_at, outer = time.monotonic() + seconds, _ends_at.get()
    token = _ends_at.set(ends_at if outer is None else min(ends_at, outer))
    try:
        yield
    finally:
        _ends_at.reset(token)


def seconds_left() -> float | None:
    """Return how long calls may still take; None where nobody said."""
    ends_at = _ends_at.get()
    return None if ends_at is None else ends_at - time.monotonic()
