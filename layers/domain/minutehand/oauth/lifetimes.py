"""The lifetimes of tokens, and the times at which tokens are refreshed."""

from datetime import datetime, timedelta

from minutehand.connections.store import Lifetime
from minutehand.platforms.oauth2.provider import Grant, is_renewable

MIN_MARGIN = timedelta(minutes=10)
"""The minimum time from the refresh of a token to its expiry, if the token lives for at least 20 minutes. This time is
twice the interval of token_refresher, so that one run may fail.
"""
MIN_WAIT = timedelta(minutes=1)
MARGIN_DIVISOR = 10


def lifetime(platform: str, grant: Grant, *, now: datetime) -> Lifetime:
    """Return the lifetime of ``grant``, which was issued at ``now``.

    The refresh becomes due when a tenth of the token's life is left, but at least 10 minutes before the token expires.
    If the token lives less than 20 minutes, the refresh becomes due after half of its life. The refresh is due at least
    a minute after ``now``. If ``grant`` has no expiry time or cannot be renewed, ``refresh_at`` is None.
    """
    if grant.expires_at is None or not is_renewable(platform, grant.token):
        return Lifetime(grant.expires_at, None, grant.refresh_expires_at)
    life = grant.expires_at - now
    margin = min(max(life / MARGIN_DIVISOR, MIN_MARGIN), life / 2)
    return Lifetime(grant.expires_at, max(grant.expires_at - margin, now + MIN_WAIT), grant.refresh_expires_at)
