"""Settings of the functions that connect accounts with credentials."""

from minutehand.runtime.config import DatabaseConfig, NetworkConfig


class ConnectionsConfig(DatabaseConfig, NetworkConfig):
    """The database, the KMS key that seals tokens, and whether a platform's server may be in a private network."""

    token_key_id: str
