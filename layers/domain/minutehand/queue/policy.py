"""The settings of a deployment's queue."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from minutehand.runtime.config import QueueConfig

LATE_TOLERANCE = timedelta(seconds=60)
"""A time that lies at most this far in the past counts as now."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How posts are queued.

    ``unconnected``: what to do with a platform on which the owner has no connection, ``sandbox`` or ``reject``.
    ``window``: how late a post may still go out, unless it sets its own window; None: without a limit.
    ``spacing``: the time between two catch-up slots of one connection.
    """

    unconnected: str = "reject"
    window: timedelta | None = None
    spacing: timedelta = timedelta()

    @classmethod
    def of(cls, config: QueueConfig) -> Self:
        """Return the policy that a function's configuration sets."""
        return cls(config.unconnected_platforms, config.publish_within, config.catch_up_spacing)

    @property
    def window_seconds(self) -> int | None:
        """The window in whole seconds, as SQL takes it."""
        return None if self.window is None else int(self.window.total_seconds())
