from minutehand.connections.configs.vault import VaultConfig
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.configs.connections import ConnectionsLimit
from minutehand.runtime.configs.network import NetworkConfig


class ConnectionsConfig(DatabaseConfig, NetworkConfig, ConnectionsLimit, VaultConfig):
    """The database, the KMS key that seals tokens, and a switch that allows servers in private networks."""
