"""Settings of the functions that connect accounts with credentials."""

from pydantic import Field

from minutehand.connections.store import MAX_CONNECTIONS
from minutehand.runtime.config import DatabaseConfig, NetworkConfig


class ConnectionsConfig(DatabaseConfig, NetworkConfig):
    """The database, the KMS key that seals tokens, and a switch that allows servers in private networks."""

    token_key_id: str
    max_connections: int = Field(default=MAX_CONNECTIONS, ge=1)
    """The maximum number of an owner's connections."""
