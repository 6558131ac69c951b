"""The deadline for all HTTP calls of a unit of work.

The timeouts of httpx apply to each read and write separately, so a server that sends a byte from time to time exceeds
none of them. A server that a user names, such as a Mastodon or media server, can thus block a Lambda function until the
function times out. The function's timeout also stops the work for other owners in the same invocation.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MIN_BYTES_PER_SECOND = 256 * 1024
"""The minimum speed at which a download of media does not reduce the remaining time of `patience`; see `progress` for
the limit.
"""


class _Patience:
    def __init__(self, seconds: float) -> None:
        self.max = self.left = self.extension = seconds


_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)
_patience: ContextVar[_Patience | None] = ContextVar("patience", default=None)
_user_server: ContextVar[bool] = ContextVar("user_server", default=False)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Limit the calls that this thread makes through `network.guarded_client` within the context.

    The calls end at the latest ``seconds`` after the start of the context. A nested limit never extends the outer one.
    """
    ends_at, outer = time.monotonic() + seconds, _ends_at.get()
    token = _ends_at.set(ends_at if outer is None else min(ends_at, outer))
    try:
        yield
    finally:
        _ends_at.reset(token)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Within the context, limit the time that this thread waits for servers that users name (see `user_server`).

    Only the time in calls to these servers counts. The wait for a post's time, for example, does not count. Received
    media extend the limit by at most ``seconds`` in total (see `progress`).
    """
    token = _patience.set(_Patience(seconds))
    try:
        yield
    finally:
        _patience.reset(token)


@contextmanager
def user_server() -> Iterator[None]:
    """Mark the calls in the context as calls to a server that a user names."""
    token = _user_server.set(True)
    try:
        yield
    finally:
        _user_server.reset(token)


@contextmanager
def platform_server() -> Iterator[None]:
    """Within a context of `user_server`, mark the calls in this context as calls to a server of the platform itself."""
    token = _user_server.set(False)
    try:
        yield
    finally:
        _user_server.reset(token)


@contextmanager
def waiting() -> Iterator[None]:
    """Subtract the duration of the context, one network operation, from the remaining time of `patience`. Calls to
    servers that no user names do not count.
    """
    limit, began = _limit(), time.monotonic()
    try:
        yield
    finally:
        if limit is not None:
            limit.left -= time.monotonic() - began


def progress(size: int) -> None:
    """Extend the remaining time of `patience` by the time that ``size`` bytes of media take at `MIN_BYTES_PER_SECOND`.

    Neither the remaining time nor the total of all extensions exceeds the ``seconds`` given to `patience`.
    """
    if (limit := _limit()) is not None:
        returned = min(size / MIN_BYTES_PER_SECOND, limit.max - limit.left, limit.extension)
        limit.left += returned
        limit.extension -= returned


def seconds_left() -> float | None:
    """Return the seconds that calls may still take, or None if there is no limit."""
    ends_at, limit = _ends_at.get(), _limit()
    left = None if ends_at is None else ends_at - time.monotonic()
    if limit is None:
        return left
    return limit.left if left is None else min(left, limit.left)


def _limit() -> _Patience | None:
    return _patience.get() if _user_server.get() else None
