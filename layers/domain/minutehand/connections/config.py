"""Settings of the functions that connect accounts with credentials."""

from minutehand.platforms.api_versions import ApiVersionsConfig
from minutehand.runtime.config import Config, ConnectionsLimit, DatabaseConfig, NetworkConfig


class VaultConfig(Config):
    """The KMS key that seals tokens."""

    token_key_id: str


class ConnectionsConfig(DatabaseConfig, NetworkConfig, ConnectionsLimit, VaultConfig):
    """The database, the KMS key that seals tokens, and a switch that allows servers in private networks."""


class ChoicesConfig(DatabaseConfig, NetworkConfig, ApiVersionsConfig, VaultConfig):
    """Settings of the function that reads the values of options from platforms."""
