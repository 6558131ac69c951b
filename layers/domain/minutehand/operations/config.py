"""The configuration of functions that control the queue and the scheduler."""

from minutehand.runtime.config import Config, DatabaseConfig, QueueConfig


class QueueControlConfig(QueueConfig):
    """The configuration of the queue's controls."""

    dead_letter_queue_url: str


class TickRuleConfig(Config):
    """The EventBridge rule that runs the scheduler."""

    tick_rule_name: str


class SchedulerControlConfig(QueueConfig, TickRuleConfig):
    """The configuration of the scheduler's controls."""


class HealthConfig(DatabaseConfig, TickRuleConfig):
    """The configuration of the health check: everything that the queue depends on."""

    publish_queue_url: str
