"""What a deployment has decided about its queue."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from minutehand.runtime.config import QueueConfig

LATE_TOLERANCE = timedelta(seconds=60)
"""A time that is past by no more than this counts as now."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How posts are queued.

    ``unconnected``: what happens on a platform where the owner has no account, ``sandbox`` or ``reject``.
    ``window``: how long after its time a post that names no window of its own may still go out; None: for ever.
    ``spacing``: the time between two overdue posts of one account, when it catches up after an outage or a pause.
    """

    unconnected: str = "reject"
    window: timedelta | None = None
    spacing: timedelta = timedelta()

    @classmethod
    def of(cls, config: QueueConfig) -> Self:
        """Take it from the configuration of a function."""
        return cls(config.unconnected_platforms, config.publish_within, config.catch_up_spacing)

    @property
    def window_seconds(self) -> int | None:
        """The window as SQL takes it."""
        return None if self.window is None else int(self.window.total_seconds())
