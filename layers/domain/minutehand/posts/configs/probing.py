from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.configs.network import NetworkConfig


class ProbingConfig(DatabaseConfig, NetworkConfig):
    """Settings of functions that probe the media of posts."""
