from minutehand.connections.configs.vault import VaultConfig
from minutehand.platforms.configs.api_versions import ApiVersionsConfig
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.configs.network import NetworkConfig


class ChoicesConfig(DatabaseConfig, NetworkConfig, ApiVersionsConfig, VaultConfig):
    """Settings of the function that reads the values of options from platforms."""
