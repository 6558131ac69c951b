"""Settings of the function that returns the identity, the permissions and the limits of the caller."""

from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.configs.connections import ConnectionsLimit
from minutehand.runtime.configs.default_window import DefaultWindow
from minutehand.runtime.configs.media import MediaLimit
from minutehand.runtime.configs.open_posts import OpenPostsLimit
from minutehand.runtime.configs.pending_authorizations import PendingAuthorizationsLimit


class CallerConfig(
    DatabaseConfig, OpenPostsLimit, ConnectionsLimit, PendingAuthorizationsLimit, MediaLimit, DefaultWindow
):
    """The database, and the limits of an owner and the default window that GET me shows."""
