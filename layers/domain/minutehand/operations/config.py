"""The configuration of functions that control the queue and the scheduler."""

from minutehand.platforms.api_versions import ApiVersionsConfig
from minutehand.runtime.config import Config, DatabaseConfig, QueueConfig


class QueueControlConfig(QueueConfig):
    """The configuration of functions that control the queue."""

    dead_letter_queue_url: str


class TickRuleConfig(Config):
    """The name of the EventBridge rule that runs the scheduler."""

    tick_rule_name: str


class SchedulerControlConfig(QueueConfig, TickRuleConfig):
    """The configuration of the function that controls the scheduler."""


class SchedulerConfig(QueueConfig, ApiVersionsConfig):
    """The configuration of the scheduler, which reports how long the platforms serve the versions of their APIs."""


class HealthConfig(DatabaseConfig, TickRuleConfig, ApiVersionsConfig):
    """The configuration of the health check, which includes every dependency of the queue."""

    publish_queue_url: str
