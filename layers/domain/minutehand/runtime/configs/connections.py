from pydantic import Field

from minutehand.runtime.config import Config
from minutehand.runtime.default_limits import MAX_CONNECTIONS


class ConnectionsLimit(Config):
    """The maximum number of an owner's connections: the template's parameter MaxConnections."""

    max_connections: int = Field(default=MAX_CONNECTIONS, ge=1)
