"""Configuration of the functions that connect accounts with credentials."""

from minutehand.runtime.config import DatabaseConfig


class ConnectionsConfig(DatabaseConfig):
    """The database, the KMS key that seals tokens, and whether servers may be in private networks."""

    token_key_id: str
    media_from_private_networks: bool = False
