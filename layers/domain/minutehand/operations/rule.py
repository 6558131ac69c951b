"""The EventBridge rule that runs the scheduler: whether it is enabled, and how often it ticks."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_MINUTES = {"minute": 1, "hour": 60, "day": 1440}


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the rule says. ``expression``: as EventBridge writes it, for example ``rate(1 minute)``."""

    enabled: bool
    expression: str

    @property
    def interval(self) -> timedelta | None:
        """The time from tick to tick; None where the expression is no rate."""
        rate = _RATE.fullmatch(self.expression)
        return timedelta(minutes=int(rate[1]) * _MINUTES[rate[2]]) if rate else None


class TickRule:
    """One rule, by its name, on the default bus."""

    def __init__(self, events: Any, name: str) -> None:
        """Take boto3's client of EventBridge."""
        self._events = events
        self._name = name

    def read(self) -> Schedule:
        """Return what the rule says now."""
        rule = self._events.describe_rule(Name=self._name)
        return Schedule(rule["State"] == "ENABLED", rule.get("ScheduleExpression", ""))

    def start(self) -> None:
        """Let it tick."""
        self._events.enable_rule(Name=self._name)

    def stop(self) -> None:
        """Let it tick no more."""
        self._events.disable_rule(Name=self._name)

    def tick_every(self, minutes: int) -> None:
        """Let it tick every so many minutes, from now on; whether it is enabled stays as it is.

        Nobody may start or stop it meanwhile: that would be undone.
        """
        rule = self._events.describe_rule(Name=self._name)
        kept = {name: rule[name] for name in ("State", "Description") if rule.get(name)}  # PutRule forgets the rest
        rate = f"rate({minutes} minute{'s' if minutes > 1 else ''})"
        self._events.put_rule(Name=self._name, ScheduleExpression=rate, **kept)
