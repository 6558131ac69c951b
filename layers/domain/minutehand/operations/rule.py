"""The EventBridge rule that runs the scheduler."""

import re
from datetime import timedelta
from typing import Any, NamedTuple

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_MINUTES = {"minute": 1, "hour": 60, "day": 1440}


class Schedule(NamedTuple):
    """The state of the rule. ``expression``: EventBridge's notation, for example ``rate(1 minute)``."""

    enabled: bool
    expression: str

    @property
    def interval(self) -> timedelta | None:
        """The time between two ticks, or None if ``expression`` is not a rate."""
        rate = _RATE.fullmatch(self.expression)
        return timedelta(minutes=int(rate[1]) * _MINUTES[rate[2]]) if rate else None


class TickRule:
    """The rule that runs the scheduler, on the default event bus."""

    def __init__(self, events: Any, name: str) -> None:
        """Use the rule called ``name``. ``events``: a client for EventBridge."""
        self._events = events
        self._name = name

    def read(self) -> Schedule:
        """Return the current state of the rule."""
        rule = self._events.describe_rule(Name=self._name)
        return Schedule(rule["State"] == "ENABLED", rule.get("ScheduleExpression", ""))

    def start(self) -> None:
        """Enable the rule."""
        self._events.enable_rule(Name=self._name)

    def stop(self) -> None:
        """Disable the rule."""
        self._events.disable_rule(Name=self._name)

    def set_interval(self, minutes: int) -> None:
        """Set the time between two ticks to ``minutes``, without enabling or disabling the rule.

        The caller has to prevent the rule from being started or stopped during this method, which reads the state of
        the rule and writes it back.
        """
        rule = self._events.describe_rule(Name=self._name)
        # PutRule resets every field that it does not receive.
        kept = {name: rule[name] for name in ("State", "Description") if rule.get(name)}
        rate = f"rate({minutes} minute{'s' if minutes > 1 else ''})"
        self._events.put_rule(Name=self._name, ScheduleExpression=rate, **kept)
