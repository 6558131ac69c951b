from minutehand.connections.configs.vault import VaultConfig
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.configs.network import NetworkConfig


class RegistrarConfig(DatabaseConfig, NetworkConfig, VaultConfig):
    """Settings for the registration of OAuth clients."""
