"""Opens the dead-letter queue and the rule that runs the scheduler; see `minutehand.runtime.function`."""

from typing import TYPE_CHECKING

from minutehand.queue.resources import open_sqs

if TYPE_CHECKING:
    from minutehand.operations.configs.queue_control import QueueControlConfig
    from minutehand.operations.configs.tick_rule import TickRuleConfig
    from minutehand.operations.redrive import DeadLetters
    from minutehand.operations.rule import TickRule
    from minutehand.runtime.function import Function


def open_dead_letters(function: "Function[QueueControlConfig]") -> "DeadLetters":
    """Return the dead-letter queue that the configuration names."""
    from minutehand.operations.redrive import DeadLetters

    return DeadLetters(function.resource(open_sqs), function.config.dead_letter_queue_url)


def open_tick_rule(function: "Function[TickRuleConfig]") -> "TickRule":
    """Return the EventBridge rule that runs the scheduler."""
    from minutehand.operations.rule import TickRule
    from minutehand.runtime import aws

    return TickRule(aws.client("events"), function.config.tick_rule_name)
