"""Configuration of functions that control the queue and the scheduler."""

from minutehand.runtime.config import Config, DatabaseConfig, QueueConfig


class QueueControlConfig(QueueConfig):
    """What controls the queue needs to know where its dead letters are."""

    dead_letter_queue_url: str


class TickRuleConfig(Config):
    """The rule of EventBridge that runs the scheduler."""

    tick_rule_name: str


class SchedulerControlConfig(QueueConfig, TickRuleConfig):
    """What controls the scheduler needs to know the rule that runs it."""


class HealthConfig(DatabaseConfig, TickRuleConfig):
    """What tells whether the queue is well needs to know all that it depends on."""

    publish_queue_url: str
