"""The settings of the function that shows callers who they are."""

from minutehand.runtime.config import (
    ConnectionsLimit,
    DatabaseConfig,
    MediaLimit,
    OpenPostsLimit,
    PendingAuthorizationsLimit,
)


class CallerConfig(DatabaseConfig, OpenPostsLimit, ConnectionsLimit, PendingAuthorizationsLimit, MediaLimit):
    """The database, and all limits of an owner."""
