from minutehand.operations.configs.tick_rule import TickRuleConfig
from minutehand.platforms.configs.api_versions import ApiVersionsConfig
from minutehand.runtime.config import DatabaseConfig


class HealthConfig(DatabaseConfig, TickRuleConfig, ApiVersionsConfig):
    """The configuration of the health check: the settings of every dependency of the queue."""

    publish_queue_url: str
    dead_letter_queue_url: str
