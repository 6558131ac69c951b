"""The limit on an owner's writing calls in a minute, which keeps one owner from using up the capacity that all owners
share.

A window lasts one minute and begins on the full minute. With fixed windows, the limit is exact, one row for each owner
and minute is enough, and a client knows when its next call is allowed. Within 60 seconds around the end of a minute, an
owner can make up to twice as many calls. This burst does no harm, because this limit only has to stop clients that
loop, and API Gateway limits bursts.

The headers are those of draft-ietf-httpapi-ratelimit-headers-11 (May 2026).
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import psycopg

from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import TooManyRequests

WINDOW = timedelta(minutes=1)
POLICY = "writes"
"""The name of the limit in the headers."""


class RateLimit:
    """Applies the limit of one owner to one call."""

    def __init__(self, owner_id: str, limit: int, now: datetime) -> None:
        """Create the limit. ``limit``: the maximum number of writing calls in a minute."""
        self._owner_id = owner_id
        self._limit = limit
        self._minute = now.replace(second=0, microsecond=0)
        self._seconds_left = math.ceil((self._minute + WINDOW - now).total_seconds())
        self._remaining: int | None = None

    @contextmanager
    def counting(self, db: Database) -> Iterator[None]:
        """Count the call together with the first statement of the block; see `Database.opening`.

        A call that executes no statement is counted at the end of the block. A call that fails before its first
        statement is not counted.

        Raises:
            TooManyRequests: the owner has made too many calls in this minute. The first statement is not executed.
        """
        try:
            query = _queries["count_request"]
            with db.opening(query, owner_id=self._owner_id, minute=self._minute, limit=self._limit) as opening:
                try:
                    yield
                    db.send_opening()
                finally:
                    if opening.rows:
                        self._remaining = self._limit - opening.rows[0]["requests"]
        except psycopg.errors.CheckViolation as violation:
            if violation.diag.constraint_name != "request_counts_within_limit":
                raise
            self._remaining = 0
            raise TooManyRequests(
                f"At most {self._limit:,} writing calls in a minute are allowed. "
                f"Try again in {self._seconds_left} seconds.",
                details=[{"limit": self._limit, "windowSeconds": WINDOW // timedelta(seconds=1)}],
                retry_after=self._seconds_left,
            ) from None

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the response: the limit and, if the call was counted or refused by the limit, the number of
        remaining calls and the seconds until the end of the window.
        """
        policy = {"RateLimit-Policy": f'"{POLICY}";q={self._limit};w={WINDOW // timedelta(seconds=1)}'}
        if self._remaining is None:
            return policy
        return policy | {"RateLimit": f'"{POLICY}";r={self._remaining};t={self._seconds_left}'}


_queries = sql.load(__package__)
