"""The moments at which the metrics of a publication are read.

Platforms return only current totals, so the totals of each moment must be stored. A late reading, for example after a
rate limit, belongs to the latest moment that has passed. Earlier moments are skipped, because the platform no longer
returns their totals.
"""

from datetime import datetime, timedelta

MOMENTS = (1, 6, 24, 72, 168, 720)
"""The moments, in hours after the publication."""
END_OF_LIFE = timedelta(hours=1)
"""The time from the last reading of a short-lived post, such as a story, to the expiry of the post."""


def due_at(published_at: datetime, moment: int, lifetime: timedelta | None) -> datetime:
    """Return the time at which the metrics of ``moment`` are read. A short-lived post has not expired at this time."""
    after = timedelta(hours=moment)
    return published_at + (after if lifetime is None else min(after, lifetime - END_OF_LIFE))


def latest_moment(published_at: datetime, now: datetime, lifetime: timedelta | None) -> int:
    """Return the latest moment that has passed, or the first moment if none has passed."""
    passed = [moment for moment in _moments(lifetime) if due_at(published_at, moment, lifetime) <= now]
    return passed[-1] if passed else MOMENTS[0]


def next_moment(published_at: datetime, now: datetime, lifetime: timedelta | None) -> int | None:
    """Return the first moment that has not passed, or None if every moment has passed."""
    return next((each for each in _moments(lifetime) if due_at(published_at, each, lifetime) > now), None)


def _moments(lifetime: timedelta | None) -> list[int]:
    return [each for each in MOMENTS if lifetime is None or timedelta(hours=each) <= lifetime]
