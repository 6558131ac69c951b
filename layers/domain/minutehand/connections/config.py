"""Settings of the functions that connect accounts with credentials."""

from minutehand.runtime.config import ConnectionsLimit, DatabaseConfig, NetworkConfig


class ConnectionsConfig(DatabaseConfig, NetworkConfig, ConnectionsLimit):
    """The database, the KMS key that seals tokens, and a switch that allows servers in private networks."""

    token_key_id: str
