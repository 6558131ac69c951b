from minutehand.operations.configs.tick_rule import TickRuleConfig
from minutehand.runtime.configs.queue import QueueConfig


class SchedulerControlConfig(QueueConfig, TickRuleConfig):
    """The configuration of the function that controls the scheduler."""
