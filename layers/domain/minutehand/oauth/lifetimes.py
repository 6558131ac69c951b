"""When a token is to be refreshed."""

from datetime import datetime, timedelta

from minutehand.connections.store import Lifetime
from minutehand.platforms.oauth2.provider import Grant, is_renewable

MIN_MARGIN = timedelta(minutes=10)
"""Two runs of the refresher: one that fails leaves room for another."""
MIN_REST = timedelta(minutes=1)
PART = 10


def lifetime(platform: str, grant: Grant, *, now: datetime) -> Lifetime:
    """Return how long ``grant`` of ``now`` lives, and when to refresh it: when a tenth of its time is left.

    At least 10 minutes before its end, but not before half of its time is over.
    """
    if grant.expires_at is None or not is_renewable(platform, grant.token):
        return Lifetime(grant.expires_at, None, grant.refresh_expires_at)
    lives = grant.expires_at - now
    margin = min(max(lives / PART, MIN_MARGIN), lives / 2)
    return Lifetime(grant.expires_at, max(grant.expires_at - margin, now + MIN_REST), grant.refresh_expires_at)
