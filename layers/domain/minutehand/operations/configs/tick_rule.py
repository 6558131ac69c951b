from minutehand.runtime.config import Config


class TickRuleConfig(Config):
    """The name of the EventBridge rule that runs the scheduler."""

    tick_rule_name: str
