from minutehand.connections.configs.vault import VaultConfig
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.configs.connections import ConnectionsLimit
from minutehand.runtime.configs.network import NetworkConfig


class ConnectionsConfig(DatabaseConfig, NetworkConfig, ConnectionsLimit, VaultConfig):
    """The database, the KMS key, the maximum number of connections, and whether private networks are allowed."""
